/** Quality of a regression on labelled rows. */

import { RuntimeFailure } from '../errors.ts';
import { checkLengths } from './check-lengths.ts';
import { heavyTails } from './heavy-tails.ts';
import { type Influence, meanInfluence, ratioInfluence } from './influence.ts';
import { type Estimated, positiveInterval } from './intervals.ts';
import { METRIC_DEFINITIONS, type Metric, type RegressionMetric } from './names.ts';

export interface RegressionEvaluation {
  readonly rows: number;
  /** `r2` is absent when all labels are equal. */
  readonly metrics: Readonly<Partial<Record<RegressionMetric, Metric>>>;
  /** Mean of prediction - label: above 0 the model predicts too much. */
  readonly bias: number;
}

/** The spread of labels may be this many times further from normal than that of errors: it is better known. */
const LABEL_LENIENCY = 2;

/**
 * Evaluates predictions against labels. The 95 % intervals are of the mean absolute error, of the root of the mean
 * squared error, and of 1 less the ratio of that error to the variance of the labels, both as uncertain as they are.
 * RMSE and R2 have none where errors or labels have heavy tails, see `heavyTails`.
 *
 * @throws RuntimeFailure `metrics/no-rows`, `metrics/length`, `metrics/not-finite`.
 */
export function evaluateRegression(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
): RegressionEvaluation {
  checkLengths(labels, predictions);
  const errors = errorsOf(labels, predictions);
  const bad = errors.findIndex((error) => error - error !== 0);
  if (bad >= 0) {
    throw new RuntimeFailure(
      'metrics/not-finite',
      `row ${bad} must be finite, got label ${labels[bad]} and prediction ${predictions[bad]}`,
    );
  }
  const definitions = METRIC_DEFINITIONS.regression;
  const heavy = heavyTails(errors, 'errors');
  const squared = positiveInterval(meanInfluence(squares(errors)));
  const unexplained = positiveInterval(unexplainedInfluence(labels, errors));
  const r2 = mapped(unexplained, (share) => 1 - share);
  return {
    rows: labels.length,
    metrics: {
      rmse: { ...withReason(mapped(squared, Math.sqrt), heavy), better: definitions.rmse.better },
      mae: { ...positiveInterval(meanInfluence(errors.map(Math.abs))), better: definitions.mae.better },
      ...(Number.isFinite(r2.value) && {
        r2: {
          ...withReason(r2, heavy ?? heavyTails(deviations(labels), 'labels', LABEL_LENIENCY)),
          better: definitions.r2.better,
        },
      }),
    },
    bias: meanInfluence(errors).value,
  };
}

/** Why nothing of the scale of the squared errors can be told, or undefined, see `heavyTails`. */
export function heavyErrors(labels: ArrayLike<number>, predictions: ArrayLike<number>): string | undefined {
  return heavyTails(errorsOf(labels, predictions), 'errors');
}

/** A metric of a regression with the influence of each row; its value is NaN where these rows cannot show it. */
export function regressionInfluence(
  metric: RegressionMetric,
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
): Influence {
  const errors = errorsOf(labels, predictions);
  if (metric === 'mae') return meanInfluence(errors.map(Math.abs));
  if (metric === 'rmse') {
    const { value, rows, least } = meanInfluence(squares(errors));
    const root = Math.sqrt(value);
    return { value: root, rows: root === 0 ? rows : rows.map((one) => one / (2 * root)), least };
  }
  const { value, rows, least } = unexplainedInfluence(labels, errors);
  return { value: Number.isFinite(value) ? 1 - value : Number.NaN, rows: rows.map((one) => -one), least };
}

/** The mean squared error over the variance of the labels. */
function unexplainedInfluence(labels: ArrayLike<number>, errors: Float64Array): Influence {
  return ratioInfluence(squares(errors), squares(deviations(labels)));
}

/** The same estimate on another scale; a falling one turns the ends round. */
function mapped(estimated: Estimated, scale: (value: number) => number): Estimated {
  const value = scale(estimated.value);
  if (estimated.reason !== undefined) return { value, reason: estimated.reason };
  const ends = [scale(estimated.low), scale(estimated.high)] as const;
  return { value, low: Math.min(...ends), high: Math.max(...ends) };
}

const withReason = ({ value, ...rest }: Estimated, reason: string | undefined): Estimated =>
  (reason === undefined ? { value, ...rest } : { value, reason }) as Estimated; // one of both shapes

const errorsOf = (labels: ArrayLike<number>, predictions: ArrayLike<number>): Float64Array =>
  Float64Array.from(predictions, (prediction, row) => prediction - (labels[row] as number)); // one length

function deviations(labels: ArrayLike<number>): Float64Array {
  const { rows } = meanInfluence(Float64Array.from(labels));
  return rows;
}

const squares = (values: Float64Array): Float64Array => values.map((value) => value * value);
