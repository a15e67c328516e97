/** The best split of a node, by XGBoost's gain (Chen and Guestrin 2016, equation 7, with its L1 term). */

import type { BoosterParams } from '../spec.ts';
import type { Bins } from './bins.ts';
import type { Histogram } from './memory.ts';

export interface NodeSplit {
  readonly feature: number;
  /** Rows in bins before this one go left. */
  readonly bin: number;
  readonly threshold: number;
  readonly defaultLeft: boolean;
  /** Loss saved, before `gamma`. */
  readonly gain: number;
  /** Sums over the left child. */
  readonly leftFirst: number;
  readonly leftSecond: number;
}

export type Penalties = Pick<BoosterParams, 'lambda' | 'alpha' | 'gamma' | 'minChildWeight'>;

/** XGBoost's kRtEps: gains and sides below it are rounding, not evidence. */
const EPSILON = 1e-6;

/** The lowest float32: a split at it separates missing from present values. */
const LOWEST = -3.4028234663852886e38;

/** The weight of a leaf, before the learning rate, that minimises the loss; 0 for a node without rows. */
export function leafWeight(first: number, second: number, { lambda, alpha }: Penalties): number {
  return second < EPSILON ? 0 : (0 - shrink(first, alpha)) / (second + lambda);
}

/** Returns the loss that a leaf saves compared with weight 0, doubled. */
function leafGain(first: number, second: number, lambda: number, alpha: number): number {
  const pull = shrink(first, alpha);
  return (pull * pull) / (second + lambda);
}

/** The L1 penalty's soft threshold. */
function shrink(first: number, alpha: number): number {
  if (first > alpha) return first - alpha;
  if (first < -alpha) return first + alpha;
  return 0;
}

/**
 * Finds the split with the largest gain among `columns`; ties go to the first column and bin. Missing values try
 * both sides. If a node has none, they will go with the heavier child.
 *
 * @returns undefined when no split saves more than `gamma` with `minChildWeight` on both sides.
 */
export function findSplit(
  histogram: Histogram,
  bins: Bins,
  columns: Int32Array,
  first: number,
  second: number,
  penalties: Penalties,
): NodeSplit | undefined {
  const { lambda, alpha } = penalties;
  const least = Math.max(penalties.minChildWeight, EPSILON);
  const own = leafGain(first, second, lambda, alpha);
  const bar = own + Math.max(penalties.gamma, EPSILON);
  let best = bar;
  let bestFeature = -1;
  let bestBin = 0;
  let bestFirst = 0;
  let bestSecond = 0;
  let missingLeft = false;
  for (const feature of columns) {
    const start = bins.first[feature] as number;
    const missing = bins.missing[feature] as number;
    const missingSecond = missing < 0 ? 0 : (histogram[2 * missing + 1] as number);
    const missingFirst = missing < 0 ? 0 : (histogram[2 * missing] as number);
    const hasMissing = missingSecond >= EPSILON;
    const end = missing < 0 ? (bins.first[feature + 1] as number) : missing;
    let g = 0;
    let h = 0;
    for (let bin = start; bin < end; bin++) {
      if (h >= least && second - h >= least) {
        const gain = leafGain(g, h, lambda, alpha) + leafGain(first - g, second - h, lambda, alpha);
        if (gain > best) {
          best = gain;
          bestFeature = feature;
          bestBin = bin;
          bestFirst = g;
          bestSecond = h;
          missingLeft = !hasMissing && 2 * h > second;
        }
      }
      if (hasMissing) {
        const withG = g + missingFirst;
        const withH = h + missingSecond;
        if (withH >= least && second - withH >= least) {
          const gain =
            leafGain(withG, withH, lambda, alpha) + leafGain(first - withG, second - withH, lambda, alpha);
          if (gain > best) {
            best = gain;
            bestFeature = feature;
            bestBin = bin;
            bestFirst = withG;
            bestSecond = withH;
            missingLeft = true;
          }
        }
      }
      g += histogram[2 * bin] as number;
      h += histogram[2 * bin + 1] as number;
    }
  }
  if (bestFeature < 0) return undefined;
  const position = bestBin - (bins.first[bestFeature] as number);
  return {
    feature: bestFeature,
    bin: bestBin,
    threshold: position === 0 ? LOWEST : ((bins.lower[bestFeature] as Float32Array)[position] as number),
    defaultLeft: missingLeft,
    gain: best - own,
    leftFirst: bestFirst,
    leftSecond: bestSecond,
  };
}
