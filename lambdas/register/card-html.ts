/**
 * The model card as one HTML file that needs nothing else: no script, no address, a policy that forbids both,
 * tables with captions and scopes, light, dark and print.
 */

import { keptPercent } from '../core/features/category-notes.ts';
import { escapeHtml } from '../core/html.ts';
import type { Estimate, MetricEstimates } from '../stores/runs.ts';
import { CATEGORY_HEADS, type ModelCard, rowsFacts } from './card.ts';
import { describeHoldout, describeQuarantined } from './describe-rows.ts';

const STYLE = `:root{color-scheme:light dark;--line:#767676;--soft:#f3f4f6;--bar:#1f5fbf}
@media (prefers-color-scheme:dark){:root{--line:#8b949e;--soft:#21262d;--bar:#79b0ff}}
body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{border-bottom:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead th{background:var(--soft)}
td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.number small{display:block;white-space:normal}
meter{width:8rem}
.verdict{border-left:.3rem solid var(--bar);padding:.25rem .75rem;background:var(--soft)}
@media print{body{max-width:none}}`;

const NOT_STATED = '<em>not stated by owner</em>';

/** Renders the card. The same card gives the same bytes; all its texts are escaped. */
export function cardHtml(card: ModelCard): string {
  const { model, version, owner, data, training, evaluation } = card;
  const title = `${escapeHtml(model)}, version ${version}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Model card: ${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Model card: ${title}</h1>
${verdict(card)}
<h2>Identity and use</h2>
${facts('Stated by the owner', [
  ['Description', stated(owner.description)],
  ['Owner', stated(owner.owner)],
  ['Contact', stated(owner.contact)],
  ['Licence', stated(owner.licence)],
  ['Intended use', stated(owner.intendedUse)],
  ['Out of scope', stated(owner.outOfScope)],
])}
<h2>Metrics</h2>
${metricsTable(card)}
${slices(card)}
<h2>Data</h2>
${facts('What it learnt from', [
  ['Snapshot', code(data.snapshotId)],
  ...rowsFacts(card).map(([name, value]) => [name, code(value)] as const),
  ['SHA-256 of the snapshot', code(data.sha256)],
  ['Window of event time', `${escapeHtml(data.window.from)} to ${escapeHtml(data.window.to)}, end excluded`],
  ['Training rows', String(data.trainRows)],
  ['Holdout rows', escapeHtml(describeHoldout(data))],
  ...(data.quarantined
    ? [['Quarantined rows', escapeHtml(describeQuarantined(data.quarantined))] as const]
    : []),
  ['Feature group', `version ${data.featuresVersion}, ${data.columns.length} columns after encoding`],
])}
${categories(card)}
${excluded(card)}
<h2>Training</h2>
${facts('How it was trained', [
  ['Run', code(training.runId)],
  ['Started', escapeHtml(new Date(training.startedAt).toISOString())],
  ['Because of', escapeHtml(training.trigger)],
  ['By', escapeHtml(training.trainedBy)],
  ['Code version', code(training.codeVersion)],
  ['SHA-256 of the configuration', code(training.configSha256)],
  ['Algorithm', escapeHtml(training.algorithm)],
  ['Seed', String(training.seed)],
  ['Rounds kept', String(training.rounds)],
])}
${facts(
  'Parameters',
  Object.entries(training.parameters).map(([name, value]) => [name, escapeHtml(String(value))] as const),
)}
${leaderBoard(card)}
<h2>Feature importance</h2>
${importance(card)}
${permutation(card)}
<h2>Limits and risks</h2>
<ul>
${card.limits.map((limit) => `<li>${escapeHtml(limit)}</li>`).join('\n')}
</ul>
${risks(card)}
<h2>Provenance</h2>
<p>Run record ${code(`runs/${training.runId}.json`)}; bundle ${code(`models/${version}/`)}, whose manifest names the SHA-256 of every file. Evaluated by run ${code(evaluation.runId)}.</p>
</main>
</body>
</html>
`;
}

function verdict({ evaluation }: ModelCard): string {
  const primary = evaluation.metrics[evaluation.primary];
  const measured = primary ? `${escapeHtml(evaluation.primary)} ${estimate(primary)}` : '';
  return evaluation.passed
    ? `<p class="verdict"><strong>Passed validation.</strong> ${measured}</p>`
    : `<p class="verdict"><strong>Failed validation</strong>: ${escapeHtml(evaluation.reasons.join('; '))}. ${measured}</p>`;
}

function metricsTable({ evaluation }: ModelCard): string {
  const { baseline, champion } = evaluation;
  const others: readonly (readonly [string, MetricEstimates])[] = [
    ...(baseline ? [[`Baseline: ${baseline.name}`, baseline.metrics] as const] : []),
    ...(champion ? [[`Champion: version ${champion.version}`, champion.metrics] as const] : []),
  ];
  const rows = Object.entries(evaluation.metrics).map(([name, value]) => [
    rowHead(name),
    number(estimate(value)),
    ...others.map(([, metrics]) => number(estimate(metrics[name]))),
  ]);
  const heads = ['Metric', 'This version', ...others.map(([head]) => head)];
  return table('Holdout metrics with 95 % confidence intervals', heads, rows);
}

