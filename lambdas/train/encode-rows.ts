/** Rows of a training set as the trees compare them. */

import type { ModelConfig } from '../core/config.ts';
import { type CategoryCoverage, coverCategories } from '../core/features/category-notes.ts';
import { transformTraining } from '../core/features/cross-fit.ts';
import { type FittedFeatures, fitFeatures } from '../core/features/fit.ts';
import { transformTable } from '../core/features/transform.ts';
import { takeRows } from '../core/table/rows.ts';
import type { LabelledRows } from '../stores/snapshots.ts';
import type { TrainingSet } from '../stores/training-set.ts';

/** The rows of a training set. */
export type Rows = Pick<TrainingSet, 'table' | 'labels'>;

/** Features, and the rows that they were fitted on. */
export interface Encoded {
  readonly features: FittedFeatures;
  readonly rows: LabelledRows;
  readonly categories: readonly CategoryCoverage[];
}

/** Fits the features on rows, and encodes these rows for the trees that learn from them. */
export function fitRows(
  { table, labels }: Rows,
  positions: Int32Array,
  { features: spec, training }: Pick<ModelConfig, 'features' | 'training'>,
): Encoded {
  const own = { table: takeRows(table, positions), labels: take(labels, positions) };
  const features = fitFeatures(own.table, spec, own.labels);
  return {
    features,
    rows: { matrix: transformTraining(features, own, training.seed), labels: own.labels },
    categories: coverCategories(own.table, spec),
  };
}

/** Encodes rows that the features were not fitted on. */
export function encodeRows(
  { table, labels }: Rows,
  positions: Int32Array,
  features: FittedFeatures,
): LabelledRows {
  return {
    matrix: transformTable(features, takeRows(table, positions)).matrix,
    labels: take(labels, positions),
  };
}

const take = (values: Float64Array, positions: Int32Array): Float64Array =>
  Float64Array.from(positions, (position) => values[position] as number); // positions are inside
