/** Exact tests of a share in two samples: the hypergeometric distribution, over sums of logarithms of factorials. */

import { exp, ln } from './math.ts';

/** Below this the logarithm of a factorial is summed; from here on Stirling's series is within 1e-11 of it. */
const SERIES_FROM = 16;
const LN_TWO_PI = 1.8378770664093453;
/** Terms of a tail below this share of their sum no longer change it. */
const NEGLIGIBLE = 1e-17;

/** The logarithm of n!, of a whole number from 0 on: Stirling's series (Abramowitz and Stegun, 6.1.41). */
export function lnFactorial(n: number): number {
  if (n < SERIES_FROM) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return ln(product);
  }
  const inverse = 1 / n;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (n + 0.5) * ln(n) - n + LN_TWO_PI / 2 + series;
}

/** Rows that have something, of all rows of a sample; whole numbers. */
export interface Share {
  readonly count: number;
  readonly rows: number;
}

/**
 * P(a share at least this far above the reference's | both samples have one share): Fisher's exact test, one-sided
 * (SciPy's `fisher_exact`). Never too small, however few rows there are.
 */
export function fisherAbove(reference: Share, current: Share): number {
  return upperTail(current.count, current.rows, reference.count + current.count, reference.rows);
}

/** Fisher's exact test of a share that rose or fell: twice the smaller of both sides, at most 1. */
export function fisherEither(reference: Share, current: Share): number {
  const rises = current.count * reference.rows > reference.count * current.rows;
  const side = rises ? fisherAbove(reference, current) : fisherAbove(current, reference);
  return Math.min(1, 2 * side);
}

/** P(X >= count) among `drawn` rows when `total` of the `drawn + left` rows have it. */
function upperTail(count: number, drawn: number, total: number, left: number): number {
  if (count <= Math.max(0, total - left)) return 1;
  // Below the mean the other tail is the small one; the terms from here on would start at 0.
  if (count * (drawn + left) <= total * drawn) return 1 - upperTail(total - count + 1, left, total, drawn);
  const most = Math.min(total, drawn);
  let term = exp(
    lnChoose(total, count) + lnChoose(drawn + left - total, drawn - count) - lnChoose(drawn + left, drawn),
  );
  let sum = term;
  for (let k = count; k < most && term > NEGLIGIBLE * sum; k++) {
    term *= ((total - k) * (drawn - k)) / ((k + 1) * (left - total + k + 1));
    sum += term;
  }
  return Math.min(1, sum);
}

function lnChoose(n: number, k: number): number {
  return lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k);
}
