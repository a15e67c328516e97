/** Features cut into bins, once before training; histograms count by bin. */

import type { FeatureMatrix } from '../matrix.ts';

/**
 * Cuts of all features. Bin numbers count through all features: a feature's bins lie side by side in ascending order.
 * Its bin for missing values is the last, if it has missing values.
 */
export interface Bins {
  /** First bin of each feature; one more entry than features, the last is the number of bins. */
  readonly first: Int32Array;
  /** Each feature's bin of missing values, -1 when it has none. */
  readonly missing: Int32Array;
  /** Each feature's smallest value of each bin. A row is left of bin b when its value is below `lower[f][b]`. */
  readonly lower: readonly Float32Array[];
}

/**
 * Cuts each feature at its distinct values when there are at most `maxBins`, else into bins of about equal
 * row counts; equal values never part. Row weights do not move the cuts.
 */
export function cutFeatures({ rows, columns }: FeatureMatrix, maxBins: number): Bins {
  const first = new Int32Array(columns.length + 1);
  const missing = new Int32Array(columns.length).fill(-1);
  const lower = columns.map((column, feature) => {
    const sorted = column.slice().sort(); // NaN sorts last
    const present = countPresent(sorted);
    const edges = lowerEdges(sorted.subarray(0, present), maxBins);
    const start = first[feature] as number;
    if (present < rows) missing[feature] = start + edges.length;
    first[feature + 1] = start + edges.length + (present < rows ? 1 : 0);
    return edges;
  });
  return { first, missing, lower };
}

/**
 * The bin of every value.
 *
 * @param byRow - Row by row, one entry per feature.
 * @param byColumn - The same, column by column.
 */
export function fillBins(
  bins: Bins,
  { rows, columns }: FeatureMatrix,
  byRow: Uint16Array | Uint32Array,
  byColumn: Uint16Array | Uint32Array,
): void {
  columns.forEach((column, feature) => {
    // One entry per feature.
    const edges = bins.lower[feature] as Float32Array;
    const start = bins.first[feature] as number;
    for (let row = 0; row < rows; row++) {
      const bin = start + binOf(edges, column[row] as number);
      byRow[row * columns.length + feature] = bin;
      byColumn[feature * rows + row] = bin;
    }
  });
}

/** The last edge at or below the value; a missing one is below no edge and comes after the last. */
function binOf(edges: Float32Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value < (edges[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return Number.isNaN(value) ? low : low - 1;
}

function countPresent(sorted: Float32Array): number {
  const at = sorted.findIndex(Number.isNaN);
  return at < 0 ? sorted.length : at;
}

/** The smallest value of each bin of ascending values. */
function lowerEdges(sorted: Float32Array, maxBins: number): Float32Array {
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (distinct.length <= maxBins) return distinct;
  const edges: number[] = [];
  let closed = 0;
  for (let i = 0; i < sorted.length; i++) {
    const value = sorted[i] as number;
    if (i > 0 && value === sorted[i - 1]) continue;
    // A bin closes when it holds its share of what was left when it opened, so that one value in most of
    // the rows takes one bin and not the places of the others.
    const share = (sorted.length - closed) / (maxBins - edges.length + 1);
    if (i === 0 || (i - closed >= share && edges.length < maxBins)) {
      edges.push(value);
      closed = i;
    }
  }
  return Float32Array.from(edges);
}
