import type { RowValue } from '../lambdas/core/table/table.ts';

/** How rows are made. */
export interface RowsOptions {
  /** An integer; the same seed gives the same rows on every machine. */
  readonly seed: number;
  /** `drift` changes the world after some months, `stable` never does. */
  readonly scenario: 'drift' | 'stable';
  /** Months of rows, fewer than `SampleData.months` for a short run. */
  readonly months?: number;
}

/** A real file whose lines become rows of the same table. */
export interface CsvMapping {
  /** Citation: title, identifier and licence. */
  readonly source: string;
  readonly header: readonly string[];
  /** Months before anything serves. */
  readonly historyMonths: number;
  /**
   * Starts at the first line of the file; the returned function takes the fields of each line after the header,
   * in order.
   */
  readonly createReader: () => (fields: readonly string[]) => readonly RowValue[];
}

/** The rows that a blueprint is shown and tested with. */
export interface SampleData {
  readonly table: { readonly name: string; readonly ddl: string };
  /** Columns of each row, in order. */
  readonly columns: readonly string[];
  /** First instant, ISO 8601 in UTC. */
  readonly start: string;
  readonly months: number;
  /** Months before anything serves: what the first version learns from. */
  readonly historyMonths: number;
  /** Rows in order of event time, with labels as they turned out. */
  readonly rows: (options: RowsOptions) => Iterable<readonly RowValue[]>;
  readonly csv?: CsvMapping;
  /** A category that one caller starts to send while a careless version serves, in every n-th request. */
  readonly incident?: { readonly feature: string; readonly value: string; readonly every: number };
}
