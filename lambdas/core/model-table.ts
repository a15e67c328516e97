import { labelOf, type ModelConfig, type Problem } from './config.ts';
import { sourceColumns } from './features/columns.ts';
import type { Feature } from './features/spec.ts';
import { columnOf } from './rows.ts';
import type { Column, ColumnType, Table } from './table.ts';

/** What the functions know of the exported table. */
type TableConfig = Pick<ModelConfig, 'problem' | 'source' | 'features'>;

export interface DeclaredColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** The columns that a model reads of its source: key, event time, label, and what its features need. */
export function modelColumns({ problem, source, features }: TableConfig): readonly DeclaredColumn[] {
  const columns: DeclaredColumn[] = [
    { name: source.key, type: 'category' },
    { name: source.eventTime, type: 'timestamp' },
  ];
  const label = labelOf(problem);
  if (label !== undefined) columns.push({ name: label, type: labelType(problem) });
  for (const column of sourceColumns(features))
    if (!columns.some(({ name }) => name === column.name)) columns.push(column);
  return columns;
}

function labelType(problem: Problem): ColumnType {
  if (problem.type !== 'binary-classification') return 'number';
  if (typeof problem.positive === 'boolean') return 'boolean';
  return typeof problem.positive === 'number' ? 'number' : 'category';
}

/** The label of each row as a number, 0 or 1 for a class; NaN where the outcome is not known yet. */
export function labelsOf(table: Table, problem: Problem): Float64Array {
  if (problem.type === 'clustering') return new Float64Array(table.rows).fill(Number.NaN);
  const column = columnOf(table, problem.label);
  if (problem.type === 'regression') return toNumbers(column, (value) => value);
  const { positive } = problem;
  if (column.kind === 'numeric') return toNumbers(column, (value) => (value === Number(positive) ? 1 : 0));
  const code = column.dictionary.indexOf(String(positive));
  return Float64Array.from(column.codes, (each) => (each < 0 ? Number.NaN : each === code ? 1 : 0));
}

function toNumbers(column: Column, convert: (value: number) => number): Float64Array {
  if (column.kind !== 'numeric') throw new TypeError('a label of numbers holds text');
  return column.values.map((value) => (Number.isNaN(value) ? value : convert(value)));
}

/** Whether a feature's drift is looked at: the calendar moves by itself, and some are left out on purpose. */
export function isMonitored(feature: Feature): boolean {
  return feature.monitor !== false && hasProfile(feature);
}

/** Whether a feature is a column of the source whose distribution can be described. */
export function hasProfile({ kind }: Feature): boolean {
  return kind === 'numeric' || kind === 'categorical' || kind === 'boolean';
}

/** The features' raw values by feature name: what a profile describes and what a request gives. */
export function featureTable(table: Table, { fields }: ModelConfig['features']): Table {
  const columns = fields
    .filter(hasProfile)
    .map((feature) => [feature.name, columnOf(table, feature.column ?? feature.name)] as const);
  return { rows: table.rows, columns: new Map(columns) };
}

/** Features whose values may be stored with a prediction: none that shows a sensitive column. */
export function capturableFeatures({ features, source }: TableConfig): ReadonlySet<string> {
  const open = features.fields.filter(
    (feature) => !source.sensitive.includes(feature.column ?? feature.name),
  );
  return new Set(open.map(({ name }) => name));
}
