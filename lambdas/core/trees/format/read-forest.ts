/** The trees of a model document to a validated `Forest`. */

import { RuntimeFailure } from '../../errors.ts';
import { DELETED, emptyForest, type Forest, LEAF, MAX_CATEGORY } from '../model.ts';
import { validateForest } from '../validate-forest.ts';
import { asObject, countAt, type DocumentObject, flagsAt, listAt, numbersAt, objectAt } from './document.ts';

/** `split_indices` of a pruned node: XGBoost keeps 31 bits of an all-ones marker. */
export const DELETED_MARKER = 2147483647;

/**
 * @param model - The document of a gbtree model.
 * @param treeWeights - Factor of dart for each tree's leaves, in float32; the forest's leaves hold the products.
 * @throws RuntimeFailure with a `model/` code.
 */
export function readForest(
  model: DocumentObject,
  numFeatures: number,
  treeWeights?: ArrayLike<number>,
): Forest {
  const trees = listAt(model, 'trees').map((tree, i) => asObject(tree, `trees[${i}]`));
  const declared = countAt(objectAt(model, 'gbtree_model_param'), 'num_trees');
  if (declared !== trees.length || trees.length === 0)
    throw new RuntimeFailure('model/bad-count', `${declared} trees declared, ${trees.length} found`);
  const starts = Int32Array.from({ length: trees.length + 1 });
  trees.forEach((tree, i) => {
    // Entry i was written before entry i + 1 is read.
    starts[i + 1] = (starts[i] as number) + nodesOf(tree);
  });
  const forest = emptyForest(starts);
  trees.forEach((tree, i) => {
    readTree(tree, forest, starts[i] as number);
  });
  if (treeWeights !== undefined) weighTrees(forest, treeWeights);
  validateForest(forest, numFeatures);
  return forest;
}

/** Multiplies the leaves of each tree by its weight, as dart does before it adds them. */
export function weighTrees({ starts, feature, value, weight }: Forest, treeWeights: ArrayLike<number>): void {
  const trees = starts.length - 1;
  if (treeWeights.length !== trees)
    throw new RuntimeFailure('model/bad-count', `${treeWeights.length} weights for ${trees} trees of dart`);
  for (let tree = 0; tree < trees; tree++) {
    const factor = Math.fround(treeWeights[tree] as number);
    for (let at = starts[tree] as number; at < (starts[tree + 1] as number); at++) {
      if (feature[at] === LEAF) value[at] = (value[at] as number) * factor;
      weight[at] = (weight[at] as number) * factor;
    }
  }
}

/** The number of nodes of one tree. */
function nodesOf(tree: DocumentObject): number {
  const parameters = objectAt(tree, 'tree_param');
  if (countAt(parameters, 'size_leaf_vector') > 1)
    throw new RuntimeFailure(
      'model/unsupported-booster',
      'a tree with several outputs (multi_output_tree) cannot be scored by this version',
      { fix: "train with multi_strategy='one_output_per_tree'" },
    );
  const { length } = numbersAt(tree, 'left_children');
  const declared = countAt(parameters, 'num_nodes');
  if (declared !== length)
    throw new RuntimeFailure('model/bad-count', `a tree declares ${declared} nodes and has ${length}`);
  return length;
}

function readTree(tree: DocumentObject, forest: Forest, start: number): void {
  const left = numbersAt(tree, 'left_children');
  const nodes = left.length;
  const copy = (
    key: string,
    target: Float32Array | Int32Array | Uint8Array,
    read = numbersAt,
  ): ArrayLike<number> => {
    const values = read(tree, key);
    if (values.length !== nodes)
      throw new RuntimeFailure('model/bad-count', `'${key}' has ${values.length} entries for ${nodes} nodes`);
    target.set(values, start);
    return values;
  };
  copy('left_children', forest.left);
  const right = copy('right_children', forest.right);
  copy('split_conditions', forest.value);
  copy('default_left', forest.defaultLeft, flagsAt); // older versions write JSON booleans
  copy('loss_changes', forest.gain);
  copy('sum_hessian', forest.cover);
  copy('base_weights', forest.weight);
  const split = copy('split_indices', forest.feature);
  for (let i = 0; i < nodes; i++) {
    if (split[i] === DELETED_MARKER) forest.feature[start + i] = DELETED;
    else if (left[i] === -1 && right[i] === -1) forest.feature[start + i] = LEAF;
    else if (![left[i], right[i], split[i]].every(isNodeNumber))
      throw new RuntimeFailure(
        'model/out-of-range',
        `node ${i}: children ${left[i]} and ${right[i]}, feature ${split[i]}`,
      );
  }
  if (Object.hasOwn(tree, 'split_type')) readCategories(tree, forest, start, nodes); // absent before 1.3
}

/** Sets of categories lie one after the other, each with its node, its start and its size. */
function readCategories(tree: DocumentObject, forest: Forest, start: number, nodes: number): void {
  const types = numbersAt(tree, 'split_type');
  if (types.length !== nodes)
    throw new RuntimeFailure(
      'model/bad-count',
      `'split_type' has ${types.length} entries for ${nodes} nodes`,
    );
  if (!Array.from(types).includes(1)) {
    if (Array.from(types).some((type) => type !== 0))
      throw new RuntimeFailure('model/out-of-range', "'split_type' must be 0 or 1");
    if (Object.hasOwn(tree, 'categories') && numbersAt(tree, 'categories').length > 0)
      throw new RuntimeFailure('model/bad-count', 'a tree has categories and no split on them');
    return;
  }
  forest.categorical.set(types, start);
  const codes = numbersAt(tree, 'categories');
  const owners = numbersAt(tree, 'categories_nodes');
  const segments = numbersAt(tree, 'categories_segments');
  const sizes = numbersAt(tree, 'categories_sizes');
  // The writer keeps one map per forest; here it is still being filled.
  const sets = forest.rightCategories as Map<number, Int32Array>;
  for (let i = 0; i < owners.length; i++) {
    const node = owners[i] as number;
    const from = Number(segments[i] ?? Number.NaN);
    const to = from + Number(sizes[i] ?? Number.NaN);
    if (!(from >= 0 && to >= from && to <= codes.length))
      throw new RuntimeFailure('model/out-of-range', `the categories of node ${node} lie outside the list`);
    if (types[node] !== 1 || sets.has(start + node))
      throw new RuntimeFailure('model/out-of-range', `node ${node} cannot have these categories`);
    const set = Array.from({ length: to - from }, (_, k) => codes[from + k] as number);
    if (!set.every((code) => Number.isInteger(code) && code >= 0 && code <= MAX_CATEGORY))
      throw new RuntimeFailure(
        'model/out-of-range',
        `a category of node ${node} is not a code from 0 to ${MAX_CATEGORY}`,
      );
    sets.set(start + node, Int32Array.from(set).sort());
    forest.value[start + node] = 0; // NaN, or bits of an integer, depending on the version
  }
}

/** Whether a value is an integer from 0 to 2^31 - 1, and so the same after the copy into 32 bits. */
function isNodeNumber(value: number | undefined): boolean {
  return (Number(value) & 0x7fffffff) === value;
}
