/** Quality of a binary classifier on labelled rows. */

import { RuntimeFailure } from '../errors.ts';
import { ln, log1p } from '../numeric/math.ts';
import { type CalibrationBin, calibrationError, calibrationTable } from './calibration.ts';
import { checkLengths } from './check-lengths.ts';
import { type Interval, meanInterval, wilson } from './intervals.ts';
import { type BinaryMetric, METRIC_DEFINITIONS, type Metric } from './names.ts';
import { auc, averagePrecision, splitByClass } from './ranking.ts';

/** Probabilities are kept this far from 0 and 1 in the log loss (float64 epsilon, as scikit-learn). */
const EPSILON = 2.220446049250313e-16;

/** Counts and rates of the decisions at one threshold. A rate is null when nothing could have been counted for it. */
export interface Confusion {
  /** Scores at or above it are predicted positive. */
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
  /** True among the predicted positives, with Wilson's 95 % interval. */
  readonly precision: Interval | null;
  /** Found among the positives, with Wilson's 95 % interval. */
  readonly recall: Interval | null;
}

export interface BinaryEvaluation {
  readonly rows: number;
  readonly positives: number;
  /** `auc` and `average-precision` are absent when only one class occurs. */
  readonly metrics: Readonly<Partial<Record<BinaryMetric, Metric>>>;
  readonly confusion: Confusion;
  readonly calibration: readonly CalibrationBin[];
}

/**
 * Evaluates probabilities against labels.
 *
 * Log loss and Brier carry the normal 95 % interval of their mean over rows, AUC DeLong's; average precision
 * and calibration error have none.
 *
 * @param labels - 0 or 1.
 * @param scores - Probabilities, as many as labels.
 * @param threshold - The lowest score with a positive decision.
 * @throws RuntimeFailure `metrics/no-rows`, `metrics/length`, `metrics/label`, `metrics/score`.
 */
export function evaluateBinary(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  threshold: number,
): BinaryEvaluation {
  check(labels, scores);
  const byClass = splitByClass(labels, scores);
  const positives = byClass.positives.length;
  const calibration = calibrationTable(labels, scores);
  const { better: lower } = METRIC_DEFINITIONS['binary-classification'].brier;
  const { better: higher } = METRIC_DEFINITIONS['binary-classification'].auc;
  const ranking =
    positives === 0 || positives === labels.length
      ? {}
      : {
          auc: { ...auc(byClass), better: higher },
          'average-precision': { value: averagePrecision(byClass), better: higher },
        };
  return {
    rows: labels.length,
    positives,
    metrics: {
      ...ranking,
      'log-loss': { ...meanInterval(logLosses(labels, scores)), better: lower },
      brier: { ...meanInterval(squaredErrors(labels, scores)), better: lower },
      'calibration-error': { value: calibrationError(calibration), better: lower },
    },
    confusion: confusionAt(labels, scores, threshold),
    calibration,
  };
}

/** Counts the decisions at a threshold. */
export function confusionAt(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  threshold: number,
): Confusion {
  const counts = [0, 0, 0, 0];
  for (let row = 0; row < labels.length; row++) {
    const predicted = (scores[row] as number) >= threshold ? 2 : 0; // as many scores as labels
    const cell = predicted + (labels[row] as number);
    counts[cell] = (counts[cell] as number) + 1; // labels are 0 or 1
  }
  const [trueNegatives, falseNegatives, falsePositives, truePositives] = counts as [
    number,
    number,
    number,
    number,
  ]; // four cells by construction
  return {
    threshold,
    truePositives,
    falsePositives,
    trueNegatives,
    falseNegatives,
    precision: rate(truePositives, truePositives + falsePositives),
    recall: rate(truePositives, truePositives + falseNegatives),
  };
}

function rate(successes: number, trials: number): Interval | null {
  return trials === 0 ? null : wilson(successes, trials);
}

function logLosses(labels: ArrayLike<number>, scores: ArrayLike<number>): Float64Array {
  return Float64Array.from(scores, (score, row) => {
    const p = Math.min(1 - EPSILON, Math.max(EPSILON, score));
    return labels[row] === 1 ? -ln(p) : -log1p(-p);
  });
}

function squaredErrors(labels: ArrayLike<number>, scores: ArrayLike<number>): Float64Array {
  return Float64Array.from(scores, (score, row) => {
    const error = score - (labels[row] as number); // as many labels as scores
    return error * error;
  });
}

function check(labels: ArrayLike<number>, scores: ArrayLike<number>): void {
  checkLengths(labels, scores);
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] !== 0 && labels[row] !== 1) {
      throw new RuntimeFailure('metrics/label', `label of row ${row} must be 0 or 1, got ${labels[row]}`);
    }
    const score = scores[row] as number; // as many scores as labels
    if (!(score >= 0 && score <= 1)) {
      throw new RuntimeFailure('metrics/score', `score of row ${row} must be 0 to 1, got ${score}`);
    }
  }
}
