/**
 * How well scores order the labels: ROC AUC and average precision.
 *
 * Each class is sorted on its own (typed arrays sort natively), then both are walked in step, one group of
 * equal scores at a time.
 */

/** Rows that share one score. */
interface TieGroup {
  readonly positives: number;
  readonly negatives: number;
}

/** Scores by class, ascending. */
export interface ScoresByClass {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/** @param labels - 0 or 1. @param scores - No NaN. */
export function splitByClass(labels: ArrayLike<number>, scores: ArrayLike<number>): ScoresByClass {
  const ofClass = (label: number): Float64Array =>
    Float64Array.from(scores)
      .filter((_, row) => labels[row] === label)
      .sort();
  return { positives: ofClass(1), negatives: ofClass(0) };
}

/**
 * Area under the ROC curve: the probability that a positive scores above a negative, ties counting half
 * (Mann-Whitney, exact). Both classes must occur.
 */
export function auc(scores: ScoresByClass): number {
  const m = scores.positives.length;
  const n = scores.negatives.length;
  let [negativesBelow, area] = [0, 0];
  for (const { positives, negatives } of tieGroups(scores)) {
    area += positives * ((negativesBelow + negatives / 2) / n);
    negativesBelow += negatives;
  }
  return area / m;
}

/**
 * Average precision: the sum over thresholds, from the highest, of precision times the gain in recall
 * (scikit-learn's definition, no interpolation). There must be a positive.
 */
export function averagePrecision(scores: ScoresByClass): number {
  let [found, selected, total] = [0, 0, 0];
  for (const { positives, negatives } of [...tieGroups(scores)].reverse()) {
    found += positives;
    selected += positives + negatives;
    total += (positives * found) / selected;
  }
  return total / scores.positives.length;
}

/** Groups of equal scores, ascending. */
function* tieGroups({ positives, negatives }: ScoresByClass): Generator<TieGroup> {
  let i = 0;
  let j = 0;
  while (i < positives.length || j < negatives.length) {
    const score = Math.min(positives[i] ?? Infinity, negatives[j] ?? Infinity);
    const [firstPositive, firstNegative] = [i, j];
    while (positives[i] === score) i++;
    while (negatives[j] === score) j++;
    yield { positives: i - firstPositive, negatives: j - firstNegative };
  }
}