function slices({ evaluation }: ModelCard): string {
  if (evaluation.slices.length === 0) return '';
  const names = [...new Set(evaluation.slices.flatMap(({ metrics }) => Object.keys(metrics)))];
  const rows = evaluation.slices.map((slice) => [
    rowHead(`${slice.attribute} = ${slice.value}`),
    number(String(slice.rows)),
    ...names.map((name) => number(estimate(slice.metrics[name]))),
  ]);
  return (
    table('Rates per group with 95 % confidence intervals', ['Group', 'Rows', ...names], rows) +
    fairness(evaluation)
  );
}

/** The groups with the highest and the lowest rate against each other. */
function fairness({ fairness: compared = [] }: ModelCard['evaluation']): string {
  const rows = compared.flatMap(({ attribute, metrics }) =>
    Object.entries(metrics).map(([name, value]) => [
      rowHead(`${attribute}: ${name}`),
      number(estimate(value)),
    ]),
  );
  return rows.length === 0 ? '' : table('Differences between groups', ['Measure', 'Value'], rows);
}

/** How many of its categories the model can tell apart, for each feature. */
function categories({ data: { categories: all = [] } }: ModelCard): string {
  if (all.length === 0) return '';
  const rows = all.map(({ column, levels, kept, keptShare }) => [
    rowHead(column),
    number(String(levels)),
    number(String(kept)),
    number(keptPercent(keptShare)),
  ]);
  return table('Categories of the training rows', CATEGORY_HEADS, rows);
}

function excluded({ owner }: ModelCard): string {
  const columns = Object.entries(owner.excluded);
  if (columns.length === 0) return '';
  return facts(
    'Columns left out on purpose',
    columns.map(([column, reason]) => [column, escapeHtml(reason)] as const),
  );
}

const SHOWN_TRIALS = 20;

/** Only the parameters that differ between the trials. */
function leaderBoard({ trials = [] }: ModelCard): string {
  const best = trials[0];
  if (best === undefined) return '';
  const names = (Object.keys(best.parameters) as (keyof typeof best.parameters)[]).filter((name) =>
    trials.some(({ parameters }) => parameters[name] !== best.parameters[name]),
  );
  const rows = trials
    .slice(0, SHOWN_TRIALS)
    .map(({ parameters, loss }, i) => [
      rowHead(String(i + 1)),
      number(formatNumber(loss)),
      ...names.map((name) => number(formatNumber(parameters[name] ?? Number.NaN))),
    ]);
  const caption = `Search: the best ${rows.length} of ${trials.length} configurations, by loss on rows not learnt from, which chose the first`;
  return table(caption, ['Place', 'Loss', ...names], rows);
}

const SHOWN_FEATURES = 30;

function importance({ importance: all }: ModelCard): string {
  const used = all.filter(({ gain }) => gain > 0);
  if (used.length === 0) return '<p>The model splits on nothing: it gives every row the same answer.</p>';
  const rows = used.slice(0, SHOWN_FEATURES).map(({ feature, gain }) => {
    const share = `${(100 * gain).toFixed(1)} %`;
    const meter = `<meter value="${gain}" aria-label="share of ${escapeHtml(feature)}">${share}</meter>`;
    return [rowHead(feature), number(share), `<td>${meter}</td>`];
  });
  const rest = used.length - rows.length;
  const more = rest > 0 ? `<p>${rest} more in card.json.</p>` : '';
  return table('Features by gain', ['Feature', 'Share of all gain', 'Bar'], rows) + more;
}

/** Permutation importance: how much worse the model gets, on rows that it was not trained on. */
function permutation({ evaluation: { permutation: all = [], primary } }: ModelCard): string {
  if (all.length === 0) return '';
  const rows = all
    .slice(0, SHOWN_FEATURES)
    .map(({ feature, worse }) => [rowHead(feature), number(formatNumber(worse))]);
  return table(
    `Features by permutation: ${primary} that is lost when their values are exchanged among held-out rows`,
    ['Feature', 'Loss'],
    rows,
  );
}

function risks({ owner }: ModelCard): string {
  if (owner.risks.length === 0) return `<p>Risks: ${NOT_STATED}</p>`;
  return table(
    'Risks',
    ['Risk', 'Mitigation'],
    owner.risks.map(({ risk, mitigation }) => [rowHead(risk), `<td>${escapeHtml(mitigation)}</td>`]),
  );
}

function facts(caption: string, pairs: readonly (readonly [name: string, html: string])[]): string {
  const rows = pairs.map(([name, html]) => [rowHead(name), `<td>${html}</td>`]);
  return table(caption, ['Item', 'Value'], rows);
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return `<table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((cells) => `<tr>${cells.join('')}</tr>`).join('\n')}
</tbody>
</table>`;
}

function rowHead(text: string): string {
  return `<th scope="row">${escapeHtml(text)}</th>`;
}

function number(html: string): string {
  return `<td class="number">${html}</td>`;
}

function stated(text: string | null): string {
  return text === null ? NOT_STATED : escapeHtml(text);
}

function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}

function estimate(metric: Estimate | undefined): string {
  if (!metric) return 'not measured';
  const { value, low, high, reason } = metric;
  if (low === null || high === null)
    return `${formatNumber(value)}${reason === undefined ? '' : ` <small>no interval: ${escapeHtml(reason)}</small>`}`;
  return `${formatNumber(value)} [${formatNumber(low)}, ${formatNumber(high)}]`;
}

/** Four significant digits; whole numbers as they are. */
function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
