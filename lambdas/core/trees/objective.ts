/** From a margin to a prediction and back, with XGBoost's float32 rounding at each step. */

import { exp, ln } from '../math.ts';
import type { Objective } from './model.ts';

const { fround } = Math;

/** XGBoost cuts the exponent here, so that exp stays finite in float32. */
const LARGEST_EXPONENT = fround(88.7);

/**
 * The prediction of a margin: the probability of the positive class, or the value itself. float32; the
 * probability is within one float32 step of XGBoost's, whose expf rounds differently once in some 3,500 times.
 */
export function toPrediction(objective: Objective, margin: number): number {
  if (objective === 'reg:squarederror') return margin;
  const power = fround(exp(Math.min(-margin, LARGEST_EXPONENT)));
  return fround(1 / fround(power + 1));
}

/** The margin of a prediction, float32; not finite when no margin gives that probability (0, 1, beyond). */
export function toMargin(objective: Objective, prediction: number): number {
  if (objective === 'reg:squarederror') return fround(prediction);
  return fround(-ln(fround(fround(1 / prediction) - 1)));
}
