/** `report.html`: a local run for people. */

import { count } from '../core/format.ts';
import { documentOf } from './document.ts';
import { driftSection } from './drift-section.ts';
import { section } from './elements.ts';
import { answersSection, provenanceSection, retrainingsSection } from './facts.ts';
import { decimal, metricName } from './format.ts';
import { type Html, html } from './html.ts';
import { performanceSection } from './performance.ts';
import { isReturn, servedByVersion } from './serving.ts';
import type { Summary } from './summary.ts';
import { timelineChart } from './timeline-chart.ts';
import { verdict } from './verdict.ts';
import { comparisonSection, isBetter, versionsSection } from './versions.ts';

/** The report of a run as a page of HTML. The same summary gives the same bytes. */
export function renderReport(summary: Summary): string {
  return documentOf(
    `Local run: ${summary.model}, scenario ${summary.scenario}`,
    html`<header>
${verdict(summary)}
${tiles(summary)}
</header>`,
    timelineSection(summary),
    performanceSection(summary),
    versionsSection(summary),
    driftSection(summary),
    comparisonSection(summary),
    answersSection(summary),
    retrainingsSection(summary),
    provenanceSection(summary),
  );
}

function timelineSection(summary: Summary): Html {
  return section(
    'timeline',
    'Timeline',
    html`<figure>${timelineChart(summary)}
<figcaption>Bars: the time while a version answered every request (<span class="mark now">■</span> serves now, <span class="mark past">■</span> served before, <span class="mark bad">■</span> rolled back); ○ trained, never served. <span class="mark bad">▲</span> drifted window, ? window with too few rows, <span class="mark now">◆</span> retraining and the version that it trained.</figcaption></figure>`,
  );
}

function tiles(summary: Summary): Html {
  const { drift, retrainings, releases, comparison, falseAlarms } = summary;
  const requests = [...servedByVersion(summary).values()].reduce((sum, n) => sum + n, 0);
  const drifted = drift.filter(({ verdict }) => verdict === 'drifted').length;
  const gain = comparison && comparison.champion.value - comparison.first.value;
  const facts: readonly (readonly [label: string, value: string])[] = [
    ['requests served', count(requests)],
    [
      falseAlarms === null ? 'windows drifted' : 'false alarms',
      `${falseAlarms ?? drifted} of ${drift.length}`,
    ],
    [retrainings.length === 1 ? 'retraining' : 'retrainings', count(retrainings.length)],
    [releases.length === 1 ? 'release' : 'releases', count(releases.length)],
    ['rolled back', count(releases.filter(isReturn).length)],
    ...(comparison === null || gain === null
      ? []
      : [
          [
            `${metricName(comparison.metric)}, last against first version`,
            `${gain < 0 ? '−' : '+'}${decimal(Math.abs(gain))}${gain === 0 ? '' : isBetter(comparison) ? ' better' : ' worse'}`,
          ] as const,
        ]),
  ];
  return html`<dl class="tiles">${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}
