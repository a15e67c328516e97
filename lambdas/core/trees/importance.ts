/** How much each feature did for the model. */

import type { TreeModel } from './model.ts';

export interface Importance {
  /** The feature's name, or XGBoost's `f0`, `f1`, ... in a model without names. */
  readonly feature: string;
  /** Loss saved by all its splits as a share of the whole model's, 0 to 1. */
  readonly share: number;
}

/** Every feature, largest share first (XGBoost's `total_gain`, normed); all 0 in a model that never splits. */
export function gainImportance({ forest, numFeatures, featureNames }: TreeModel): Importance[] {
  const gains = new Float64Array(numFeatures);
  forest.feature.forEach((column, at) => {
    // validateForest: a split's column is below numFeatures, and every array has an entry per node.
    if (column >= 0) gains[column] = (gains[column] as number) + (forest.gain[at] as number);
  });
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  const all = Array.from(gains, (gain, i) => ({
    feature: featureNames[i] ?? `f${i}`,
    share: total > 0 ? gain / total : 0,
  }));
  return all.sort((a, b) => b.share - a.share);
}
