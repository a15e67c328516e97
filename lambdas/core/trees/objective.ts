/** From margins to predictions and back, with XGBoost's float32 rounding at each step. */

import { expf } from '../numeric/expf.ts';
import { logf } from '../numeric/logf.ts';
import type { Objective } from './model.ts';

const { fround } = Math;

/** XGBoost cuts the exponent here, so that exp stays finite in float32. */
const LARGEST_EXPONENT = fround(88.7);

/**
 * The prediction of a margin: the probability of the positive class, the value itself, or the expected count. float32,
 * the bits of XGBoost on a Linux with glibc.
 * For `multi:softprob` it is the margin itself: its predictions need all margins of a row, see `toPredictions`.
 */
export function toPrediction(objective: Objective, margin: number): number {
  switch (objective) {
    case 'reg:squarederror':
    case 'multi:softprob':
      return margin;
    case 'count:poisson':
      return expf(margin);
    case 'binary:logistic': {
      const power = expf(Math.min(-margin, LARGEST_EXPONENT));
      return fround(1 / fround(power + 1));
    }
  }
}

/**
 * The predictions of one row's margins, one per output, float32: for `multi:softprob` the probability of each class,
 * else each margin's own prediction.
 */
export function toPredictions(objective: Objective, margins: Float32Array): Float32Array {
  if (objective !== 'multi:softprob') return margins.map((margin) => toPrediction(objective, margin));
  const top = Math.max(...margins);
  const powers = margins.map((margin) => expf(fround(margin - top)));
  // XGBoost sums in double and rounds the sum; a float32 sum gives other bits in a fifth of all rows.
  const sum = fround(powers.reduce((total, power) => total + power, 0));
  return powers.map((power) => power / sum);
}

/**
 * The margin of a prediction, float32, with the bits of XGBoost; not finite when no margin gives that prediction (a
 * probability of 0, 1, beyond).
 */
export function toMargin(objective: Objective, prediction: number): number {
  switch (objective) {
    case 'reg:squarederror':
    case 'multi:softprob': // XGBoost takes a softprob model's base_score for margins as they are
      return fround(prediction);
    case 'count:poisson':
      return logf(prediction);
    case 'binary:logistic':
      return -logf(fround(fround(1 / prediction) - 1));
  }
}
