/**
 * Margins by walking the trees as XGBoost does: values are float32, a value below the threshold goes left, a
 * missing one goes where the node says, and leaf values are added in float32 in the order of the trees,
 * starting from the base margin. Adding in another order or in double gives other bits in half of all rows.
 */

import { RuntimeFailure } from '../errors.ts';
import type { FeatureMatrix } from './matrix.ts';
import { LEAF, type TreeModel, treeCount } from './model.ts';
import { scoreBlocks } from './quantised.ts';

/**
 * The margin of one row, float32.
 *
 * @param row - One value per feature in the model's order, NaN where missing.
 * @throws RuntimeFailure `scoring/wrong-width`.
 */
export function scoreRow(model: TreeModel, row: Float32Array): number {
  checkWidth(model, row.length);
  const { starts, value } = model.forest;
  let margin = model.baseMargin;
  for (let tree = 0; tree < treeCount(model.forest); tree++) {
    // The forest was validated: every index the walk makes lies inside the arrays.
    const start = starts[tree] as number;
    margin = Math.fround(margin + (value[start + leafOf(model, start, row)] as number));
  }
  return margin;
}

/** The leaf that a row reaches in each tree, numbered from the tree's root: XGBoost's `pred_leaf`. */
export function scoreLeaves(model: TreeModel, row: Float32Array): Int32Array {
  checkWidth(model, row.length);
  const roots = model.forest.starts.subarray(0, -1);
  return roots.map((start) => leafOf(model, start, row));
}

/**
 * The margins of all rows of a matrix, float32, bit for bit those of `scoreRow`.
 *
 * @throws RuntimeFailure `scoring/wrong-width`, `scoring/ragged-columns`.
 */
export function scoreMatrix(model: TreeModel, matrix: FeatureMatrix): Float32Array {
  checkWidth(model, matrix.columns.length);
  if (matrix.columns.some((column) => column.length !== matrix.rows))
    throw new RuntimeFailure('scoring/ragged-columns', `not every column has ${matrix.rows} values`);
  return scoreBlocks(model, matrix);
}

function checkWidth(model: TreeModel, width: number): void {
  if (width !== model.numFeatures)
    throw new RuntimeFailure(
      'scoring/wrong-width',
      `the model takes ${model.numFeatures} features, got ${width}`,
    );
}

function leafOf(model: TreeModel, start: number, row: Float32Array): number {
  const { feature, value, left, right, defaultLeft } = model.forest;
  let node = 0;
  for (;;) {
    const at = start + node;
    const column = feature[at] as number;
    if (column === LEAF) return node;
    const x = row[column] as number;
    // NaN is not below anything, so only a missing value needs the default.
    const goesLeft = x < (value[at] as number) || (Number.isNaN(x) && defaultLeft[at] === 1);
    node = (goesLeft ? left[at] : right[at]) as number;
  }
}
