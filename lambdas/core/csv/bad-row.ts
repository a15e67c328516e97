import type { CellProblem } from './column-builder.ts';
import type { StructureProblem } from './scan-row.ts';

/** A row that was left out. */
export interface BadRow {
  /** Line of the file on which the row starts; the header is line 1. */
  readonly line: number;
  readonly code: StructureProblem['code'] | CellProblem['code'];
  /** The column, where one is to blame. */
  readonly column?: string;
  /** The cell, where a value is to blame; cut at 200 bytes. */
  readonly value?: string;
  /** Never holds a value of the row. */
  readonly reason: string;
  /**
   * The row as it stood in the file, for the quarantine, cut at 4 KiB; bytes that are not UTF-8 are replaced by
   * U+FFFD. A row that was too large to keep has only its beginning here.
   */
  readonly raw: string;
}
