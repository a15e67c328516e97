/**
 * Why a model gave a margin: exact path-dependent SHAP values, as XGBoost's `pred_contribs`.
 *
 * A leaf's Shapley values depend on the row only through the path's conditions that it meets. So they are kept in a
 * table per leaf, filled as rows come. The idea is from Yang 2021, "Fast TreeSHAP", arXiv 2109.09847, version 2;
 * entries that no row needs are not computed. XGBoost computes the sums again for each row and leaf.
 */

import { RuntimeFailure } from '../errors.ts';
import { MODEL_LIMITS, type TreeModel } from '../trees/model.ts';
import { goesLeft } from '../trees/scoring/score.ts';
import { layOut } from './paths.ts';
import { leafValues } from './shapley.ts';

/** Doubles in all tables together, 32 MB; leaves that no longer fit are worked out for each row. */
const TABLE_SIZE = 4 * 1024 * 1024;

/**
 * Contributions of one row, in units of the margin: per output one number per feature and the bias last; their sum is
 * the row's margin (to rounding in double).
 *
 * @param row - As for `scoreOutputs`.
 */
export type Explain = (row: Float32Array) => Float64Array;

/**
 * Prepares a model for explaining; rows explained before make later ones faster.
 *
 * @throws RuntimeFailure `explain/too-deep`; the function `scoring/wrong-width`.
 */
export function treeExplainer(model: TreeModel): Explain {
  const { at, depth, isRight, bitOrLeaf, leaves } = layOut(model);
  const { forest, numFeatures, baseMargins } = model;
  const width = numFeatures + 1;
  const bias = Float64Array.from(baseMargins);
  for (const { value, output, shares } of leaves)
    bias[output] = (bias[output] as number) + value * shares.reduce((product, share) => product * share, 1);
  // Start of each leaf's table; -1 for a leaf without one.
  const tables = new Int32Array(leaves.length).fill(-1);
  let size = 0;
  leaves.forEach(({ features: { length } }, leaf) => {
    const own = length * (1 << length);
    if (size + own > TABLE_SIZE) return;
    tables[leaf] = size;
    size += own;
  });
  const table = new Float64Array(size).fill(Number.NaN);
  const scratch = new Float64Array(MODEL_LIMITS.depth);
  // Per depth: the conditions met by who goes to the left and to the right child.
  const met = [
    new Int32Array(MODEL_LIMITS.depth + 2).fill(-1),
    new Int32Array(MODEL_LIMITS.depth + 2).fill(-1),
  ] as const;

  return (row) => {
    if (row.length !== numFeatures)
      throw new RuntimeFailure(
        'scoring/wrong-width',
        `the model takes ${numFeatures} features, got ${row.length}`,
      );
    const contributions = new Float64Array(baseMargins.length * width);
    for (let output = 0; output < bias.length; output++)
      contributions[output * width + numFeatures] = bias[output] as number;
    for (let slot = 0; slot < at.length; slot++) {
      const node = at[slot] as number;
      const level = depth[slot] as number;
      const mask = level === 0 ? -1 : ((isRight[slot] === 1 ? met[1] : met[0])[level] as number);
      const column = forest.feature[node] as number;
      if (column >= 0) {
        const without = mask & ~(bitOrLeaf[slot] as number);
        const left = goesLeft(forest, node, row[column] as number);
        met[0][level + 1] = left ? mask : without;
        met[1][level + 1] = left ? without : mask;
      } else addLeaf(bitOrLeaf[slot] as number, mask, contributions);
    }
    return contributions;
  };

  function addLeaf(leaf: number, mask: number, contributions: Float64Array): void {
    const { value, output, features, shares } = leaves[leaf] as (typeof leaves)[number];
    const { length } = features;
    const conditions = mask & ((1 << length) - 1);
    const own = tables[leaf] as number;
    const values = own < 0 ? scratch : table;
    const from = own < 0 ? 0 : own + conditions * length;
    // A path without features has no values; NaN marks those not worked out yet.
    if (length > 0 && (own < 0 || Number.isNaN(values[from] as number)))
      leafValues(value, shares, conditions, values, from);
    const to = output * width;
    for (let i = 0; i < length; i++) {
      const slot = to + (features[i] as number);
      contributions[slot] = (contributions[slot] as number) + (values[from + i] as number);
    }
  }
}
