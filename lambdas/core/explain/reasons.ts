/** Why a row got its score, in terms of the features that the blueprint names. */

import type { Model } from '../evaluation/predict.ts';
import { widthOf } from '../features/encode.ts';
import { treeExplainer } from './tree-shap.ts';

export interface Reasons {
  /** The margin before anything is known of the row: log-odds for a probability, else the unit of the label. */
  readonly baseline: number;
  /** The row's margin: `baseline` and all contributions together. */
  readonly margin: number;
  /** Each feature's contribution to the margin, the largest first, float32; features that added 0 are left out. */
  readonly contributions: readonly { readonly feature: string; readonly contribution: number }[];
}

/**
 * Prepares the reasons of a model with one output. The columns of a one-hot feature count together: SHAP values add up.
 *
 * @returns a function of the values that `rowTransformer` gives
 * @throws RuntimeFailure `explain/too-deep`
 */
export function createReasons({ features, model }: Model): (values: Float32Array) => Reasons {
  const explain = treeExplainer(model);
  const names = features.fields.map(({ name }) => name);
  const featureOf = features.fields.flatMap((field, index) =>
    new Array<number>(field.kind === 'categorical' ? widthOf(field) : 1).fill(index),
  );
  return (values) => {
    const byColumn = explain(values);
    const sums = new Float64Array(names.length);
    featureOf.forEach((index, column) => {
      sums[index] = (sums[index] as number) + (byColumn[column] as number); // a column per entry, the bias last
    });
    const baseline = byColumn[featureOf.length] as number;
    const margin = sums.reduce((sum, value) => sum + value, baseline);
    const contributions = names
      .map((feature, index) => ({ feature, contribution: Math.fround(sums[index] as number) }))
      .filter(({ contribution }) => contribution !== 0)
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
    return { baseline: Math.fround(baseline), margin: Math.fround(margin), contributions };
  };
}
