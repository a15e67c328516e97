import type { Table } from '../table/table.ts';
import { groupsOf } from './attribute.ts';
import { type Disparities, disparities } from './disparity.ts';
import { countRow, type GroupRates, type GroupTable, groupProportions, groupRates } from './groups.ts';

/** The groups of one attribute, and how far they are apart. */
export interface GroupComparison {
  readonly groups: readonly GroupRates[];
  readonly disparities: Disparities;
}

/** Decisions to compare, row by row. */
export interface Decided {
  /** Predictions; NaN where a row was not answered, which then counts for nothing. */
  readonly predictions: ArrayLike<number>;
  /** 1 or 0; NaN while it is not known. */
  readonly outcomes: ArrayLike<number>;
  /** Predictions from here on are positive decisions. */
  readonly threshold: number;
}

/**
 * Compares the groups of a table's rows by their decisions and outcomes. Rows without a group count for nothing.
 *
 * @param columns - Columns of the table that tell the groups apart.
 * @param minGroup - Rows below which a rate is not stated.
 */
export function compareGroups(
  table: Table,
  columns: readonly string[],
  { predictions, outcomes, threshold }: Decided,
  minGroup: number,
): GroupComparison {
  const groupOf = groupsOf(table, columns);
  const counts: GroupTable = new Map();
  for (let row = 0; row < table.rows; row++) {
    const group = groupOf(row);
    const prediction = predictions[row] as number; // one per row
    if (group !== undefined && !Number.isNaN(prediction))
      countRow(counts, group, prediction >= threshold, outcomes[row] as number);
  }
  return compareCounts(counts, minGroup);
}

/** The same from counts. */
export function compareCounts(counts: GroupTable, minGroup: number): GroupComparison {
  const groups = groupProportions(counts, minGroup);
  return { groups: groupRates(groups), disparities: disparities(groups) };
}
