/**
 * How much better one model is than another, with bounds: what a decision may rely on. Both bounds are one-sided, each
 * wrong in one minus its certainty of cases.
 */

import { type DirectedMetricName, LOWER_IS_BETTER, type ProblemType } from '../config.ts';
import { binaryInfluence, fewOfClass } from '../metrics/binary.ts';
import { type Influence, raisedVarianceOf } from '../metrics/influence.ts';
import { type Estimated, type Interval, LEAST_OF_CLASS, MEAN_SKEWNESS } from '../metrics/intervals.ts';
import type { BinaryMetric, RegressionMetric } from '../metrics/names.ts';
import { heavyErrors, regressionInfluence } from '../metrics/regression.ts';
import { normalQuantile, tQuantile, Z95 } from '../numeric/distributions.ts';
import { hypotenuse } from '../numeric/math.ts';

/** Evidence that a comparison takes. */
export interface Certainty {
  /** Share of cases that each bound holds in, 0.9 to 0.999. */
  readonly certainty: number;
  /** Rows of each class, or rows of a regression. */
  readonly least: number;
  /**
   * Whether squared errors with heavy tails may be compared: which of two is larger they show, but not by how much,
   * because their scale is not known.
   */
  readonly heavyTails: boolean;
}

/** That a version is worse, or has become worse by more than a limit, before anything is done about it. */
export const LOSS: Certainty = { certainty: 0.99, least: LEAST_OF_CLASS, heavyTails: false };

/** That a version is better than a constant, before it may be released. */
export const GAIN: Certainty = { certainty: 0.95, least: 20, heavyTails: true };

/** A metric of records: ends are null or absent where it has no interval. */
interface Recorded {
  readonly value: number;
  readonly low?: number | null | undefined;
  readonly high?: number | null | undefined;
}

/** Predictions of two models for the same rows. */
export interface PairedPredictions {
  readonly labels: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
  readonly others: ArrayLike<number>;
}

/**
 * By how much predictions are better than others for the same rows: a t interval of the differences of the rows'
 * influences, so what both models share cancels out. NaN where the metric cannot be measured.
 */
export function pairedAdvantage(
  problem: ProblemType,
  metric: DirectedMetricName,
  { labels, predictions, others }: PairedPredictions,
  evidence: Certainty,
): Estimated {
  const first = influenceOf(problem, metric, labels, predictions);
  const second = influenceOf(problem, metric, labels, others);
  const sign = LOWER_IS_BETTER.includes(metric) ? -1 : 1;
  const value = sign === 1 ? first.value - second.value : second.value - first.value; // never -0
  const reason =
    tooFew(problem, labels, evidence.least) ??
    (evidence.heavyTails || (metric !== 'rmse' && metric !== 'r2')
      ? undefined
      : (heavyErrors(labels, others) ?? heavyErrors(labels, predictions)));
  if (reason !== undefined) return { value, reason };
  const rows = first.rows.map((one, row) => sign * (one - (second.rows[row] as number))); // the same rows
  const difference = { value, rows, least: Math.min(first.least, second.least) };
  const half =
    tQuantile(evidence.certainty, difference.least - 1) *
    Math.sqrt(raisedVarianceOf(difference, MEAN_SKEWNESS));
  return { value, low: value - half, high: value + half };
}

/**
 * By how much a metric is better than one of other rows, from their 95 % intervals: the distances of the ends from the
 * values add up as squares (Zou and Donner 2008, Statistics in Medicine 27, 1693), scaled to the certainty.
 */
export function advantageOver(
  metric: DirectedMetricName,
  own: Recorded,
  other: Recorded,
  certainty: number,
): Estimated {
  const lower = LOWER_IS_BETTER.includes(metric);
  const value = lower ? other.value - own.value : own.value - other.value;
  if (!hasEnds(own) || !hasEnds(other)) return { value, reason: 'one of both has no interval' };
  const scale = normalQuantile(certainty) / Z95;
  const below = (one: Interval) => one.value - one.low;
  const above = (one: Interval) => one.high - one.value;
  const [worse, better] = lower ? [above, below] : [below, above];
  return {
    value,
    low: value - scale * hypotenuse(worse(own), better(other)),
    high: value + scale * hypotenuse(better(own), worse(other)),
  };
}

type RecordedMetrics = Readonly<Partial<Record<DirectedMetricName, Recorded>>>;

/**
 * By how much a metric of these rows is better than that of others. An `rmse` without an interval, because of heavy tails,
 * is as certain as the mean absolute error in the same proportion, and never more than its own value. Undefined where
 * either has no such metric.
 */
export function recordedAdvantage(
  metric: DirectedMetricName,
  own: RecordedMetrics,
  other: RecordedMetrics,
  certainty: number,
): Estimated | undefined {
  const [mine, theirs] = [own[metric], other[metric]];
  if (mine === undefined || theirs === undefined) return undefined;
  const direct = advantageOver(metric, mine, theirs, certainty);
  if (metric !== 'rmse' || direct.reason === undefined || !own.mae || !other.mae?.value) return direct;
  const { low, high } = advantageOver('mae', own.mae, other.mae, certainty);
  if (low === undefined) return direct;
  const { value } = direct;
  const scale = theirs.value / other.mae.value;
  return { value, low: Math.min(value, scale * low), high: Math.max(value, scale * high) };
}

const hasEnds = (one: Recorded): one is Interval =>
  typeof one.low === 'number' && typeof one.high === 'number';

function influenceOf(
  { type }: ProblemType,
  metric: DirectedMetricName,
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
): Influence {
  return type === 'regression'
    ? regressionInfluence(metric as RegressionMetric, labels, predictions) // blueprints name metrics of the problem
    : binaryInfluence(metric as BinaryMetric, labels, predictions);
}

function tooFew({ type }: ProblemType, labels: ArrayLike<number>, least: number): string | undefined {
  if (type === 'binary-classification') return fewOfClass(labels, least)?.reason;
  return labels.length < least ? `${labels.length} rows, at least ${least} are needed` : undefined;
}
