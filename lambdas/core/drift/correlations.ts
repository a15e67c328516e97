/**
 * Correlation of pairs of numeric columns, mergeable without rounding: each value is replaced by the number
 * of its coarse bin (a decile rank), so the sums are whole numbers. It is Spearman's idea on ten ranks.
 */

import { chiSquareTail } from '../numeric/distributions.ts';
import { ln } from '../numeric/math.ts';
import { coarseRanks, type NumericBins } from './bins.ts';
import { NO_BIN } from './histogram.ts';

/** Sums over the rows that have a value in both columns. */
export interface PairSums {
  readonly n: number;
  readonly a: number;
  readonly b: number;
  readonly aa: number;
  readonly bb: number;
  readonly ab: number;
}

export const NO_PAIRS: PairSums = { n: 0, a: 0, b: 0, aa: 0, bb: 0, ab: 0 };

export function mergePairs(x: PairSums, y: PairSums): PairSums {
  return {
    n: x.n + y.n,
    a: x.a + y.a,
    b: x.b + y.b,
    aa: x.aa + y.aa,
    bb: x.bb + y.bb,
    ab: x.ab + y.ab,
  };
}

/** A rank that no coarse bin has: there are at most 31, of nine heaps and ten deciles. */
const NO_RANK = 31;
const RANKS = 32;

/** The coarse bin of each value, from `countNumeric`'s fine bins. */
export function toRanks(codes: Uint16Array, bins: NumericBins): Uint8Array {
  const rankOf = new Uint8Array(NO_BIN + 1).fill(NO_RANK);
  rankOf.set(coarseRanks(bins));
  const ranks = new Uint8Array(codes.length);
  for (let row = 0; row < codes.length; row++) ranks[row] = rankOf[codes[row] as number] as number; // in range
  return ranks;
}

/** Sums of every `stride`-th row. */
export function sumPair(x: Uint8Array, y: Uint8Array, stride = 1): PairSums {
  const joint = new Int32Array(RANKS * RANKS);
  for (let row = 0; row < x.length; row += stride) {
    const cell = (x[row] as number) * RANKS + (y[row] as number); // equally long; ranks below 32
    joint[cell] = (joint[cell] as number) + 1;
  }
  let [n, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let p = 0; p < NO_RANK; p++) {
    for (let q = 0; q < NO_RANK; q++) {
      const count = joint[p * RANKS + q] as number; // p, q < RANKS
      n += count;
      a += count * p;
      b += count * q;
      aa += count * p * p;
      bb += count * q * q;
      ab += count * p * q;
    }
  }
  return { n, a, b, aa, bb, ab };
}

/** Pearson's correlation of the ranks, -1 to 1; 0 when a column does not vary. */
export function correlation({ n, a, b, aa, bb, ab }: PairSums): number {
  const variance = (n * aa - a * a) * (n * bb - b * b);
  return variance === 0 ? 0 : (n * ab - a * b) / Math.sqrt(variance);
}

/**
 * P(two correlations at least this far apart | the same in truth): by Fisher's transformation, whose deviation is
 * 1.03 / sqrt(n - 3) for ranks (Fieller, Hartley and Pearson, Tests for rank correlation coefficients, 1957). 1 with
 * fewer than four rows.
 */
export function correlationPValue(reference: PairSums, current: PairSums): number {
  if (Math.min(reference.n, current.n) < 4) return 1;
  const far = fisherZ(correlation(current)) - fisherZ(correlation(reference));
  const variance = RANK_VARIANCE * (1 / (reference.n - 3) + 1 / (current.n - 3));
  return chiSquareTail((far * far) / variance, 1);
}

/** 1.03 squared. */
const RANK_VARIANCE = 1.06;
/** The transformation of a perfect correlation is infinite. */
const ALMOST_PERFECT = 1 - 1e-9;

function fisherZ(correlation: number): number {
  const inside = Math.max(-ALMOST_PERFECT, Math.min(ALMOST_PERFECT, correlation));
  return (ln(1 + inside) - ln(1 - inside)) / 2;
}
