/** The two losses: their derivatives by the margin, their metric, and where boosting starts. */

import { exp, log1p } from '../math.ts';
import type { TrainedObjective } from './model.ts';
import { sigmoid } from './sigmoid.ts';

/** XGBoost's smallest second derivative. */
const LEAST_SECOND = 1e-16;

/**
 * Writes first and second derivative of each row's loss, times its weight, into `gradients` in pairs.
 * Logistic: p - y and p (1 - p). Squared error (halved): margin - y and 1.
 */
export function fillGradients(
  objective: TrainedObjective,
  margins: Float32Array,
  labels: Float64Array,
  weights: Float64Array,
  gradients: Float64Array,
): void {
  const logistic = objective === 'binary:logistic';
  // All arrays were checked to have one entry (gradients: two) per row.
  for (let row = 0; row < margins.length; row++) {
    const margin = margins[row] as number;
    const weight = weights[row] as number;
    const prediction = logistic ? sigmoid(margin) : margin;
    const second = logistic ? Math.max(prediction * (1 - prediction), LEAST_SECOND) : 1;
    gradients[2 * row] = (prediction - (labels[row] as number)) * weight;
    gradients[2 * row + 1] = second * weight;
  }
}

/** Log-loss of a probability model, root mean squared error of a regression; lower is better. */
export function metricOf(objective: TrainedObjective, margins: Float32Array, labels: Float64Array): number {
  let sum = 0;
  margins.forEach((margin, row) => {
    const label = labels[row] as number; // one label per margin
    if (objective === 'binary:logistic') {
      // -ln p of the true class, as ln(1 + e^-z) without overflow.
      const z = label === 1 ? margin : -margin;
      sum += Math.max(-z, 0) + log1p(exp(-Math.abs(z)));
    } else {
      sum += (margin - label) * (margin - label);
    }
  });
  const mean = sum / margins.length;
  return objective === 'binary:logistic' ? mean : Math.sqrt(mean);
}

/** The weighted mean of the labels, float32: the best prediction without any tree. */
export function meanLabel(labels: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  labels.forEach((label, row) => {
    sum += label * (weights[row] as number);
    total += weights[row] as number;
  });
  return Math.fround(sum / total);
}
