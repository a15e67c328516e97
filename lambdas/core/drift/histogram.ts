/**
 * Counts over frozen bins. They are whole numbers, so merging is exact in any order and grouping; they are
 * plain JSON. Functions named `count…` add to what they are given, `merge…` return a new value.
 */

import { RuntimeFailure } from '../errors.ts';
import type { CategoryColumn } from '../table/table.ts';
import { categoryFinder } from '../table/values.ts';
import { isUsable, type NumericBins, UNITS } from './bins.ts';

/** How often each bin of a numeric column occurred. NaN and unusable values count as missing. */
export interface NumericCounts {
  readonly kind: 'numeric';
  /** One more than there are edges. */
  readonly counts: number[];
  missing: number;
  /** How far the values below the first edge, and above the last, lie from it in all, in `bins.unit`s. */
  below: number;
  above: number;
}

/** How often each category of the frozen dictionary occurred. */
export interface CategoryCounts {
  readonly kind: 'categorical';
  readonly counts: number[];
  /** Values that are not in the dictionary. */
  unseen: number;
  missing: number;
}

export type ColumnCounts = NumericCounts | CategoryCounts;

/** In `bins.unit`s (1/1024 deviation): 2^23 values this far away still sum below 2^53. */
const MAX_DISTANCE = 1 << 30;
/** In `countNumeric`'s bin numbers: no value. */
export const NO_BIN = 0xffff;

export function emptyNumeric(bins: NumericBins): NumericCounts {
  const counts = new Array<number>(bins.edges.length + 1).fill(0);
  return { kind: 'numeric', counts, missing: 0, below: 0, above: 0 };
}

export function emptyCategorical(categories: readonly string[]): CategoryCounts {
  return { kind: 'categorical', counts: categories.map(() => 0), unseen: 0, missing: 0 };
}

/** Adds the values to the counts; returns each value's bin, `NO_BIN` if missing. */
export function countNumeric(
  into: NumericCounts,
  bins: NumericBins,
  values: Float64Array | Float32Array,
): Uint16Array {
  // Padded with infinities to a power of two: the search is then the same few steps for every value.
  let width = 1;
  while (width < bins.edges.length + 1) width *= 2;
  const edges = new Float64Array(width).fill(Infinity);
  edges.set(bins.edges);
  const half = width >> 1;
  const counts = new Int32Array(width + 1);
  const codes = new Uint16Array(values.length);
  const least = bins.edges[0] ?? Infinity;
  const most = bins.edges[bins.edges.length - 1] ?? -Infinity;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number; // row < length
    if (!isUsable(value)) {
      codes[row] = NO_BIN;
      into.missing++;
      continue;
    }
    let bin = 0; // becomes the number of edges below the value
    for (let step = half; step > 0; step >>= 1) {
      // A product instead of a branch, which the processor could not predict: twice as fast.
      bin += step * Number((edges[bin + step - 1] as number) < value);
    }
    codes[row] = bin;
    counts[bin] = (counts[bin] as number) + 1; // bin < width
    if (value > most) into.above += distance(value, most, bins.unit);
    else if (value <= least) into.below += distance(value, least, bins.unit);
  }
  into.counts.forEach((count, bin) => {
    into.counts[bin] = count + (counts[bin] as number);
  });
  return codes;
}

/**
 * In whole units, so that sums are exact, and at most a million deviations, so that they stay exact. A constant column
 * has no deviation: every other value counts as one deviation away.
 */
function distance(value: number, edge: number, unit: number): number {
  if (unit === 0) return UNITS;
  return Math.min(MAX_DISTANCE, Math.round(Math.abs(value - edge) / unit));
}

/** Adds a category column to the counts; the column's own dictionary may differ from the frozen one. */
export function countCategories(
  into: CategoryCounts,
  categories: readonly string[],
  column: CategoryColumn,
): void {
  const perCode = new Float64Array(column.dictionary.length);
  for (const code of column.codes) {
    if (code < 0) into.missing++;
    else perCode[code] = (perCode[code] as number) + 1; // codes index the dictionary
  }
  const find = categoryFinder(categories);
  column.dictionary.forEach((category, code) => {
    const position = find(category);
    const count = perCode[code] as number;
    if (position === undefined) into.unseen += count;
    else into.counts[position] = (into.counts[position] as number) + count;
  });
}

/** The sum of two counts over the same bins. */
export function mergeCounts(a: ColumnCounts, b: ColumnCounts): ColumnCounts {
  if (a.kind === 'numeric' && b.kind === 'numeric') return mergeNumeric(a, b);
  if (a.kind === 'categorical' && b.kind === 'categorical') {
    return {
      kind: 'categorical',
      counts: addUp(a.counts, b.counts),
      unseen: a.unseen + b.unseen,
      missing: a.missing + b.missing,
    };
  }
  throw differentProfiles();
}

export function mergeNumeric(a: NumericCounts, b: NumericCounts): NumericCounts {
  return {
    kind: 'numeric',
    counts: addUp(a.counts, b.counts),
    missing: a.missing + b.missing,
    below: a.below + b.below,
    above: a.above + b.above,
  };
}

/** Element-wise sum of two lists of one length. */
export function addUp(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw differentProfiles();
  return a.map((count, bin) => count + (b[bin] as number)); // same length
}

export function differentProfiles(): RuntimeFailure {
  return new RuntimeFailure('drift/different-profiles', 'histograms of different profiles cannot be merged', {
    fix: 'fold only windows that were counted with the same model version',
  });
}
