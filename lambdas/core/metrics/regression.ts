/** Quality of a regression on labelled rows. */

import { RuntimeFailure } from '../errors.ts';
import { checkLengths } from './check-lengths.ts';
import { meanInterval } from './intervals.ts';
import { METRIC_DEFINITIONS, type Metric, type RegressionMetric } from './names.ts';

export interface RegressionEvaluation {
  readonly rows: number;
  /** `r2` is absent when all labels are equal. */
  readonly metrics: Readonly<Partial<Record<RegressionMetric, Metric>>>;
  /** Mean of prediction - label: above 0 the model predicts too much. */
  readonly bias: number;
}

/**
 * Evaluates predictions against labels.
 *
 * The 95 % intervals are the normal interval of the mean squared (or absolute) error over rows; RMSE is its
 * square root, and R2 = 1 - MSE / variance of the labels, with that variance taken as known.
 *
 * @throws RuntimeFailure `metrics/no-rows`, `metrics/length`, `metrics/not-finite`.
 */
export function evaluateRegression(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
): RegressionEvaluation {
  checkLengths(labels, predictions);
  const errors = Float64Array.from(predictions, (prediction, row) => prediction - (labels[row] as number));
  const bad = errors.findIndex((error) => error - error !== 0);
  if (bad >= 0) {
    throw new RuntimeFailure(
      'metrics/not-finite',
      `row ${bad} must be finite, got label ${labels[bad]} and prediction ${predictions[bad]}`,
    );
  }
  const squared = meanInterval(errors.map((error) => error * error));
  const absolute = meanInterval(errors.map(Math.abs));
  const center = meanInterval(Float64Array.from(labels)).value;
  const variance = meanInterval(Float64Array.from(labels, (label) => (label - center) * (label - center)));
  const definitions = METRIC_DEFINITIONS.regression;
  const r2 = (error: number): number => 1 - error / variance.value;
  return {
    rows: labels.length,
    metrics: {
      rmse: {
        value: Math.sqrt(squared.value),
        low: Math.sqrt(Math.max(0, squared.low)),
        high: Math.sqrt(squared.high),
        better: definitions.rmse.better,
      },
      mae: { ...absolute, low: Math.max(0, absolute.low), better: definitions.mae.better },
      ...(variance.value === 0
        ? {}
        : {
            r2: {
              value: r2(squared.value),
              low: r2(squared.high),
              high: Math.min(1, r2(squared.low)),
              better: definitions.r2.better,
            },
          }),
    },
    bias: meanInterval(errors).value,
  };
}
