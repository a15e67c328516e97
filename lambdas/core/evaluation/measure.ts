import type { ProblemType } from '../config.ts';
import { evaluateBinary } from '../metrics/binary.ts';
import type { Metric } from '../metrics/names.ts';
import { auc, splitByClass } from '../metrics/ranking.ts';
import { evaluateRegression } from '../metrics/regression.ts';

export type NamedMetrics = Readonly<Record<string, Metric>>;

/**
 * The metrics of predictions against known labels, by name; one that these rows cannot show (AUC of one class) is
 * absent.
 *
 * @throws RuntimeFailure `metrics/no-rows`, `metrics/length`, `metrics/label`, `metrics/score`
 */
export function measure(
  problem: ProblemType,
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  threshold: number,
): NamedMetrics {
  const { metrics } =
    problem.type === 'regression'
      ? evaluateRegression(labels, predictions)
      : evaluateBinary(labels, predictions, threshold);
  return Object.fromEntries(Object.entries(metrics)) as NamedMetrics; // entries are what is present
}

/** Returns a function that measures predictions, higher is better: the AUC, or the RMSE with its sign turned. */
export function higherIsBetterScore(
  problem: ProblemType,
  labels: ArrayLike<number>,
): (predictions: Float32Array) => number {
  return problem.type === 'regression'
    ? (predictions) => -(evaluateRegression(labels, predictions).metrics.rmse as Metric).value // always measured
    : (predictions) => auc(splitByClass(labels, predictions));
}

/** The metric that decides, where the blueprint names none. */
export function primaryMetric(problem: ProblemType): 'rmse' | 'auc' {
  return problem.type === 'regression' ? 'rmse' : 'auc';
}

/** The prediction that needs no model: the mean of the training labels (of classes, their share). */
export function baselinePredictions(trainLabels: Float64Array, rows: number): Float64Array {
  const mean = trainLabels.reduce((sum, label) => sum + label, 0) / trainLabels.length;
  return new Float64Array(rows).fill(mean);
}
