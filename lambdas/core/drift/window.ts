/**
 * A window of rows counted over a profile's bins. Windows of the same profile merge in any order, so a day
 * can be folded from many files, by many workers.
 */

import { RuntimeFailure } from '../errors.ts';
import type { Table } from '../table/table.ts';
import { mergePairs, NO_PAIRS, type PairSums, sumPair, toRanks } from './correlations.ts';
import {
  type ColumnCounts,
  countCategories,
  countNumeric,
  differentProfiles,
  emptyCategorical,
  emptyNumeric,
  mergeCounts,
  mergeNumeric,
  type NumericCounts,
} from './histogram.ts';
import { type DriftWindow, type NumericProfile, type ProfileShape, profiledColumn } from './profile.ts';

export function emptyWindow(profile: ProfileShape): DriftWindow {
  return {
    rows: 0,
    columns: profile.columns.map((column) =>
      column.kind === 'numeric' ? emptyNumeric(column.bins) : emptyCategorical(column.categories),
    ),
    pairs: profile.pairs.map(() => NO_PAIRS),
    scores: profile.scores === null ? null : emptyNumeric(profile.scores.bins),
    labels: profile.labels === null ? null : emptyNumeric(profile.labels.bins),
  };
}

/**
 * Counts the rows of a table into the window. Columns that the profile does not name are ignored.
 *
 * @throws RuntimeFailure `drift/missing-column`, or `drift/column-kind` when a numeric column became text or
 * text became numeric.
 */
export function addRows(window: DriftWindow, profile: ProfileShape, table: Table): void {
  const paired = new Set(profile.pairs.flatMap(({ a, b }) => [a, b]));
  const ranks = new Map<number, Uint8Array>();
  profile.columns.forEach((shape, position) => {
    const column = profiledColumn(table, shape.name);
    const counts = window.columns[position];
    if (shape.kind === 'numeric' && column.kind === 'numeric' && counts?.kind === 'numeric') {
      const codes = countNumeric(counts, shape.bins, column.values);
      if (paired.has(position)) ranks.set(position, toRanks(codes, shape.bins));
    } else if (shape.kind === 'categorical' && column.kind === 'category' && counts?.kind === 'categorical') {
      countCategories(counts, shape.categories, column);
    } else {
      throw new RuntimeFailure(
        'drift/column-kind',
        `column '${shape.name}' is ${column.kind}, its profile is ${shape.kind}`,
      );
    }
  });
  profile.pairs.forEach(({ a, b }, index) => {
    // Both columns of a pair are numeric, and every numeric column was ranked above.
    const sums = sumPair(ranks.get(a) as Uint8Array, ranks.get(b) as Uint8Array);
    window.pairs[index] = mergePairs(window.pairs[index] as PairSums, sums);
  });
  window.rows += table.rows;
}

/** Counts the model's scores into the window; they may come from other rows than `addRows` saw. */
export function addScores(
  window: DriftWindow,
  profile: ProfileShape,
  scores: Float64Array | Float32Array,
): void {
  addOutput('scores', window.scores, profile.scores, scores);
}

/** Counts labels, which arrive later than their rows, into the window. */
export function addLabels(
  window: DriftWindow,
  profile: ProfileShape,
  labels: Float64Array | Float32Array,
): void {
  addOutput('labels', window.labels, profile.labels, labels);
}

/** The window of both windows' rows. Associative and commutative, exactly. */
export function mergeWindows(x: DriftWindow, y: DriftWindow): DriftWindow {
  if (x.columns.length !== y.columns.length || x.pairs.length !== y.pairs.length) throw differentProfiles();
  return {
    rows: x.rows + y.rows,
    // The lengths are equal, so every position exists in both.
    columns: x.columns.map((counts, i) => mergeCounts(counts, y.columns[i] as ColumnCounts)),
    pairs: x.pairs.map((sums, i) => mergePairs(sums, y.pairs[i] as PairSums)),
    scores: mergeOutput(x.scores, y.scores),
    labels: mergeOutput(x.labels, y.labels),
  };
}

function addOutput(
  what: string,
  counts: NumericCounts | null,
  profile: NumericProfile | null,
  values: Float64Array | Float32Array,
): void {
  if (counts === null || profile === null) {
    throw new RuntimeFailure('drift/no-reference', `the profile was fitted without ${what}`, {
      fix: `pass ${what} to fitProfile`,
    });
  }
  countNumeric(counts, profile.bins, values);
}

function mergeOutput(x: NumericCounts | null, y: NumericCounts | null): NumericCounts | null {
  if (x === null && y === null) return null;
  if (x === null || y === null) throw differentProfiles();
  return mergeNumeric(x, y);
}
