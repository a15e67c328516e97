/**
 * Margins by walking the trees as XGBoost does: values are float32, a value below the threshold goes left, a
 * missing one goes where the node says, and leaf values are added in float32 in the order of the trees,
 * starting from the base margin. Adding in another order or in double gives other bits in half of all rows.
 */

import { RuntimeFailure } from '../../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { LEAF, type TreeModel, treeCount } from '../model.ts';
import { blockScorer } from './quantised.ts';

/**
 * The margin of one row, float32, of a model with one output.
 *
 * @param row - One value per feature in the model's order, NaN where missing; a category as its code.
 * @throws RuntimeFailure `scoring/wrong-width`, `scoring/several-outputs`.
 */
export function scoreRow(model: TreeModel, row: Float32Array): number {
  if (model.baseMargins.length !== 1)
    throw new RuntimeFailure(
      'scoring/several-outputs',
      `the model has ${model.baseMargins.length} outputs per row; one is wanted here`,
    );
  return scoreOutputs(model, row)[0] as number; // as many as there are base margins
}

/**
 * The margins of one row, float32: one, or one per class or target.
 *
 * @throws RuntimeFailure `scoring/wrong-width`.
 */
export function scoreOutputs(model: TreeModel, row: Float32Array): Float32Array {
  checkWidth(model, row.length);
  const { starts, value } = model.forest;
  const margins = model.baseMargins.slice();
  for (let tree = 0; tree < treeCount(model.forest); tree++) {
    // The forest was validated: every index the walk makes lies inside the arrays.
    const start = starts[tree] as number;
    const output = model.treeOutput[tree] as number;
    // The array rounds each sum to float32.
    margins[output] = (margins[output] as number) + (value[start + leafOf(model, start, row)] as number);
  }
  return margins;
}

/** The leaf that a row reaches in each tree, numbered from the tree's root: XGBoost's `pred_leaf`. */
export function scoreLeaves(model: TreeModel, row: Float32Array): Int32Array {
  checkWidth(model, row.length);
  const roots = model.forest.starts.subarray(0, -1);
  return roots.map((start) => leafOf(model, start, row));
}

/**
 * The margins of all rows of a matrix, row after row, float32, bit for bit those of `scoreOutputs`.
 *
 * @throws RuntimeFailure `scoring/wrong-width`, `scoring/ragged-columns`.
 */
export function scoreMatrix(model: TreeModel, matrix: FeatureMatrix): Float32Array {
  checkWidth(model, matrix.columns.length);
  if (matrix.columns.some((column) => column.length !== matrix.rows))
    throw new RuntimeFailure('scoring/ragged-columns', `not every column has ${matrix.rows} values`);
  return blockScorer(model, matrix.rows)?.(matrix) ?? scoreEach(model, matrix);
}

/** Row by row: any model. */
function scoreEach(model: TreeModel, { rows, columns }: FeatureMatrix): Float32Array {
  const outputs = model.baseMargins.length;
  const margins = new Float32Array(rows * outputs);
  const row = new Float32Array(columns.length);
  for (let i = 0; i < rows; i++) {
    columns.forEach((column, feature) => {
      row[feature] = column[i] as number; // every column has an entry per row
    });
    margins.set(scoreOutputs(model, row), i * outputs);
  }
  return margins;
}

function checkWidth(model: TreeModel, width: number): void {
  if (width !== model.numFeatures)
    throw new RuntimeFailure(
      'scoring/wrong-width',
      `the model takes ${model.numFeatures} features, got ${width}`,
    );
}

function leafOf(model: TreeModel, start: number, row: Float32Array): number {
  const { feature, left, right } = model.forest;
  let node = 0;
  for (;;) {
    const at = start + node;
    const column = feature[at] as number;
    if (column === LEAF) return node;
    node = (goesLeft(model.forest, at, row[column] as number) ? left[at] : right[at]) as number;
  }
}

/** Whether a value takes the left child of the split at `at`. */
export function goesLeft(forest: TreeModel['forest'], at: number, x: number): boolean {
  if (Number.isNaN(x)) return forest.defaultLeft[at] === 1;
  if (forest.categorical[at] === 0) return x < (forest.value[at] as number);
  // A value that is not a category (negative, or too large) is in no set. A fraction counts as the category below it.
  return x < 0 || !holds(forest.rightCategories.get(at) as Int32Array, Math.trunc(x));
}

/** Whether ascending codes hold a code. */
function holds(codes: Int32Array, code: number): boolean {
  let low = 0;
  let high = codes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((codes[middle] as number) < code) low = middle + 1;
    else high = middle;
  }
  return codes[low] === code;
}
