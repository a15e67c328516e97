/**
 * The exact two-sample statistics on raw values, for samples that fit in memory. The monitor uses their
 * histogram versions (histogram.ts), which fold over any number of files.
 */

import { kolmogorovTail } from '../numeric/distributions.ts';

/** Kolmogorov-Smirnov: the largest gap between the two empirical distribution functions, 0 to 1. No NaN. */
export function ksStatistic(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  walk(a, b, (gap) => {
    largest = Math.max(largest, Math.abs(gap));
  });
  return largest;
}

/** Wasserstein-1, the area between the two empirical distribution functions, in the values' unit. No NaN. */
export function wasserstein(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let area = 0;
  walk(a, b, (gap, width) => {
    area += Math.abs(gap) * width;
  });
  return area;
}

/**
 * P(a KS statistic of at least this | same distribution), by its limit law with n m / (n + m) rows
 * (Smirnov 1948; R's `ks.test(exact = FALSE)`). Conservative for values with ties and for small samples.
 */
export function ksPValue(statistic: number, n: number, m: number): number {
  return kolmogorovTail(Math.sqrt((n * m) / (n + m)) * statistic);
}

/** Visits each interval between neighbouring values: the gap F_a - F_b on it, and its width. */
function walk(a: ArrayLike<number>, b: ArrayLike<number>, visit: (gap: number, width: number) => void): void {
  const x = Float64Array.from(a).sort();
  const y = Float64Array.from(b).sort();
  let i = 0;
  let j = 0;
  const front = (): number => Math.min(x[i] ?? Infinity, y[j] ?? Infinity);
  for (let at = front(); at < Infinity; ) {
    while (x[i] === at) i++;
    while (y[j] === at) j++;
    const next = front();
    if (next < Infinity) visit(i / x.length - j / y.length, next - at);
    at = next;
  }
}
