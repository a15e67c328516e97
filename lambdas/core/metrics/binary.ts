/** Quality of a binary classifier on labelled rows. */

import { RuntimeFailure } from '../errors.ts';
import { ln, log1p } from '../numeric/math.ts';
import {
  type CalibrationBin,
  calibrationError,
  calibrationInfluence,
  calibrationTable,
} from './calibration.ts';
import { checkLengths } from './check-lengths.ts';
import {
  aucInfluence,
  averagePrecisionInfluence,
  type Influence,
  meanInfluence,
  ratioInfluence,
} from './influence.ts';
import {
  type Estimated,
  type Interval,
  LEAST_OF_CLASS,
  positiveInterval,
  rankInterval,
  wilson,
} from './intervals.ts';
import { type BinaryMetric, METRIC_DEFINITIONS, type Metric } from './names.ts';
import { splitByClass } from './ranking.ts';

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
  /**
   * `auc` and `average-precision` are absent when only one class occurs, `observed-over-expected` when every
   * probability is 0, `calibration-error` when no bin has two rows.
   */
  readonly metrics: Readonly<Partial<Record<BinaryMetric, Metric>>>;
  readonly confusion: Confusion;
  readonly calibration: readonly CalibrationBin[];
}

/**
 * Evaluates probabilities against labels. Each metric has a 95 % interval, from {@link LEAST_OF_CLASS} rows of each
 * class up.
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
  const definitions = METRIC_DEFINITIONS['binary-classification'];
  const names = Object.keys(definitions) as BinaryMetric[]; // of a constant: it has no other keys than its type says
  return {
    rows: labels.length,
    positives: countPositives(labels),
    metrics: Object.fromEntries(
      names.flatMap((name) => {
        const estimated = binaryEstimate(name, labels, scores);
        return estimated === undefined
          ? []
          : [[name, { ...estimated, better: definitions[name].better }] as const];
      }),
    ),
    confusion: confusionAt(labels, scores, threshold),
    calibration: calibrationTable(labels, scores),
  };
}

/**
 * Estimates one metric of a classifier; undefined where these rows cannot show it.
 *
 * @param labels - 0 or 1.
 * @param scores - Probabilities, as many as labels.
 */
export function binaryEstimate(
  metric: BinaryMetric,
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): Estimated | undefined {
  const few = fewOfClass(labels, LEAST_OF_CLASS);
  if (few?.rows === 0 && (metric === 'auc' || metric === 'average-precision')) return undefined;
  const influence = binaryInfluence(metric, labels, scores);
  const { value } = influence;
  if (!Number.isFinite(value)) return undefined;
  return few === undefined ? intervalOf(metric, influence, labels, scores) : { value, reason: few.reason };
}

/** Returns the rows of the smaller class, where they are fewer than needed, and says so. */
export function fewOfClass(
  labels: ArrayLike<number>,
  needed: number,
): { readonly rows: number; readonly reason: string } | undefined {
  const positives = countPositives(labels);
  const rows = Math.min(positives, labels.length - positives);
  return rows < needed
    ? { rows, reason: `${rows} rows of a class, at least ${needed} are needed` }
    : undefined;
}

const countPositives = (labels: ArrayLike<number>): number =>
  Array.from(labels).filter((label) => label === 1).length;

/**
 * A metric of a classifier with the influence of each row; its value is NaN where these rows cannot show it.
 *
 * @param labels - 0 or 1.
 * @param scores - Probabilities, as many as labels.
 */
export function binaryInfluence(
  metric: BinaryMetric,
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): Influence {
  switch (metric) {
    case 'auc':
    case 'average-precision': {
      const byClass = splitByClass(labels, scores);
      return (metric === 'auc' ? aucInfluence : averagePrecisionInfluence)(labels, scores, byClass);
    }
    case 'log-loss':
      return meanInfluence(logLosses(labels, scores));
    case 'brier':
      return meanInfluence(squaredErrors(labels, scores));
    case 'calibration-error':
      return calibrationInfluence(labels, scores);
    case 'observed-over-expected':
      return ratioInfluence(Float64Array.from(labels), Float64Array.from(scores));
  }
}

/** At least {@link LEAST_OF_CLASS} rows of each class. */
function intervalOf(
  metric: BinaryMetric,
  influence: Influence,
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): Estimated {
  const { value, least } = influence;
  // It is a number, so some bin has two rows.
  if (metric === 'calibration-error') return calibrationError(labels, scores) as Interval;
  if (metric !== 'auc' && metric !== 'average-precision') return positiveInterval(influence);
  const first = scores[0];
  if (Array.from(scores).every((score) => score === first))
    return { value, reason: 'all scores are the same' };
  return rankInterval(
    influence,
    metric === 'auc' ? newcombe(least, labels.length - least) : () => AVERAGE_PRECISION_LEAST / least,
  );
}

/** Least variance of average precision over x (1 - x), in units of 1 / positives: chosen by simulation. */
const AVERAGE_PRECISION_LEAST = 0.75;

/**
 * The variance of an AUC of x over x (1 - x), of m and n rows of the classes, for scores of the exponential family with
 * the mean of both class sizes (Newcombe 2006, Statistics in Medicine 25, 559, method 5).
 */
function newcombe(m: number, n: number): (x: number) => number {
  const half = (m + n) / 2 - 1;
  return (x) => (1 + (half * (1 - x)) / (2 - x) + (half * x) / (1 + x)) / (m * n);
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
