/** Features cut into bins, once before training: what histograms are made of. */

import type { FeatureMatrix } from './matrix.ts';

/**
 * Every value as a bin number that counts through all features. A feature's bins lie side by side in
 * ascending order, its bin for missing values last (only when it has missing values).
 */
export interface BinnedMatrix {
  readonly rows: number;
  readonly features: number;
  /** First bin of each feature; one more entry than features, the last is the number of bins. */
  readonly first: Int32Array;
  /** Each feature's bin of missing values, -1 when it has none. */
  readonly missing: Int32Array;
  /** Each feature's smallest value of each bin. A row is left of bin b when its value is below `lower[f][b]`. */
  readonly lower: readonly Float32Array[];
  /** Row by row, `features` entries each. */
  readonly bins: Uint16Array | Uint32Array;
}

/** Bin numbers below this fit 16 bits. */
const SMALL = 65_536;

/**
 * Cuts each feature at its distinct values when there are at most `maxBins`, else into bins of about equal
 * row counts; equal values never part. Row weights do not move the cuts.
 */
export function binMatrix(matrix: FeatureMatrix, maxBins: number): BinnedMatrix {
  const { rows, columns } = matrix;
  const features = columns.length;
  const first = new Int32Array(features + 1);
  const missing = new Int32Array(features).fill(-1);
  const lower = columns.map((column, feature) => {
    const sorted = column.slice().sort(); // NaN sorts last
    const present = countPresent(sorted);
    const edges = lowerEdges(sorted.subarray(0, present), maxBins);
    const start = first[feature] as number;
    if (present < rows) missing[feature] = start + edges.length;
    first[feature + 1] = start + edges.length + (present < rows ? 1 : 0);
    return edges;
  });
  const total = first[features] as number;
  const bins = total <= SMALL ? new Uint16Array(rows * features) : new Uint32Array(rows * features);
  columns.forEach((column, feature) => {
    const edges = lower[feature] as Float32Array;
    fillBins(bins, column, edges, first[feature] as number, feature, features);
  });
  return { rows, features, first, missing, lower, bins };
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

function fillBins(
  bins: Uint16Array | Uint32Array,
  column: Float32Array,
  edges: Float32Array,
  start: number,
  feature: number,
  features: number,
): void {
  for (let row = 0, to = feature; row < column.length; row++, to += features) {
    const value = column[row] as number;
    let low = 0;
    let high = edges.length;
    // The last edge at or below the value; a missing one is below no edge and ends past the last.
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value < (edges[middle] as number)) high = middle;
      else low = middle + 1;
    }
    bins[to] = start + (Number.isNaN(value) ? edges.length : low - 1);
  }
}
