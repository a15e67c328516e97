import { InvalidInput, type Problem } from '../errors.ts';
import { columnOf } from '../table/rows.ts';
import type { CategoryColumn, ColumnType, Table } from '../table/table.ts';
import type {
  BooleanFeature,
  CategoricalFeature,
  Feature,
  FeatureSpec,
  NumericFeature,
  TimestampFeature,
} from './spec.ts';

/** A column of the source table, and how its text is read. */
export interface SourceColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** For numbers: the texts of a boolean are read too, as 1 and 0. @default false */
  readonly booleans?: boolean;
}

/** The features that are computed from one column of one row. */
export type ColumnFeature = NumericFeature | CategoricalFeature | BooleanFeature | TimestampFeature;

/** How the column of each kind of feature is read. */
export const COLUMN_TYPES: Readonly<Record<ColumnFeature['kind'], ColumnType>> = {
  numeric: 'number',
  categorical: 'category',
  boolean: 'boolean',
  timestamp: 'timestamp',
};

/** Whether a feature is computed from one column of one row. */
export function isColumnFeature(feature: Feature): feature is ColumnFeature {
  return Object.hasOwn(COLUMN_TYPES, feature.kind);
}

/** The features that are computed from one column of one row: what a request gives. */
export function columnFeatures({ fields }: FeatureSpec): readonly ColumnFeature[] {
  return fields.filter(isColumnFeature);
}

/**
 * Returns the columns that the features read, each once, in the order of the first feature that reads it. A lag,
 * rolling or expression feature reads other features, or the label, and adds no column.
 *
 * @throws InvalidInput `features/column-type`
 */
export function sourceColumns(spec: FeatureSpec): readonly SourceColumn[] {
  return mergeColumns(
    columnFeatures(spec).map(({ kind, name, column = name }) => ({ name: column, type: COLUMN_TYPES[kind] })),
  );
}

/**
 * Columns by name, each once, in order of first appearance.
 *
 * @throws InvalidInput `features/column-type` when one column is read in two ways
 */
export function mergeColumns(columns: readonly SourceColumn[]): readonly SourceColumn[] {
  const merged = new Map<string, SourceColumn>();
  const problems = columns.flatMap((column): Problem[] => {
    const { name, type } = column;
    const first = merged.get(name) ?? column;
    merged.set(name, first);
    const known = first.type;
    if (known === type) return [];
    return [
      {
        code: 'features/column-type',
        path: name,
        message: 'one column is read in two ways',
        got: `${known} and ${type}`,
        fix: 'use features of one kind for one column',
      },
    ];
  });
  if (problems.length > 0) throw new InvalidInput('columns', problems);
  return [...merged.values()];
}

/** A column of text. @throws TypeError when it is absent or holds numbers: the caller parsed other columns */
export function categoriesOf(table: Table, name: string): CategoryColumn {
  const column = columnOf(table, name);
  if (column.kind !== 'category') throw new TypeError(`column '${name}' holds numbers`);
  return column;
}
