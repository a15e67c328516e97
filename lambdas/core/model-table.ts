import { labelOf, type ModelConfig, type ProblemType } from './config.ts';
import { type Attribute, attributesOf, groupColumns } from './fairness/attribute.ts';
import { mergeColumns, type SourceColumn, sourceColumns } from './features/columns.ts';
import { columnNameOf, type Feature } from './features/spec.ts';
import { classOf } from './labels.ts';
import { columnOf } from './table/rows.ts';
import type { Column, Table } from './table/table.ts';

/** The configuration of the exported table. */
type TableConfig = Pick<ModelConfig, 'problem' | 'source' | 'features' | 'training' | 'monitoring'>;

/**
 * The columns that a model reads of its source, each once: key, event time, label, what its features need, and what
 * says which group a row belongs to where groups are compared.
 *
 * @throws InvalidInput `features/column-type`
 */
export function modelColumns(config: TableConfig): readonly SourceColumn[] {
  const { problem, source, features } = config;
  const label = labelOf(problem);
  return mergeColumns([
    { name: source.key, type: 'category' },
    { name: source.eventTime, type: 'timestamp' },
    ...(label === undefined ? [] : [labelColumn(label, problem)]),
    ...sourceColumns(features),
    ...groupingColumns(config),
  ]);
}

/**
 * The columns of a stored row, in their order: those of `features.columns`, then new ones. A column that nothing reads any
 * more keeps its place and is empty, because Athena reads a CSV by position
 * (docs.aws.amazon.com/athena/latest/ug/updates-add-columns-beginning-middle-of-table.html).
 *
 * @throws InvalidInput `features/column-type`
 */
export function storedColumns(config: TableConfig): readonly SourceColumn[] {
  const read = modelColumns(config);
  const byName = new Map(read.map((column) => [column.name, column]));
  const first = config.features.columns ?? [];
  return [
    ...first.map((name): SourceColumn => byName.get(name) ?? { name, type: 'category' }),
    ...read.filter(({ name }) => !first.includes(name)),
  ];
}

/** Columns that only tell groups apart: no feature reads them, so that they are texts. */
function groupingColumns(config: TableConfig): readonly SourceColumn[] {
  const read = new Set(sourceColumns(config.features).map(({ name }) => name));
  return attributesOf(config)
    .flatMap((attribute) => groupColumns(attribute, config))
    .filter((name) => !read.has(name))
    .map((name) => ({ name, type: 'category' }));
}

/** A label of numbers may write its two classes as booleans. */
function labelColumn(name: string, problem: ProblemType): SourceColumn {
  if (problem.type !== 'binary-classification') return { name, type: 'number' };
  if (typeof problem.positive === 'number') return { name, type: 'number', booleans: true };
  return { name, type: typeof problem.positive === 'boolean' ? 'boolean' : 'category' };
}

/** The label of each row as a number, 0 or 1 for a class; NaN where the outcome is not known yet. */
export function labelsOf(table: Table, problem: ProblemType): Float64Array {
  if (problem.type === 'clustering') return new Float64Array(table.rows).fill(Number.NaN);
  const column = columnOf(table, problem.label);
  if (problem.type === 'regression') return toNumbers(column, (value) => value);
  const { positive } = problem;
  if (column.kind === 'numeric') return toNumbers(column, (value) => (value === Number(positive) ? 1 : 0));
  const read = classOf(positive);
  const wanted = read(String(positive));
  const classes = column.dictionary.map((text) => (read(text) === wanted ? 1 : 0));
  return Float64Array.from(column.codes, (code) => classes[code] ?? Number.NaN); // -1 is missing
}

function toNumbers(column: Column, convert: (value: number) => number): Float64Array {
  if (column.kind !== 'numeric') throw new TypeError('a label of numbers holds text');
  return column.values.map((value) => (Number.isNaN(value) ? value : convert(value)));
}

/** Whether a feature's drift is looked at: the calendar moves by itself, and some are left out on purpose. */
export function isMonitored(feature: Feature): boolean {
  return feature.monitor !== false && hasProfile(feature);
}

/** Whether a feature has raw values of its own whose distribution can be described. */
export function hasProfile({ kind }: Feature): boolean {
  return kind !== 'timestamp' && kind !== 'expression';
}

/** Names of the features that are booleans: numbers in a table, two categories by meaning. */
export function booleansOf({ fields }: ModelConfig['features']): readonly string[] {
  return fields.filter(({ kind }) => kind === 'boolean').map(({ name }) => name);
}

/** The features' raw values by feature name: what a profile describes and what a model is asked with. */
export function featureTable(table: Table, { fields }: ModelConfig['features']): Table {
  const columns = fields
    .filter(hasProfile)
    .map((feature) => [feature.name, columnOf(table, columnNameOf(feature))] as const);
  return { rows: table.rows, columns: new Map(columns) };
}

/**
 * Features whose values may be stored with a prediction: none that is named as a sensitive column, reads one, or
 * is computed from a feature that does.
 */
export function capturableFeatures({
  features,
  source,
}: Pick<TableConfig, 'features' | 'source'>): ReadonlySet<string> {
  const sensitive = new Set(source.sensitive);
  const hidden = new Set<string>();
  const shows = (feature: Feature) =>
    [feature.name, columnNameOf(feature), ...namesIn(feature)].some((name) => sensitive.has(name)) ||
    namesIn(feature).some((name) => hidden.has(name));
  // A computed feature may come before the one that it is computed from, so until nothing more is found.
  for (let found = features.fields; found.length > 0; ) {
    found = features.fields.filter((feature) => !hidden.has(feature.name) && shows(feature));
    for (const { name } of found) hidden.add(name);
  }
  return new Set(features.fields.map(({ name }) => name).filter((name) => !hidden.has(name)));
}

/** The features that tell an attribute's groups apart; undefined where one of them is not recorded with answers. */
export function capturedFeatures(
  attribute: Attribute,
  config: Pick<ModelConfig, 'features' | 'source' | 'serving'>,
): readonly string[] | undefined {
  const captured = config.serving.capture.features ? capturableFeatures(config) : new Set<string>();
  const names = [attribute].flat().map((name) => {
    const feature = config.features.fields.find(
      (field) => field.name === name || columnNameOf(field) === name,
    );
    return feature !== undefined && captured.has(feature.name) ? feature.name : undefined;
  });
  return names.includes(undefined) ? undefined : names.filter((name) => name !== undefined);
}

/** Columns and features that a feature is computed from; in an expression every word, also in a text, may be one. */
function namesIn(feature: Feature): readonly string[] {
  if (feature.kind === 'lag' || feature.kind === 'rolling') return [feature.of];
  if (feature.kind === 'expression') return feature.expression.split(/\W+/);
  return [];
}
