/**
 * Decisions and outcomes counted by group. Counts of disjoint rows add up in any order, so a window can be folded
 * file by file. Without an outcome (NaN) a row counts for who was selected, not for how right that was.
 */

import { type Interval, wilson } from '../metrics/intervals.ts';

/** One group's rows. */
export interface GroupCounts {
  /** All rows, and those whose decision is positive. */
  rows: number;
  selected: number;
  /** Rows whose outcome is known: by decision and outcome. */
  truePositives: number;
  falsePositives: number;
  trueNegatives: number;
  falseNegatives: number;
}

export type GroupTable = Map<string, GroupCounts>;

/** Counts one row. @param outcome - 1, 0, or NaN while it is not known. */
export function countRow(table: GroupTable, group: string, decision: boolean, outcome: number): void {
  let counts = table.get(group);
  if (counts === undefined) {
    counts = {
      rows: 0,
      selected: 0,
      truePositives: 0,
      falsePositives: 0,
      trueNegatives: 0,
      falseNegatives: 0,
    };
    table.set(group, counts);
  }
  counts.rows += 1;
  if (decision) counts.selected += 1;
  if (outcome === 1) counts[decision ? 'truePositives' : 'falseNegatives'] += 1;
  if (outcome === 0) counts[decision ? 'falsePositives' : 'trueNegatives'] += 1;
}

/** Rates of one group with 95 % Wilson intervals; undefined where fewer rows than asked for would say it. */
export interface GroupRates {
  readonly group: string;
  readonly rows: number;
  /** Share of rows with a positive decision. */
  readonly selectionRate: Interval | undefined;
  /** Share of positive outcomes that were decided positively. */
  readonly truePositiveRate: Interval | undefined;
  /** Share of negative outcomes that were decided positively. */
  readonly falsePositiveRate: Interval | undefined;
  /** Share of positive decisions whose outcome was positive. */
  readonly precision: Interval | undefined;
  /** Share of known outcomes that were decided rightly. */
  readonly accuracy: Interval | undefined;
}

/**
 * The rates of every group with enough rows, in order of name. A smaller group is not even named: it may be a person.
 *
 * @param minGroup - Rows below which a rate is not stated, at least 1. It holds of each rate's own rows: a group with
 * no positive outcome has no true positive rate (fairlearn says 0, and calls that unfair).
 */
export function groupRates(table: GroupTable, minGroup: number): readonly GroupRates[] {
  const rate = (part: number, whole: number): Interval | undefined =>
    whole >= Math.max(1, minGroup) ? wilson(part, whole) : undefined;
  return [...table]
    .filter(([, { rows }]) => rows >= minGroup)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, counts]) => {
      const { rows, selected, truePositives, falsePositives, trueNegatives, falseNegatives } = counts;
      const known = truePositives + falsePositives + trueNegatives + falseNegatives;
      return {
        group,
        rows,
        selectionRate: rate(selected, rows),
        truePositiveRate: rate(truePositives, truePositives + falseNegatives),
        falsePositiveRate: rate(falsePositives, falsePositives + trueNegatives),
        precision: rate(truePositives, truePositives + falsePositives),
        accuracy: rate(truePositives + trueNegatives, known),
      };
    });
}
