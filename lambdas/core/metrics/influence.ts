/**
 * Metrics as means over rows. The influence of a row is how much the metric moves by it: influences have mean 0, and
 * their spread is the metric's standard error. On the same rows, the differences of two metrics' influences are
 * the influences of the difference, so a paired comparison needs nothing else.
 */

import { countBelow } from './rank.ts';
import { auc, averagePrecision, type ScoresByClass } from './ranking.ts';

/** A metric and the influence of each row on it, in the order of the rows. */
export interface Influence {
  readonly value: number;
  readonly rows: Float64Array;
  /** Rows that the standard error rests on: all of them, or those of the smaller class. */
  readonly least: number;
}

/** The mean of a value per row, such as a loss. */
export function meanInfluence(values: Float64Array): Influence {
  const value = mean(values);
  return { value, rows: values.map((one) => one - value), least: values.length };
}

/** The ratio of two means, such as the mean squared error over the variance of the labels. */
export function ratioInfluence(above: Float64Array, below: Float64Array): Influence {
  const scale = mean(below);
  const value = mean(above) / scale;
  const rows = above.map((one, row) => (one - value * (below[row] as number)) / scale); // as many of both
  return { value, rows, least: above.length };
}

/** AUC by DeLong's components (1988): of a positive the share of negatives below it, of a negative the reverse. */
export function aucInfluence(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  byClass: ScoresByClass,
): Influence {
  const { positives, negatives } = byClass;
  const value = auc(byClass);
  const rows = Float64Array.from(scores, (score, row) => {
    const [others, own] = labels[row] === 1 ? [negatives, positives] : [positives, negatives];
    const below = (countBelow(others, score, false) + countBelow(others, score, true)) / 2 / others.length;
    const inOrder = labels[row] === 1 ? below : 1 - below;
    return (scores.length / own.length) * (inOrder - value);
  });
  return { value, rows, least: Math.min(positives.length, negatives.length) };
}

/**
 * Average precision. A positive brings the precision at its own score; every row at or above a positive's score moves
 * the precision there, by its label less that precision over the share of rows at or above.
 */
export function averagePrecisionInfluence(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  byClass: ScoresByClass,
): Influence {
  const { positives, negatives } = byClass;
  const value = averagePrecision(byClass);
  const total = scores.length;
  const precision = new Float64Array(positives.length);
  // Sums over the positives up to each, ascending: of 1 / (share of rows at or above), and of that times the precision.
  const weights = new Float64Array(positives.length + 1);
  const weighted = new Float64Array(positives.length + 1);
  positives.forEach((score, i) => {
    const found = positives.length - countBelow(positives, score, false);
    const selected = found + negatives.length - countBelow(negatives, score, false);
    precision[i] = found / selected;
    const weight = total / selected / positives.length;
    weights[i + 1] = (weights[i] as number) + weight; // i < positives.length
    weighted[i + 1] = (weighted[i] as number) + weight * (precision[i] as number);
  });
  const rows = Float64Array.from(scores, (score, row) => {
    const upTo = countBelow(positives, score, true);
    const label = labels[row] as number; // as many labels as scores
    const moved = label * (weights[upTo] as number) - (weighted[upTo] as number); // upTo <= positives.length
    if (label === 0) return moved;
    return ((precision[upTo - 1] as number) - value) * (total / positives.length) + moved; // it counts itself
  });
  return { value, rows, least: Math.min(positives.length, negatives.length) };
}

/** The variance of the metric: a mean square of influences that rests on k rows is too small by 1 / k. */
export function varianceOf({ rows, least }: Influence): number {
  const squares = rows.reduce((sum, one) => sum + one * one, 0);
  return ((squares / rows.length / rows.length) * least) / (least - 1);
}

/**
 * The variance for an interval: raised by a share of the skewness over the root of the rows, because a skewed sample
 * mostly lacks the rows of its tail, and then shows too small a variance.
 *
 * @param share - Chosen by simulation.
 */
export function raisedVarianceOf(influence: Influence, share: number): number {
  const { rows } = influence;
  const second = rows.reduce((sum, one) => sum + one * one, 0) / rows.length;
  const third = rows.reduce((sum, one) => sum + one * one * one, 0) / rows.length;
  const skewness = second === 0 ? 0 : third / (second * Math.sqrt(second));
  return varianceOf(influence) * (1 + (share * Math.abs(skewness)) / Math.sqrt(rows.length));
}

const mean = (values: Float64Array): number => values.reduce((sum, one) => sum + one, 0) / values.length;
