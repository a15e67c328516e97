/** Two sets of rows beside each other, for people: what drifted, by how much, and what the distributions look like. */

import type { ModelConfig } from '../core/config.ts';
import { alarmsOf, alarmText } from '../core/drift/alarms.ts';
import { clearestTest, type FeatureDrift, type FeatureVerdict } from '../core/drift/compare.ts';
import type { DriftReport } from '../core/drift/evaluate.ts';
import type { DriftWindow, Profile } from '../core/drift/profile.ts';
import { FALSE_ALARMS } from '../core/drift/spec.ts';
import { count, plural } from '../core/format.ts';
import type { VersionRef } from '../core/release/state.ts';
import { barsOf, distributionChart } from './distribution-chart.ts';
import { documentOf } from './document.ts';
import { badge, number, row, section, table, textCell } from './elements.ts';
import { decimal, percentText } from './format.ts';
import { type Html, html, NOTHING } from './html.ts';
import { VERDICTS } from './levels.ts';

/** Rows beside a reference: what `mlops drift` finds. */
export interface DriftComparison {
  /** Reference that the rows were compared with: a version's training rows, or a file. */
  readonly reference: VersionRef | 'file';
  readonly profile: Profile;
  readonly window: DriftWindow;
  readonly report: DriftReport;
}

export interface DriftPage extends DriftComparison {
  readonly config: Pick<ModelConfig, 'name' | 'features'>;
  /** As the caller named them; the reference is undefined where it is a version's training rows. */
  readonly files: { readonly current: string; readonly reference: string | undefined };
}

/** Distributions drawn at most, the worst first: a page of hundreds is read by nobody. */
const MAX_CHARTS = 100;

const LOOKS: Readonly<Record<FeatureVerdict, { glyph: string; word: string; tone: string }>> = {
  alert: { glyph: '▲', word: 'drifted', tone: 'bad' },
  warn: { glyph: '△', word: 'near', tone: 'warn' },
  ok: { glyph: '✓', word: 'ok', tone: 'plain' },
  insufficient: { glyph: '?', word: 'too few values', tone: 'plain' },
};

/** Renders the page. The same comparison gives the same bytes. */
export function renderDriftPage(page: DriftPage): string {
  const { config, report, reference, files } = page;
  const { verdict, rows, features } = report;
  const alerts = features.filter((feature) => feature.verdict === 'alert');
  const { word, glyph } = VERDICTS[verdict];
  const tone = verdict === 'drifted' ? 'bad' : verdict === 'insufficient' ? 'warn' : 'good';
  const beside =
    reference === 'file'
      ? `the rows of ${files.reference ?? ''}`
      : `the rows that version ${reference.version} learnt from`;
  return documentOf(
    `Drift: ${config.name}`,
    html`<header>
<p class="kicker">${config.name}</p>
<h1>${badge({ glyph, word, tone })}: ${alerts.length === 0 ? 'no feature' : alerts.map(({ name }) => name).join(', ')} beyond the limit</h1>
<p>${plural(rows, 'row')} of ${files.current} beside ${beside}. ${plural(alerts.length, 'feature')} of ${count(features.length)} drifted.</p>
</header>`,
    section('features', 'Features, worst first', featureTable(page)),
    correlations(page),
    section('distributions', 'Distributions', KEY, html`${charts(page)}`),
    section('method', 'Method', method(page)),
  );
}

const KEY = html`<p class="key"><span class="mark past">■</span> reference <span class="mark now">■</span> these rows; shares of all rows, in the reference's own bins</p>`;

function featureTable({ report, config }: DriftPage): Html {
  const described = new Map(config.features.fields.map(({ name, description }) => [name, description]));
  const lines = [...report.features, ...(report.score === null ? [] : [report.score])].map((one) =>
    row(
      one.name,
      textCell(
        badge({
          ...LOOKS[one.verdict],
          word: alarmsOf(one).map(alarmText).join(', ') || LOOKS[one.verdict].word,
        }),
      ),
      textCell(one.statistic),
      number(decimal(one.measure?.value ?? null)),
      number(decimal(one.threshold)),
      number(decimal(clearestTest(one)?.corrected ?? null)),
      number(`${percentText(one.missingShare)} (${percentText(one.missingShareReference)})`),
      number(one.kind === 'numeric' ? '–' : percentText(one.unseenShare)),
      textCell(described.get(one.name) ?? "the model's answers"),
    ),
  );
  const heads = [
    'Feature',
    'Status',
    'Statistic',
    'Value',
    'Limit',
    'Corrected p',
    'Missing (was)',
    'Not in training',
    'Details',
  ];
  return table('Features and scores, worst first', heads, lines);
}

function correlations({ report }: DriftPage): Html {
  if (report.correlations.length === 0) return NOTHING;
  const lines = report.correlations.map(({ a, b, reference, current, verdict }) =>
    row(
      `${a} and ${b}`,
      number(decimal(reference)),
      number(decimal(current)),
      textCell(badge(LOOKS[verdict === 'insufficient' ? 'insufficient' : verdict])),
    ),
  );
  return section(
    'correlations',
    'Correlations',
    table('The strongest pairs of the reference', ['Pair', 'Was', 'Is', 'Status'], lines),
  );
}

function charts({ profile, window, report }: DriftPage): readonly Html[] {
  const position = new Map(profile.columns.map(({ name }, i) => [name, i]));
  return report.features.slice(0, MAX_CHARTS).map((feature: FeatureDrift) => {
    const at = position.get(feature.name) ?? -1;
    const [column, was, is] = [profile.columns[at], profile.reference.columns[at], window.columns[at]];
    if (column === undefined || was === undefined || is === undefined) return NOTHING; // features come from the profile
    const bars = barsOf(column, was, is);
    const values = bars.map(({ label, reference, current }) =>
      row(label, number(percentText(reference)), number(percentText(current))),
    );
    return html`<figure class="narrow"><h3>${feature.name} ${badge(LOOKS[feature.verdict])}</h3>
${distributionChart(`d${at}`, feature.name, bars)}
<details><summary>Values</summary>${table(`Shares of ${feature.name}`, ['Value', 'Was', 'Is'], values, 'compact')}</details></figure>`;
  });
}

function method({ reference, report }: DriftPage): Html {
  const tests = report.tests === undefined ? 'all tests' : `all ${plural(report.tests, 'test')}`;
  const whose =
    reference === 'file'
      ? NOTHING
      : html`<p class="muted">Version ${reference.version}, digest <code>${reference.digest}</code></p>`;
  return html`<p>A feature has drifted when two things hold. Its change is proven: the p-value, corrected by Holm for ${tests} of these rows, is at most ${FALSE_ALARMS}. And its change is above the blueprint's floor and limit. Near is proven and above half of the floor. Bins of the statistics are the deciles of the reference, categories its own.</p>${whose}`;
}
