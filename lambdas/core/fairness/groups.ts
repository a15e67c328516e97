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

/** The values of an attribute's columns, one for each. */
export type Group = readonly string[];

/** Counts by group; the key tells all combinations of values apart. */
export type GroupTable = Map<string, { readonly group: Group; readonly counts: GroupCounts }>;

/**
 * A group as it is shown: `f, 30-39`. A value that has a comma, a quote or a space at an end stands in quotes, so that no
 * two groups of an attribute have one name.
 */
export function shownGroup(group: Group): string {
  if (group.length === 1) return group[0] as string; // one value
  return group.map((value) => (/[",]|^\s|\s$/.test(value) ? JSON.stringify(value) : value)).join(', ');
}

/** Counts one row. @param outcome - 1, 0, or NaN while it is not known. */
export function countRow(table: GroupTable, group: Group, decision: boolean, outcome: number): void {
  const key = JSON.stringify(group);
  let counts = table.get(key)?.counts;
  if (counts === undefined) {
    counts = {
      rows: 0,
      selected: 0,
      truePositives: 0,
      falsePositives: 0,
      trueNegatives: 0,
      falseNegatives: 0,
    };
    table.set(key, { group, counts });
  }
  counts.rows += 1;
  if (decision) counts.selected += 1;
  if (outcome === 1) counts[decision ? 'truePositives' : 'falseNegatives'] += 1;
  if (outcome === 0) counts[decision ? 'falsePositives' : 'trueNegatives'] += 1;
}

/** Some of a group's rows, of all that a rate is taken of. */
export interface Proportion {
  readonly part: number;
  readonly whole: number;
}

/** The rates of one group, by name; undefined where fewer rows than asked for would say it. */
export interface GroupRates<Rate = Interval> {
  /** See {@link shownGroup}. */
  readonly group: string;
  readonly rows: number;
  /** Share of rows with a positive decision. */
  readonly selectionRate: Rate | undefined;
  /** Share of positive outcomes that were decided positively. */
  readonly truePositiveRate: Rate | undefined;
  /** Share of negative outcomes that were decided positively. */
  readonly falsePositiveRate: Rate | undefined;
  /** Share of positive decisions whose outcome was positive. */
  readonly precision: Rate | undefined;
  /** Share of known outcomes that were decided rightly. */
  readonly accuracy: Rate | undefined;
}

/**
 * The rates of every group with enough rows, in order of name. A smaller group is not even named: it may be a person.
 *
 * @param minGroup - Rows below which a rate is not stated, at least 1. It holds of each rate's own rows: a group with
 * no positive outcome has no true positive rate (fairlearn says 0, and calls that unfair).
 */
export function groupProportions(table: GroupTable, minGroup: number): readonly GroupRates<Proportion>[] {
  const rate = (part: number, whole: number): Proportion | undefined =>
    whole >= Math.max(1, minGroup) ? { part, whole } : undefined;
  return [...table.values()]
    .filter(({ counts }) => counts.rows >= minGroup)
    .map(({ group, counts }) => {
      const { rows, selected, truePositives, falsePositives, trueNegatives, falseNegatives } = counts;
      const known = truePositives + falsePositives + trueNegatives + falseNegatives;
      return {
        group: shownGroup(group),
        rows,
        selectionRate: rate(selected, rows),
        truePositiveRate: rate(truePositives, truePositives + falseNegatives),
        falsePositiveRate: rate(falsePositives, falsePositives + trueNegatives),
        precision: rate(truePositives, truePositives + falsePositives),
        accuracy: rate(truePositives + trueNegatives, known),
      };
    })
    .sort((a, b) => (a.group < b.group ? -1 : 1));
}

/** The same rates with 95 % Wilson intervals, each for itself. */
export function groupRates(groups: readonly GroupRates<Proportion>[]): readonly GroupRates[] {
  const rate = (one: Proportion | undefined) => one && wilson(one.part, one.whole);
  return groups.map(
    ({ group, rows, selectionRate, truePositiveRate, falsePositiveRate, precision, accuracy }) => ({
      group,
      rows,
      selectionRate: rate(selectionRate),
      truePositiveRate: rate(truePositiveRate),
      falsePositiveRate: rate(falsePositiveRate),
      precision: rate(precision),
      accuracy: rate(accuracy),
    }),
  );
}
