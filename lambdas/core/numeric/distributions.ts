/**
 * Tails of the distributions that drift tests and intervals need, over stdlib's incomplete gamma function (same
 * bits on every machine, see math.ts; within 1e-13 of SciPy in the tests).
 */

import gammainc from '@stdlib/math-base-special-gammainc';
import { exp, ln } from './math.ts';

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

/** Coefficients of Wichura's rational approximations, highest power first: near the middle, and in the tails. */
const MIDDLE = {
  above: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  below: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
} as const;
const TAIL = {
  above: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  below: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
} as const;

/**
 * The quantile of the standard normal (Wichura 1988, algorithm AS 241), within 2e-15.
 *
 * @param p - From 1e-10 to 1 - 1e-10.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(MIDDLE, 0.180625 - q * q);
  const z = ratio(TAIL, Math.sqrt(-ln(Math.min(p, 1 - p))) - 1.6);
  return q < 0 ? -z : z;
}

/**
 * The quantile of Student's t: closed forms below three degrees, from there on an expansion in 1 / degrees (Abramowitz
 * and Stegun 26.7.5), within 0.4 % up to p = 0.99 and within 3 % up to 0.999.
 *
 * @param p - 0.9 to 1 - 1e-10.
 * @param degrees - At least 1.
 */
export function tQuantile(p: number, degrees: number): number {
  if (degrees < 2) {
    const angle = Math.PI * (1 - p);
    const square = angle * angle;
    return 1 / (angle * (1 + square * (1 / 3 + square * (2 / 15 + (square * 17) / 315))));
  }
  if (degrees < 3) return (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
  const z = normalQuantile(p);
  const w = z * z;
  const terms = [
    (w + 1) / 4,
    ((5 * w + 16) * w + 3) / 96,
    (((3 * w + 19) * w + 17) * w - 15) / 384,
    ((((79 * w + 776) * w + 1482) * w - 1920) * w - 945) / 92160,
  ];
  return z * terms.reduceRight((sum, term) => (sum + term) / degrees, 0) + z;
}

function ratio(
  { above, below }: { readonly above: readonly number[]; readonly below: readonly number[] },
  x: number,
): number {
  const at = (coefficients: readonly number[]) => coefficients.reduce((sum, one) => sum * x + one, 0);
  return at(above) / at(below);
}
