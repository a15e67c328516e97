/**
 * Columns in memory: typed arrays, one per column. Everything that computes on many rows takes these.
 */

/** Numbers. A boolean is 0 or 1, a timestamp is milliseconds since 1970-01-01 UTC. NaN means missing. */
export interface NumericColumn {
  readonly kind: 'numeric';
  readonly values: Float64Array;
}

/** Text with few or many values: `dictionary[codes[row]]`, in order of first appearance. Code -1 means missing. */
export interface CategoryColumn {
  readonly kind: 'category';
  readonly codes: Int32Array;
  readonly dictionary: readonly string[];
}

export type Column = NumericColumn | CategoryColumn;

/** Named columns of one length. */
export interface Table {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
}

/** How the text of a CSV field becomes a value. */
export type ColumnType = 'number' | 'boolean' | 'timestamp' | 'category';

/** One row as a request or a CSV line gives it, after parsing. `null` means missing. */
export type RowValue = string | number | boolean | null;
export type Row = ReadonlyMap<string, RowValue>;
