/** Input of training, and the checks before it starts. */

import { RuntimeFailure } from '../../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import type { TrainedObjective } from '../model.ts';

/** Beyond these, gains of a large table would leave the range of float32. */
const MAX_LABEL = 1e12;
const MAX_WEIGHT = 1e6;

/** Rows with their labels: 0 or 1 for binary:logistic, any number within 1e12 for reg:squarederror. */
export interface LabelledMatrix {
  readonly matrix: FeatureMatrix;
  readonly labels: Float64Array;
}

/**
 * @param name - `training` or `validation`, for messages.
 * @throws RuntimeFailure `training/no-rows`, `training/no-columns`, `training/ragged-columns`,
 * `training/infinite-value` or `training/bad-label`.
 */
export function checkData(
  { matrix, labels }: LabelledMatrix,
  objective: TrainedObjective,
  name: string,
): void {
  const { rows, names, columns } = matrix;
  if (rows === 0) throw new RuntimeFailure('training/no-rows', `the ${name} data has no rows`);
  if (columns.length === 0)
    throw new RuntimeFailure('training/no-columns', `the ${name} data has no columns`);
  if (
    names.length !== columns.length ||
    labels.length !== rows ||
    columns.some(({ length }) => length !== rows)
  )
    throw new RuntimeFailure(
      'training/ragged-columns',
      `the ${name} columns, names and labels differ in length`,
    );
  columns.forEach((column, i) => {
    if (column.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY))
      throw new RuntimeFailure(
        'training/infinite-value',
        `column '${names[i]}' of the ${name} data is infinite`,
        {
          fix: 'make it missing, or bound it in the query',
        },
      );
  });
  const isLabel = objective === 'binary:logistic' ? isClass : isTarget;
  const at = labels.findIndex((label) => !isLabel(label));
  if (at >= 0)
    throw new RuntimeFailure('training/bad-label', `label ${labels[at]} of row ${at} of the ${name} data`, {
      fix:
        objective === 'binary:logistic'
          ? 'labels must be 0 or 1'
          : `labels must lie within ${MAX_LABEL} of 0`,
    });
}

/** @throws RuntimeFailure `training/one-class`: nothing can be learnt from one class. */
export function checkClasses(labels: Float64Array, weights: Float64Array): void {
  for (const label of [0, 1]) {
    const present = labels.some((other, row) => other === label && weights[row] !== 0);
    if (!present)
      throw new RuntimeFailure('training/one-class', `the training data has no row with label ${label}`);
  }
}

/** @throws RuntimeFailure `training/bad-weight`. */
export function checkWeights(weights: Float64Array, rows: number): void {
  const usable = weights.every((weight) => weight >= 0 && weight <= MAX_WEIGHT);
  if (weights.length !== rows || !usable || !weights.some((weight) => weight > 0))
    throw new RuntimeFailure(
      'training/bad-weight',
      `${weights.length} weights for ${rows} rows: each must be 0 to ${MAX_WEIGHT}, and not all 0`,
    );
}

function isClass(label: number): boolean {
  return label === 0 || label === 1;
}

function isTarget(label: number): boolean {
  return Math.abs(label) <= MAX_LABEL;
}
