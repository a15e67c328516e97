import { InvalidInput, RuntimeFailure } from '../errors.ts';
import type { Column, ColumnType, Table } from '../table.ts';
import type {
  BooleanFeature,
  CategoricalFeature,
  Feature,
  FeatureSpec,
  NumericFeature,
  TimestampFeature,
} from './spec.ts';

/** The kinds of features that are computed from one column of one row. */
export type ColumnFeature = NumericFeature | CategoricalFeature | BooleanFeature | TimestampFeature;

/** A column of the source table that features read. */
export interface SourceColumn {
  readonly name: string;
  readonly type: ColumnType;
}

const COLUMN_TYPES: ReadonlyMap<Feature['kind'], ColumnType> = new Map([
  ['numeric', 'number'],
  ['categorical', 'category'],
  ['boolean', 'boolean'],
  ['timestamp', 'timestamp'],
]);

/**
 * The columns that the features read, each once, in the order of the first feature that reads it. Features
 * that are computed from other features read none of their own.
 *
 * @throws InvalidInput `features/column-type` when two features read one column differently
 */
export function sourceColumns({ fields }: FeatureSpec): readonly SourceColumn[] {
  const types = new Map<string, ColumnType>();
  const problems = fields.flatMap((feature, index) => {
    const type = COLUMN_TYPES.get(feature.kind);
    if (type === undefined) return [];
    const name = columnName(feature);
    const known = types.get(name) ?? type;
    types.set(name, known);
    if (known === type) return [];
    return [
      {
        code: 'features/column-type',
        path: `fields[${index}].column`,
        message: `column '${name}' is read as ${known} by another feature`,
        got: type,
        fix: 'use features of one kind for one column',
      },
    ];
  });
  if (problems.length > 0) throw new InvalidInput('features', problems);
  return [...types].map(([name, type]) => ({ name, type }));
}

/** Whether a feature is computed from one column of one row. */
export const isColumnFeature = (feature: Feature): feature is ColumnFeature => COLUMN_TYPES.has(feature.kind);

/** The column that a feature is computed from. */
export function columnName({ name, column = name }: Feature): string {
  return column;
}

/**
 * The column of this name and kind.
 *
 * @throws RuntimeFailure `features/missing-column`, `features/wrong-type`
 */
export function columnOfKind<K extends Column['kind']>(
  table: Table,
  name: string,
  kind: K,
): Extract<Column, { kind: K }> {
  const column = table.columns.get(name);
  if (column === undefined) {
    throw new RuntimeFailure('features/missing-column', `the table has no column '${name}'`);
  }
  if (column.kind !== kind) {
    throw new RuntimeFailure('features/wrong-type', `column '${name}' is ${column.kind}, not ${kind}`);
  }
  return column as Extract<Column, { kind: K }>; // its kind was compared
}
