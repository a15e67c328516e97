/** A model card as Markdown with the metadata that model hubs read (huggingface.co/docs/hub/model-cards). */

import { keptPercent } from '../core/features/category-notes.ts';
import { CATEGORY_HEADS, type ModelCard, rowsFacts } from '../register/card.ts';
import { describeHoldout, describeQuarantined } from '../register/describe-rows.ts';
import type { Estimate, MetricEstimates } from '../stores/runs.ts';

const NOT_STATED = '_not stated by owner_';
/** Fields that only people can fill, by their names in the blueprint. */
const STATEMENTS = ['contact', 'licence', 'intendedUse', 'outOfScope'] as const;

/** Returns the fields that the owner left empty, by their names in the blueprint's `card`. */
export function unstated({ owner }: ModelCard): readonly string[] {
  return [
    ...STATEMENTS.filter((name) => owner[name] === null),
    ...(owner.risks.length === 0 ? ['risks'] : []),
  ];
}

/** Renders the card; `against` puts another version's metrics beside. The same cards give the same text. */
export function cardMarkdown(card: ModelCard, against?: ModelCard): string {
  const { model, version, owner, data, training, evaluation, importance, limits } = card;
  const { window } = data;
  return [
    frontMatter(card),
    `# ${plain(model)}, version ${version}`,
    evaluation.passed
      ? '**Passed validation.**'
      : `**Failed validation**: ${plain(evaluation.reasons.join('; '))}.`,
    '## Identity and use',
    list([
      ['Description', owner.description],
      ['Owner', owner.owner],
      ['Contact', owner.contact],
      ['Licence', owner.licence],
      ['Intended use', owner.intendedUse],
      ['Out of scope', owner.outOfScope],
    ]),
    '## Metrics on the holdout rows',
    metricsTable(card, against),
    ...(evaluation.slices.length === 0 ? [] : ['## Groups', slicesTable(card)]),
    '## Data',
    list([
      ['Events', `${window.from} to ${window.to}, end excluded`],
      ['Rows', `${data.trainRows} learnt from, ${describeHoldout(data)}`],
      ...(data.quarantined ? [['Quarantined rows', describeQuarantined(data.quarantined)] as const] : []),
      ...rowsFacts(card),
      ['SHA-256 of the snapshot', data.sha256],
      ['Features', `version ${data.featuresVersion}, ${data.columns.length} columns after encoding`],
    ]),
    ...Object.entries(owner.excluded).map(
      ([column, reason]) => `- Left out: \`${column}\`, ${plain(reason)}`,
    ),
    ...(data.categories?.length
      ? [
          table(
            CATEGORY_HEADS,
            data.categories.map(({ column, levels, kept, keptShare }) => [
              column,
              String(levels),
              String(kept),
              keptPercent(keptShare),
            ]),
          ),
        ]
      : []),
    '## Training',
    list([
      ['Run', training.runId],
      ['Because of', training.trigger],
      ['By', training.trainedBy],
      ['Code version', training.codeVersion],
      ['Algorithm', `${training.algorithm}, ${training.rounds} rounds, seed ${training.seed}`],
      [
        'Parameters',
        Object.entries(training.parameters)
          .map(([name, value]) => `${name} ${value}`)
          .join(', '),
      ],
    ]),
    '## Feature importance',
    table(
      ['Feature', 'Share of gain'],
      importance
        .filter(({ gain }) => gain > 0)
        .map(({ feature, gain }) => [feature, `${(100 * gain).toFixed(1)} %`]),
    ),
    ...(evaluation.permutation === undefined
      ? []
      : [
          table(
            ['Feature', `${evaluation.primary} lost when its values are exchanged`],
            evaluation.permutation.map(({ feature, worse }) => [feature, worse.toFixed(4)]),
          ),
        ]),
    '## Limits and risks',
    ...limits.map((limit) => `- ${plain(limit)}`),
    ...(owner.risks.length === 0
      ? [`- Risks: ${NOT_STATED}`]
      : owner.risks.map(({ risk, mitigation }) => `- ${plain(risk)}: ${plain(mitigation)}`)),
  ]
    .join('\n\n')
    .replace(/\n\n- /g, '\n- ');
}

/** YAML whose texts are written as JSON, which every YAML reader takes. */
function frontMatter({ model, owner, training, evaluation }: ModelCard): string {
  const { primary, metrics } = evaluation;
  return [
    '---',
    ...(owner.licence === null ? [] : [`license: ${JSON.stringify(owner.licence)}`]),
    `library_name: ${JSON.stringify(training.algorithm)}`,
    'tags: ["tabular"]',
    `model_name: ${JSON.stringify(model)}`,
    `metrics: [${JSON.stringify(primary)}]`,
    `${primary}: ${metrics[primary]?.value ?? 'null'}`,
    '---',
  ].join('\n');
}

function metricsTable({ evaluation }: ModelCard, against: ModelCard | undefined): string {
  const { baseline, champion, metrics } = evaluation;
  const others: readonly (readonly [string, MetricEstimates])[] = [
    ...(baseline ? [[`baseline ${baseline.name}`, baseline.metrics] as const] : []),
    ...(champion ? [[`champion, version ${champion.version}`, champion.metrics] as const] : []),
    ...(against
      ? [[`version ${against.version}, on its own rows`, against.evaluation.metrics] as const]
      : []),
  ];
  return table(
    ['Metric', 'This version', ...others.map(([head]) => head)],
    Object.entries(metrics).map(([name, value]) => [
      name,
      estimate(value),
      ...others.map(([, theirs]) => estimate(theirs[name])),
    ]),
  );
}

function slicesTable({ evaluation }: ModelCard): string {
  const { slices } = evaluation;
  const names = [...new Set(slices.flatMap(({ metrics }) => Object.keys(metrics)))];
  return table(
    ['Group', 'Rows', ...names],
    slices.map(({ attribute, value, rows, metrics }) => [
      `${attribute} = ${value}`,
      String(rows),
      ...names.map((name) => estimate(metrics[name])),
    ]),
  );
}

function estimate(found: Estimate | undefined): string {
  if (found === undefined) return '';
  const { value, low, high, reason } = found;
  if (low !== null && high !== null) return `${value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
  return `${value.toFixed(4)}${reason === undefined ? '' : ` (no interval: ${reason})`}`;
}

const list = (facts: readonly (readonly [string, string | null])[]): string =>
  facts.map(([name, value]) => `- ${name}: ${value === null ? NOT_STATED : plain(value)}`).join('\n');

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`;
  return [line(heads), `|${' --- |'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}

/** Text stays text, whatever it looks like. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>|#]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
