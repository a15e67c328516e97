import { decimal } from './format.ts';
import { type Html, html, NOTHING } from './html.ts';
import { featureIn, LEVEL_WORDS, levelOf, strengthOf, VERDICTS } from './levels.ts';
import type { FeatureSummary, WindowSummary } from './summary.ts';

/** Further features are in the details of each window. */
const MOST_FEATURES = 30;

/** Features, worst first, by windows, oldest first: the table reads as the timeline does. */
export function heatTable(windows: readonly WindowSummary[]): Html {
  const names = worstFirst(windows);
  const hidden = names.length - MOST_FEATURES;
  const more = hidden > 0 ? html`<p>${hidden} more features are in the windows' own tables.</p>` : NOTHING;
  const scores = windows.some(({ score }) => score !== null) ? [scoreRow(windows)] : [];
  return html`<div class="scroll" role="region" aria-label="Drift of every feature in every window" tabindex="0"><table class="heat">
<caption>Drift of every feature in every window</caption>
<thead>
<tr><th scope="col" rowspan="2">Feature</th>${versionHeads(windows)}</tr>
<tr>${windows.map((window, index) => html`<th scope="col"${edge(windows, index)}>${window.window}</th>`)}</tr>
</thead>
<tbody>
<tr class="all"><th scope="row">Window</th>${windows.map(verdictCell(windows))}</tr>
${scores}
${names.slice(0, MOST_FEATURES).map((name) => featureRow(windows, name))}
</tbody></table></div>${more}`;
}

/** By the number of windows they drifted in, then by their worst value. */
function worstFirst(windows: readonly WindowSummary[]): readonly string[] {
  const worst = new Map<string, { drifted: number; share: number }>();
  for (const { drifted, others } of windows) {
    for (const feature of [...drifted, ...others]) {
      const seen = worst.get(feature.feature) ?? { drifted: 0, share: 0 };
      worst.set(feature.feature, {
        drifted: seen.drifted + (drifted.includes(feature) ? 1 : 0),
        share: Math.max(seen.share, strengthOf(feature)),
      });
    }
  }
  return [...worst]
    .sort(([a, x], [b, y]) => y.drifted - x.drifted || y.share - x.share || (a < b ? -1 : 1))
    .map(([name]) => name);
}

/** One head over the windows that the same version was judged in. */
function versionHeads(windows: readonly WindowSummary[]): readonly Html[] {
  const groups: { version: number; width: number }[] = [];
  for (const { version } of windows) {
    const last = groups.at(-1);
    if (last?.version === version) last.width += 1;
    else groups.push({ version, width: 1 });
  }
  return groups.map(
    ({ version, width }, index) =>
      html`<th scope="colgroup" colspan="${width}"${index > 0 ? CHANGE : NOTHING}>${width > 2 ? 'Version ' : 'v'}${version}</th>`,
  );
}

const CHANGE = html` class="edge"`;

/** Marks the first window of another version. */
function edge(windows: readonly WindowSummary[], index: number, level = ''): Html {
  const changed = index > 0 && windows[index - 1]?.version !== windows[index]?.version;
  const names = [level, changed ? 'edge' : ''].filter((name) => name !== '').join(' ');
  return names === '' ? NOTHING : html` class="${names}"`;
}

function verdictCell(windows: readonly WindowSummary[]) {
  return ({ verdict }: WindowSummary, index: number): Html => {
    const { glyph } = VERDICTS[verdict];
    const level = verdict === 'drifted' ? 'drift' : '';
    const word = verdict === 'drifted' ? 'drift' : verdict === 'stable' ? 'ok' : 'few';
    return html`<td${edge(windows, index, level)}><b aria-hidden="true">${glyph}</b>${word}</td>`;
  };
}

function scoreRow(windows: readonly WindowSummary[]): Html {
  const cells = windows.map((window, index) => cell(windows, index, window.score ?? undefined));
  return html`<tr class="all"><th scope="row">the scores</th>${cells}</tr>`;
}

function featureRow(windows: readonly WindowSummary[], name: string): Html {
  const cells = windows.map((window, index) => cell(windows, index, featureIn(window, name)));
  return html`<tr><th scope="row">${name}</th>${cells}</tr>`;
}

/** The statistic with a word; of an alert by missing or unseen values alone that share. */
function cell(windows: readonly WindowSummary[], index: number, feature?: FeatureSummary): Html {
  const window = windows[index];
  if (feature === undefined || window === undefined) return html`<td${edge(windows, index)}>–</td>`;
  const level = levelOf(window, feature);
  const [alarm] = feature.alarms ?? [];
  const value = shortValue(
    alarm === undefined || alarm.cause === 'distribution' ? feature.value : alarm.value,
  );
  const word = level === 'drift' && alarm !== undefined ? ALARM_WORDS[alarm.cause] : LEVEL_WORDS[level];
  return html`<td${edge(windows, index, level === 'ok' ? '' : level)}><b>${value}</b>${word}</td>`;
}

const ALARM_WORDS = { distribution: LEVEL_WORDS.drift, unseen: 'unseen', missing: 'missing' } as const;

/** Two decimals; the windows' own tables have more. */
function shortValue(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  return Math.abs(value) < 10 ? value.toFixed(2) : decimal(value);
}
