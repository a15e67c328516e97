/** The two losses: their derivatives by the margin, their metric, and where boosting starts. */

import { exp, log1p } from '../../numeric/math.ts';
import type { TrainedObjective } from '../model.ts';
import type { TrainingMemory } from './memory.ts';

/**
 * Writes first and second derivative of each row's loss, times its weight, into the workspace's gradients.
 * Logistic: p - y and p (1 - p). Squared error (halved): margin - y and 1.
 */
export function fillGradients(objective: TrainedObjective, workspace: TrainingMemory): void {
  if (objective === 'binary:logistic') {
    workspace.fillLogistic();
    return;
  }
  const { margins, labels, weights, gradients } = workspace;
  // All have one entry (gradients: two) per row.
  for (let row = 0; row < margins.length; row++) {
    const weight = weights[row] as number;
    gradients[2 * row] = ((margins[row] as number) - (labels[row] as number)) * weight;
    gradients[2 * row + 1] = weight;
  }
}

/** Mean losses of every other row: of the first, third, … and of the second, fourth, … */
export type HalfLosses = readonly [even: number, odd: number];

/** The mean loss of every other row: -ln p of the true class, or the squared error. */
export function halfLosses(
  objective: TrainedObjective,
  margins: Float32Array,
  labels: Float64Array,
): HalfLosses {
  const half = (from: 0 | 1): number => {
    let sum = 0;
    for (let row = from; row < margins.length; row += 2) {
      // One label per margin.
      const [margin, label] = [margins[row] as number, labels[row] as number];
      if (objective === 'binary:logistic') {
        // -ln p of the true class, as ln(1 + e^-z) without overflow.
        const z = label === 1 ? margin : -margin;
        sum += Math.max(-z, 0) + log1p(exp(-Math.abs(z)));
      } else {
        sum += (margin - label) * (margin - label);
      }
    }
    return sum / Math.max(1, Math.ceil((margins.length - from) / 2));
  };
  return [half(0), half(1)];
}

/** Log-loss of a probability model, root mean squared error of a regression; lower is better. */
export function metricOf(objective: TrainedObjective, [even, odd]: HalfLosses, rows: number): number {
  const mean = (even * Math.ceil(rows / 2) + odd * Math.floor(rows / 2)) / rows;
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
