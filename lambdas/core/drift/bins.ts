/**
 * Frozen bins of a numeric column, fitted once on the reference and kept in the profile.
 *
 * Bins are open to the left and closed to the right: bin i holds edges[i-1] < x <= edges[i]. There are two
 * granularities in one list of edges: fine bins (KS, Wasserstein) and, as a subset, the deciles (PSI). A value that
 * many rows share has a bin of its own in both, or its rows could move within a bin unseen.
 */

import { powerOfTwo } from '../numeric/powers.ts';

/** Fine edges sit at half-percents; a column with fewer distinct values than this keeps each of them. */
const FINE_BINS = 200;
/** A column with at most this many distinct values gets one coarse bin per value instead of deciles. */
const FEW_VALUES = 10;
/** A value with more than this share of the reference has a fine bin of its own: four bins' share. */
const REPEATED_SHARE = 0.02;
/** A value with more than this share of the reference, a decile's, has a coarse bin of its own too. */
export const HEAP_SHARE = 0.1;
/** Units per deviation. */
export const UNITS = 1024;
/** Beyond this a value is a parsing error or a sentinel, and its square would overflow sums. */
const MAX_MAGNITUDE = 1e100;
/** Squares of values below this may lose digits. */
const TINY = powerOfTwo(-160);

export interface NumericBins {
  /** Ascending. The first lies just below the reference's minimum, the last is its maximum. */
  readonly edges: readonly number[];
  /** Indexes into `edges`: the inner edges of the coarse bins, whose outer two are open. At most 30. */
  readonly coarse: readonly number[];
  /** Mean reference value inside each bin but the outer two; one less than there are edges. */
  readonly centers: readonly number[];
  /** Population standard deviation of the reference values: divides the Wasserstein distance. 0 of a constant column. */
  readonly deviation: number;
  /** deviation / 1024: the resolution of distances outside the reference's range. */
  readonly unit: number;
}

/** False for NaN, the infinities and magnitudes beyond 1e100: they count as missing. */
export function isUsable(value: number): boolean {
  return Math.abs(value) <= MAX_MAGNITUDE;
}

/** The p-quantile (0 to 1) of ascending values, at least one: linear interpolation, as numpy.quantile. */
export function quantile(sorted: Float64Array, p: number): number {
  const position = (sorted.length - 1) * p;
  const low = Math.floor(position);
  const below = sorted[low] as number; // position lies within the array
  const above = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  const part = position - low;
  return part < 0.5 ? below + (above - below) * part : above - (above - below) * (1 - part);
}

/**
 * Mean and population standard deviation of at least one value, by two passes. Tiny values are scaled by a power of
 * two first, which rounds nothing: their squares would vanish.
 */
export function moments(values: Float64Array): { mean: number; deviation: number } {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let scale = 1;
  while (largest > 0 && largest * scale < TINY) scale /= TINY;
  const mean = values.reduce((total, value) => total + value * scale, 0) / values.length;
  const squares = values.reduce((total, value) => total + (value * scale - mean) * (value * scale - mean), 0);
  return { mean: mean / scale, deviation: Math.sqrt(squares / values.length) / scale };
}

/** Bins for ascending finite values; no edges when there are none. */
export function fitBins(sorted: Float64Array): NumericBins {
  if (sorted.length === 0) return { edges: [], coarse: [], centers: [], deviation: 0, unit: 0 };
  const values = distinct(sorted, FINE_BINS);
  const repeated = repeatedValues(sorted, REPEATED_SHARE);
  const heaps = repeatedValues(sorted, HEAP_SHARE);
  const inner = coarseEdges(sorted, values, heaps);
  // Half-percents of the values beside the heaps: of a column that is mostly one value, the rest is still seen finely.
  const fine = values ?? percentiles(without(sorted, heaps), FINE_BINS);
  const ends = [justBelow(sorted[0] as number), sorted[sorted.length - 1] as number]; // not empty
  const edges = ascending([...ends, ...fine, ...repeated.flatMap(around), ...inner]);
  const deviation = sorted[0] === sorted[sorted.length - 1] ? 0 : moments(sorted).deviation;
  return {
    edges,
    coarse: inner.map((edge) => edges.indexOf(edge)),
    centers: fitCenters(sorted, edges),
    deviation,
    unit: deviation / UNITS,
  };
}

/** The coarse bin of each fine bin. */
export function coarseRanks({ edges, coarse }: NumericBins): Uint8Array {
  const ranks = new Uint8Array(edges.length + 1);
  let rank = 0;
  for (let bin = 0; bin < ranks.length; bin++) {
    ranks[bin] = rank;
    if (bin === coarse[rank]) rank++;
  }
  return ranks;
}

/** The fine bins that hold a single value, by number. */
export function singleValueBins({ edges }: NumericBins): readonly number[] {
  return Array.from(edges.keys()).filter(
    (bin) => bin > 0 && edges[bin - 1] === justBelow(edges[bin] as number),
  );
}

/**
 * Inner edges of the PSI bins: the reference's deciles, merged where equal, without the smallest and the largest; of
 * few distinct values each value; and both sides of each heap.
 */
function coarseEdges(
  sorted: Float64Array,
  values: readonly number[] | undefined,
  heaps: readonly number[],
): number[] {
  const few = values !== undefined && values.length <= FEW_VALUES;
  const plain = few ? values.slice(0, -1) : percentiles(sorted, 10).slice(1, -1);
  return ascending([...plain, ...heaps.flatMap(around)]);
}

/** The edges that give a value a bin of its own. */
function around(value: number): readonly number[] {
  return [justBelow(value), value];
}

/** Values that each hold more than this share of the rows, ascending. */
function repeatedValues(sorted: Float64Array, share: number): readonly number[] {
  const found: number[] = [];
  for (let first = 0, next = 0; first < sorted.length; first = next) {
    while (next < sorted.length && sorted[next] === sorted[first]) next++;
    if (next - first > share * sorted.length) found.push(sorted[first] as number);
  }
  return found;
}

/** The values beside some. (`filter` on a typed array collects every value as an object first.) */
function without(sorted: Float64Array, some: readonly number[]): Float64Array {
  if (some.length === 0) return sorted;
  const kept = new Float64Array(sorted.length);
  let count = 0;
  for (const value of sorted) if (!some.includes(value)) kept[count++] = value;
  return kept.subarray(0, count);
}

/** The `parts`-quantiles from minimum to maximum, each once. */
function percentiles(sorted: Float64Array, parts: number): number[] {
  return ascending(Array.from({ length: parts + 1 }, (_, i) => quantile(sorted, i / parts)));
}

/** The distinct values, or undefined if there are more than `most`. */
function distinct(sorted: Float64Array, most: number): number[] | undefined {
  const values: number[] = [];
  for (const value of sorted) {
    if (value === values[values.length - 1]) continue;
    if (values.length === most) return undefined;
    values.push(value);
  }
  return values;
}

function fitCenters(sorted: Float64Array, edges: readonly number[]): number[] {
  let row = 0;
  return edges.slice(1).map((edge) => {
    let total = 0;
    const first = row;
    for (; row < sorted.length && (sorted[row] as number) <= edge; row++) total += sorted[row] as number;
    if (row === first) return edge; // an empty bin
    // Clamped: the rounded mean of many equal values may fall outside its bin.
    return Math.min(edge, Math.max(sorted[first] as number, total / (row - first)));
  });
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** A double below x with nothing much between: at most 2 units in the last place. */
function justBelow(x: number): number {
  return x - Math.max(Math.abs(x) * 2.220446049250313e-16, Number.MIN_VALUE);
}
