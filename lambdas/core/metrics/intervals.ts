/** Intervals for proportions, means and ranks, and the reasons to state none. */

import { normalQuantile, tQuantile, Z95 } from '../numeric/distributions.ts';
import { exp } from '../numeric/math.ts';
import { type Influence, raisedVarianceOf } from './influence.ts';

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A value with its 95 % interval, or with the reason why it has none. */
export type Estimated =
  | (Interval & { readonly reason?: undefined })
  | { readonly value: number; readonly low?: undefined; readonly high?: undefined; readonly reason: string };

/** Rows of each class below which nothing about a classifier has an interval. */
export const LEAST_OF_CLASS = 5;

/** Probability below the upper end of a 95 % interval. */
const UPPER = 0.975;

/** Shares of the skewness in the variance, see `raisedVarianceOf`: of a mean, and of ranks, which are bounded. */
export const MEAN_SKEWNESS = 1.5;
const RANK_SKEWNESS = 0.25;

/**
 * Wilson's score interval of a proportion (1927): good coverage from few trials on, never outside 0 to 1. The
 * proportion lies within it, also where rounding would leave an end a little on its other side: at none and at all.
 *
 * @param z - Half-width in standard deviations; 95 % by default.
 */
export function wilson(successes: number, trials: number, z = Z95): Interval {
  const value = successes / trials;
  const scale = 1 + (z * z) / trials;
  const center = (value + (z * z) / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((value * (1 - value)) / trials + (z * z) / (4 * trials * trials));
  const low = Math.min(value, Math.max(0, center - half));
  const high = Math.max(value, Math.min(1, center + half));
  return { value, low, high };
}

/**
 * The interval of a value above 0, such as a mean loss: Student's t on the logarithm, where a skewed mean is nearly
 * normal.
 */
export function positiveInterval(influence: Influence): Estimated {
  const { value, least } = influence;
  if (least < 2) return { value, reason: 'one row' };
  const variance = raisedVarianceOf(influence, MEAN_SKEWNESS);
  if (!(value > 0 && variance > 0)) return { value, reason: 'all rows have the same value' };
  const factor = exp((tQuantile(UPPER, least - 1) * Math.sqrt(variance)) / value);
  return { value, low: value / factor, high: value * factor };
}

/**
 * The interval of a value from 0 to 1 that ranks rows: all x whose distance from it is at most the quantile times
 * sqrt(x (1 - x) k), as Wilson's is. k is the larger of what the rows show (a t quantile with the rows of the smaller
 * class) and a least one, so the interval has a width even where the order is perfect.
 *
 * @param least - The least k at x.
 */
export function rankInterval(influence: Influence, least: (x: number) => number): Interval {
  const { value } = influence;
  const t = tQuantile(UPPER, influence.least - 2); // the value is estimated too, and bends the variance
  const z = normalQuantile(UPPER);
  const inner = value * (1 - value);
  const shown = inner > 0 ? (t * t * raisedVarianceOf(influence, RANK_SKEWNESS)) / inner : 0;
  const holds = (x: number) => (value - x) * (value - x) <= x * (1 - x) * Math.max(shown, z * z * least(x));
  return { value, low: furthest(holds, value, 0), high: furthest(holds, value, 1) };
}

/** Bisections of an end: to 2^-40. */
const BISECTIONS = 40;

/** The furthest point from `inside`, where the condition holds, towards `end`. */
function furthest(holds: (x: number) => boolean, inside: number, end: number): number {
  let [good, bad] = [inside, end];
  if (holds(end)) return end;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (good + bad) / 2;
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
