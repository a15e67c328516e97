/** How far the values of a window lie from the reference's, over the fine bins of a numeric column. */

import { type NumericBins, UNITS } from './bins.ts';
import type { NumericCounts } from './histogram.ts';
import { type Counts, sum } from './psi-and-tests.ts';
import { rankSumPValue } from './rank-sum.ts';
import { ksPValue } from './two-sample.ts';

/** Values further than this many interquartile ranges from the quartiles are far out (Tukey, 1977). */
const FAR_OUT = 3;

export interface Shift {
  /** Kolmogorov-Smirnov: the largest gap between the two distribution functions, 0 to 1. */
  readonly gap: number;
  /** Wasserstein-1 in the reference's standard deviations, every value at its place. */
  readonly distance: number;
  /**
   * Wasserstein-1 between the reference's outer fences, in its standard deviations there. Without far values both are
   * the same; a sentinel or a mistyped number does not hide what the other values do.
   */
  readonly effect: number;
  /** P(a shift of this kind | no change): twice the smaller p-value of KS and of the rank-sum test, at most 1. */
  readonly pValue: number;
}

/**
 * Measures a shift. KS is exact at every edge: a lower bound, equal to the exact one when the reference's values are all
 * edges and no value is new. Wasserstein takes each bin's values at the reference's mean in that bin, and those outside
 * the reference's range at their own mean.
 *
 * @param without - Fine bins to leave out on both sides.
 * @returns undefined when a side has no value
 */
export function measureShift(
  bins: NumericBins,
  reference: NumericCounts,
  current: NumericCounts,
  without: readonly number[] = [],
): Shift | undefined {
  const [was, is] = [reference.counts, current.counts].map((counts) =>
    counts.map((count, bin) => (without.includes(bin) ? 0 : count)),
  ) as [number[], number[]];
  const [n, m] = [sum(was), sum(is)];
  if (n === 0 || m === 0) return undefined;
  const places = placesOf(bins, current);
  const { low, high, deviation } = fencesOf(places, was);
  let [cumulative, gap, distance, inside] = [0, 0, 0, 0];
  for (let bin = 0; bin < bins.edges.length; bin++) {
    cumulative += (was[bin] as number) / n - (is[bin] as number) / m; // counts and places are one longer than edges
    const difference = Math.abs(cumulative);
    const [from, to] = [places[bin] as number, places[bin + 1] as number];
    gap = Math.max(gap, difference);
    distance += difference * (to - from);
    inside += difference * (clamp(to, low, high) - clamp(from, low, high));
  }
  return {
    gap,
    distance,
    // If the values that are left are one value, every other value counts as one deviation away.
    effect: deviation === 0 ? gap : inside / deviation,
    pValue: Math.min(1, 2 * Math.min(ksPValue(gap, n, m), rankSumPValue(was, is))),
  };
}

/**
 * Place of each fine bin, in the reference's deviations from its least value: the reference's means, and the window's
 * where the reference has no value. All values of a constant reference are at 0.
 */
function placesOf(
  { edges, centers, deviation }: NumericBins,
  { counts, below, above }: NumericCounts,
): number[] {
  const origin = centers[0] as number; // the reference has values, so there are edges and centers
  const place = (value: number): number => (deviation === 0 ? 0 : (value - origin) / deviation);
  const [least, most] = [edges[0] as number, edges[edges.length - 1] as number];
  return [
    place(least) - below / UNITS / Math.max(1, counts[0] as number),
    ...centers.map(place),
    place(most) + above / UNITS / Math.max(1, counts[edges.length] as number),
  ];
}

/** The outer fences of the reference, without any where its quartiles are one place; and its deviation between them. */
function fencesOf(
  places: readonly number[],
  counts: Counts,
): { low: number; high: number; deviation: number } {
  const n = sum(counts);
  const placeOf = (share: number): number => {
    let rows = 0;
    return places.find((_, bin) => {
      rows += counts[bin] as number; // as many counts as places
      return rows >= share * n;
    }) as number; // at most all rows
  };
  const [lower, upper] = [placeOf(0.25), placeOf(0.75)];
  const reach = upper === lower ? Infinity : FAR_OUT * (upper - lower);
  const [low, high] = [lower - reach, upper + reach];
  const fenced = places.map((place) => clamp(place, low, high));
  const mean = fenced.reduce((total, place, bin) => total + (counts[bin] as number) * place, 0) / n;
  const squares = fenced.reduce(
    (total, place, bin) => total + (counts[bin] as number) * (place - mean) * (place - mean),
    0,
  );
  return { low, high, deviation: Math.sqrt(squares / n) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
