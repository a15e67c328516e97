/**
 * Distances between two histograms over the same bins: `reference` and `current` are counts (or shares).
 * A bin that is empty on both sides says nothing and is left out. Every function is 0 for equal shares.
 */

import { chiSquareTail } from '../numeric/distributions.ts';
import { LN2, ln } from '../numeric/math.ts';

export type Counts = ArrayLike<number>;

/** A statistic with the probability of one at least as large when nothing has changed. */
export interface TestResult {
  readonly statistic: number;
  readonly pValue: number;
}

/**
 * Population stability index, sum (q - p) ln(q / p), with `smoothing` added to each count (Laplace; the 1
 * keeps an empty bin finite). Its p-value takes PSI as chi-square with k - 1 degrees of freedom times
 * 1/n + 1/m (Yurdakul and Naranjo, Statistical properties of the population stability index, 2020).
 */
export function psi(reference: Counts, current: Counts, smoothing = 1): TestResult {
  const [p, q] = occupied(reference, current);
  const n = sum(p);
  const m = sum(q);
  let statistic = 0;
  each(p, q, (a, b) => {
    const was = (a + smoothing) / (n + smoothing * p.length);
    const is = (b + smoothing) / (m + smoothing * p.length);
    statistic += (is - was) * ln(is / was);
  });
  const pValue = p.length < 2 ? 1 : chiSquareTail(statistic / (1 / n + 1 / m), p.length - 1);
  return { statistic, pValue };
}

/**
 * Jensen-Shannon distance: the square root of the mean Kullback-Leibler divergence of the two from their
 * average, 0 to 1 in base 2 (`base: 'e'` divides the logarithm by nothing, as SciPy's default does).
 */
export function jensenShannonDistance(reference: Counts, current: Counts, base: 2 | 'e' = 2): number {
  const n = sum(reference);
  const m = sum(current);
  let divergence = 0;
  each(reference, current, (a, b) => {
    const middle = (a / n + b / m) / 2;
    divergence += (informationGain(a / n, middle) + informationGain(b / m, middle)) / 2;
  });
  return Math.sqrt(Math.max(0, base === 2 ? divergence / LN2 : divergence));
}

/** L-infinity: the largest change of one bin's share, 0 to 1. */
export function largestShareChange(reference: Counts, current: Counts): number {
  const n = sum(reference);
  const m = sum(current);
  let largest = 0;
  each(reference, current, (a, b) => {
    largest = Math.max(largest, Math.abs(a / n - b / m));
  });
  return largest;
}

/** Pearson's chi-square goodness of fit of `observed` to `expected` counts, both with the same total. */
export function chiSquareFit(observed: Counts, expected: Counts): TestResult {
  let statistic = 0;
  each(observed, expected, (o, e) => {
    statistic += ((o - e) * (o - e)) / e;
  });
  return { statistic, pValue: chiSquareTail(statistic, observed.length - 1) };
}

/** Pearson's chi-square test that two samples of counts share one distribution (no continuity correction). */
export function chiSquareHomogeneity(reference: Counts, current: Counts): TestResult {
  const [p, q] = occupied(reference, current);
  if (p.length < 2) return { statistic: 0, pValue: 1 };
  const share = sum(p) / (sum(p) + sum(q));
  const pooled = p.map((a, bin) => a + (q[bin] as number)); // same length by construction
  const { statistic } = chiSquareFit(
    [...p, ...q],
    [...pooled.map((total) => total * share), ...pooled.map((total) => total * (1 - share))],
  );
  return { statistic, pValue: chiSquareTail(statistic, p.length - 1) };
}

/** p ln(p / q), with 0 ln 0 = 0. */
function informationGain(p: number, q: number): number {
  return p === 0 ? 0 : p * ln(p / q);
}

function occupied(reference: Counts, current: Counts): [number[], number[]] {
  const p: number[] = [];
  const q: number[] = [];
  each(reference, current, (a, b) => {
    if (a === 0 && b === 0) return;
    p.push(a);
    q.push(b);
  });
  return [p, q];
}

function each(reference: Counts, current: Counts, visit: (reference: number, current: number) => void): void {
  for (let bin = 0; bin < reference.length; bin++) visit(reference[bin] as number, current[bin] as number);
}

/** The total of all counts. */
export function sum(counts: Counts): number {
  let total = 0;
  for (let bin = 0; bin < counts.length; bin++) total += counts[bin] as number; // within bounds
  return total;
}
