import { alarmText } from '../core/drift/alarms.ts';
import { count, plural } from '../core/format.ts';
import { badge, number, row, section, table, textCell } from './elements.ts';
import { days, decimal } from './format.ts';
import { heatTable } from './heat-table.ts';
import { type Html, html, NOTHING } from './html.ts';
import { LEVEL_WORDS, type Level, levelOf, strengthOf, VERDICTS } from './levels.ts';
import type { FeatureSummary, Summary, WindowSummary } from './summary.ts';

const LEVEL_GLYPHS: Readonly<Record<Level, { glyph: string; tone: string }>> = {
  drift: { glyph: '▲', tone: 'bad' },
  near: { glyph: '△', tone: 'warn' },
  ok: { glyph: '✓', tone: 'plain' },
  few: { glyph: '?', tone: 'plain' },
};

/** How the inputs changed: every feature in every window, then each window by itself. */
export function driftSection(summary: Summary): Html {
  const { drift } = summary;
  if (drift.length === 0) return section('drift', 'Drift', html`<p>No window was tested.</p>`);
  const key = html`<p class="key"><span class="level drift">drift</span> proven and above the floor <span class="level near">near</span> proven and above half of it <span class="level">ok</span> neither <span class="level few">few</span> too few rows to test</p>`;
  return section(
    'drift',
    'Drift',
    html`<p>${lead(summary)} Each cell holds the statistic of one feature in one window against the profile of the version that served; features are ordered worst first.</p>`,
    key,
    heatTable(drift),
    html`<h3>Window by window</h3>`,
    html`${drift.map(windowDetails)}`,
  );
}

function lead({ drift }: Summary): string {
  const judged = drift.filter(({ verdict }) => verdict !== 'insufficient');
  if (judged.length === 0) return 'No window had enough rows to test.';
  const drifted = judged.filter(({ verdict }) => verdict === 'drifted');
  return drifted.length === 0
    ? `No drift in ${plural(judged.length, 'tested window')}.`
    : `${count(drifted.length)} of ${plural(judged.length, 'tested window')} drifted, first window ${drifted[0]?.window ?? 0}.`;
}

function windowDetails(window: WindowSummary): Html {
  const { drifted, others, verdict, score } = window;
  const { glyph, word } = VERDICTS[verdict];
  const tone = verdict === 'drifted' ? 'bad' : verdict === 'insufficient' ? 'warn' : 'plain';
  const extent = drifted.length === 0 ? '' : `, ${plural(drifted.length, 'feature')}`;
  const features = [...drifted, ...others].sort(
    (a, b) => Number(drifted.includes(b)) - Number(drifted.includes(a)) || strengthOf(b) - strengthOf(a),
  );
  const rows = features.map((feature) => featureRow(feature.feature, feature, levelOf(window, feature)));
  const scoreRow = score === null ? NOTHING : featureRow('the scores', score, levelOf(window, score));
  const heads = ['Feature', 'Statistic', 'Value', 'Limit', 'Status'];
  return html`<details><summary><span class="w">Window ${window.window}</span> <span class="when">${days(window.from, window.to)}</span> ${badge({ glyph, word: word + extent, tone })} <span class="when">${plural(window.rows, 'row')}, version ${window.version}</span></summary>
${table(`Window ${window.window}: features, worst first`, heads, [scoreRow, ...rows], 'compact')}</details>`;
}

function featureRow(
  name: string,
  { statistic, value, threshold, alarms = [] }: FeatureSummary,
  level: Level,
): Html {
  return row(
    name,
    textCell(statistic),
    number(decimal(value)),
    number(decimal(threshold)),
    textCell(badge({ ...LEVEL_GLYPHS[level], word: alarms.map(alarmText).join(', ') || LEVEL_WORDS[level] })),
  );
}
