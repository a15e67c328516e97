/** Intervals for proportions and means. */

import { Z95 } from '../numeric/distributions.ts';

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

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

/** The mean with its 95 % normal interval, mean ± 1.96 s / sqrt(n). At least one value; one has no width. */
export function meanInterval(values: Float64Array): Interval {
  const n = values.length;
  const value = values.reduce((total, x) => total + x, 0) / n;
  const squares = values.reduce((total, x) => total + (x - value) * (x - value), 0);
  const half = Z95 * Math.sqrt(squares / Math.max(1, n - 1) / n);
  return { value, low: value - half, high: value + half };
}
