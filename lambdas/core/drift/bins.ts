/**
 * Frozen bins of a numeric column, fitted once on the reference and kept in the profile.
 *
 * Bins are open to the left and closed to the right: bin i holds edges[i-1] < x <= edges[i]. There are two
 * granularities in one list of edges: fine bins (KS, Wasserstein) and, as a subset, the deciles (PSI).
 */

/** Fine edges sit at half-percents; a column with fewer distinct values than this keeps each of them. */
const FINE_BINS = 200;
/** A column with at most this many distinct values gets one coarse bin per value instead of deciles. */
const FEW_VALUES = 10;
/** A deviation below this counts as this, so that a constant reference does not divide by zero. */
const MIN_DEVIATION = 0.001;
/** Units per deviation. */
const UNITS = 1024;
/** Beyond this a value is a parsing error or a sentinel, and its square would overflow sums. */
const MAX_MAGNITUDE = 1e100;

export interface NumericBins {
  /** Ascending. The first lies just below the reference's minimum, the last is its maximum. */
  readonly edges: readonly number[];
  /** Indexes into `edges`: the inner edges of the coarse bins, whose outer two are open. */
  readonly coarse: readonly number[];
  /** Mean reference value inside each bin but the outer two; one less than there are edges. */
  readonly centers: readonly number[];
  /** Population standard deviation of the reference values, at least 0.001: divides the Wasserstein distance. */
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

/** Mean and population standard deviation of at least one value, by two passes. */
export function moments(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const squares = values.reduce((total, value) => total + (value - mean) * (value - mean), 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/** Bins for ascending finite values; no edges when there are none. */
export function fitBins(sorted: Float64Array): NumericBins {
  if (sorted.length === 0)
    return { edges: [], coarse: [], centers: [], deviation: MIN_DEVIATION, unit: MIN_DEVIATION / UNITS };
  const values = distinct(sorted, FINE_BINS);
  const inner = coarseEdges(sorted, values);
  const fine = values ?? percentiles(sorted, FINE_BINS);
  const least = sorted[0] as number; // not empty
  const edges = ascending([justBelow(least), ...fine, ...inner]);
  const deviation = Math.max(moments(sorted).deviation, MIN_DEVIATION);
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

/**
 * Inner edges of the PSI bins. The reference's deciles, merged where equal, without the smallest and the
 * largest. That alone would be blind to a column that is mostly one value (all in one bin): few distinct
 * values get a bin each, and one value with nine tenths of the rows becomes a bin: below, at, above.
 */
function coarseEdges(sorted: Float64Array, values: readonly number[] | undefined): number[] {
  if (values !== undefined && values.length > 1 && values.length <= FEW_VALUES) return values.slice(0, -1);
  const inner = percentiles(sorted, 10).slice(1, -1);
  if (inner.length > 0) return inner;
  const heap = quantile(sorted, 0.5);
  return [justBelow(heap), heap];
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
