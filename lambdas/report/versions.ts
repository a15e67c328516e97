import { scaleLinear } from 'd3-scale';
import { count } from '../core/format.ts';
import { METRIC_DEFINITIONS } from '../core/metrics/names.ts';
import { badge, drawing, number, px, row, section, table, textCell } from './elements.ts';
import { decimal, estimate, metricName, moment } from './format.ts';
import { type Html, html } from './html.ts';
import { FATES } from './levels.ts';
import { reigns, servedByVersion } from './serving.ts';
import type { Compared, ComparisonSummary, Summary } from './summary.ts';

/** Every version: where it came from, how good it was, and what became of it. */
export function versionsSection(summary: Summary): Html {
  const { versions } = summary;
  if (versions.length === 0) return section('versions', 'Versions', html`<p>No version was registered.</p>`);
  const now = reigns(summary).at(-1)?.version;
  const served = servedByVersion(summary);
  const rows = versions.map(({ version, trigger, trainedAt, trainRows, metric, holdout, fate, reason }) =>
    row(
      version,
      textCell(trigger),
      html`<td class="at">${moment(trainedAt)}</td>`,
      number(count(trainRows)),
      number(`${metricName(metric)} ${estimate(holdout)}`),
      textCell(version === now ? badge({ glyph: '●', word: 'serves now', tone: 'now' }) : badge(FATES[fate])),
      number(count(served.get(version) ?? 0)),
      html`<td class="reason">${reason}</td>`,
    ),
  );
  const heads = [
    'Version',
    'Trigger',
    'Trained',
    'Rows',
    'Holdout (95 % interval)',
    'Fate',
    'Served',
    'Reason',
  ];
  return section('versions', 'Versions', table('Every version and its result', heads, rows, 'versions'));
}

/** The first version and the last champion on the same rows. */
export function comparisonSection({ comparison, versions }: Summary): Html {
  if (comparison === null) {
    const why =
      versions.length > 1
        ? 'No other version than the first serves, so no versions are compared.'
        : 'There is one version only, so no versions are compared.';
    return section('comparison', 'First and last version', html`<p>${why}</p>`);
  }
  const { window, rows, metric, first, champion } = comparison;
  const name = metricName(metric);
  const lead = html`<p>On the same ${count(rows)} rows, those of window ${window}, version ${champion.version} reaches ${name} <strong>${estimate(champion)}</strong> and version ${first.version} <strong>${estimate(first)}</strong>: ${difference(comparison)}.</p>`;
  return section('comparison', 'First and last version', lead, intervals(comparison));
}

/** Whether the last champion is better than the first version: of some metrics less is. */
export function isBetter({ metric, first, champion }: ComparisonSummary): boolean {
  const lowerIsBetter = Object.values(METRIC_DEFINITIONS).some((metrics) =>
    Object.entries(metrics).some(([name, { better }]) => name === metric && better === 'lower'),
  );
  return champion.value > first.value !== lowerIsBetter;
}

function difference(comparison: ComparisonSummary): string {
  const { first, champion } = comparison;
  const change = champion.value - first.value;
  const size = decimal(Math.abs(change));
  if (change === 0) return 'no difference';
  const direction = change > 0 ? 'higher' : 'lower';
  return `${size} ${direction}, which is ${isBetter(comparison) ? 'better' : 'worse'}${overlap(first, champion)}`;
}

function overlap(a: Compared, b: Compared): string {
  if (a.low === null || a.high === null || b.low === null || b.high === null) return '';
  return a.low <= b.high && b.low <= a.high ? '; the intervals overlap' : '; the intervals do not overlap';
}

const SIZE = { width: 720, height: 112 } as const;

function intervals(comparison: ComparisonSummary): Html {
  const both = [comparison.first, comparison.champion];
  const ends = both.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  const x = scaleLinear([Math.min(...ends), Math.max(...ends)], [112, SIZE.width - 96]).nice(6);
  const format = x.tickFormat(6);
  const axis = x.ticks(6).map((tick) => {
    const at = px(x(tick));
    return html`<path class="grid" d="M${at} 6V84"/><text class="tick" x="${at}" y="102" text-anchor="middle">${format(tick).replace('−', '-')}</text>`;
  });
  const bars = both.map(({ version, value, low, high }, index) => {
    const y = 26 + index * 38;
    const style = index === 0 ? 'past' : 'now';
    const from = px(x(low ?? value));
    const to = px(x(high ?? value));
    return html`<text class="lane" x="0" y="${y + 4}">Version ${version}</text><path class="interval ${style}" d="M${from} ${y}H${to}M${from} ${y - 6}v12M${to} ${y - 6}v12"/><circle class="dot ${style}" cx="${px(x(value))}" cy="${y}" r="5.5"/><text class="side strong" x="${to + 12}" y="${y + 4}">${decimal(value)}</text>`;
  });
  const description = both.map((one) => `Version ${one.version}: ${estimate(one)}.`).join(' ');
  const name = metricName(comparison.metric);
  return html`<figure class="narrow">${drawing({ id: 'compared', title: `${name} of both versions`, description }, SIZE, [...axis, ...bars])}
<figcaption>Points with 95 % intervals.</figcaption></figure>`;
}
