/**
 * Tails of the distributions that drift tests and intervals need, over stdlib's incomplete gamma function (same
 * bits on every machine, see math.ts; within 1e-13 of SciPy in the tests).
 */

import gammainc from '@stdlib/math-base-special-gammainc';
import { exp } from './math.ts';

/** The 97.5 % quantile of the standard normal: the half-width of a two-sided 95 % interval in deviations. */
export const Z95 = 1.959963984540054;

/** P(X > x) of the chi-square distribution with `degrees` degrees of freedom, at least 1. */
export function chiSquareTail(x: number, degrees: number): number {
  return gammainc(x / 2, degrees / 2, true, true);
}

/**
 * P(K > x) of the Kolmogorov distribution, the limit law of sqrt(n) times the KS statistic:
 * 2 sum (-1)^(j-1) exp(-2 j^2 x^2). Below 0.15 the tail is 1 to the last bit.
 */
export function kolmogorovTail(x: number): number {
  if (x < 0.15) return 1;
  let sum = 0;
  let sign = 1;
  for (let j = 1; ; j++) {
    const term = exp(-2 * j * j * x * x);
    sum += sign * term;
    sign = -sign;
    if (term <= 1e-17 * sum) return Math.min(1, 2 * sum);
  }
}
