import { count, plural } from '../core/format.ts';
import { number, row, section, table, textCell } from './elements.ts';
import { days, estimate, metricName } from './format.ts';
import { type Html, html } from './html.ts';
import { measuredWindows, metricChart } from './metric-chart.ts';
import type { Summary } from './summary.ts';

/** How good the answers were, once the outcomes were known. */
export function performanceSection(summary: Summary): Html {
  const metric = shownMetric(summary);
  const points = metric === undefined ? [] : measuredWindows(summary, metric);
  if (metric === undefined || points.length === 0) {
    return section('performance', 'Performance', html`<p>${unmeasured(summary)}</p>`);
  }
  const name = metricName(metric);
  const rows = points.map(({ window, measured }) =>
    row(
      window.window,
      textCell(days(window.from, window.to)),
      number(window.version),
      number(estimate(measured)),
    ),
  );
  const unknown = summary.drift.length - points.length;
  const gap = unknown === 0 ? '' : ` ${plural(unknown, 'window')} had too few outcomes to be measured.`;
  return section(
    'performance',
    'Performance',
    html`<figure>${metricChart(summary, metric, points)}
<figcaption><span class="mark line">●</span> ${name} against the outcomes, with its 95 % interval; <span class="mark bad">▲</span> the window had drifted; dashed: ${name} on the version’s own holdout.${gap}</figcaption></figure>
<details><summary>Numbers of this chart</summary>
${table(`${name} of each window (95 % interval)`, ['Window', 'Days', 'Version', name], rows, 'compact')}</details>`,
  );
}

function unmeasured({ drift }: Summary): string {
  const sum = (of: 'due' | 'known') => drift.reduce((all, { outcomes }) => all + (outcomes?.[of] ?? 0), 0);
  const due = sum('due');
  return due === 0
    ? 'Performance is unknown: no outcome was due.'
    : `Performance is unknown: ${count(sum('known'))} of ${count(due)} outcomes have arrived, too few to measure it.`;
}

/** The metric that decided on the versions, if it was measured in production; else the first that was. */
function shownMetric({ versions, drift }: Summary): string | undefined {
  const measured = drift.flatMap(({ performance }) => Object.keys(performance ?? {}));
  const primary = versions[0]?.metric;
  return primary !== undefined && measured.includes(primary) ? primary : measured[0];
}
