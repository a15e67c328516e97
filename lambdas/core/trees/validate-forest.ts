/**
 * The checks that make a forest safe to walk.
 *
 * XGBoost says that it cannot validate a model file in full (its doc/security.rst); here every file is turned
 * into a `Forest` and checked before the first score, so a hostile file ends in an error, never in a hang, a
 * crash or a read outside the arrays.
 */

import { RuntimeFailure } from '../errors.ts';
import { checkLimit, DELETED, type Forest, LEAF, MAX_CATEGORY, treeCount } from './model.ts';

/**
 * Checks that every tree is a finite tree: children in range, each node reached exactly once from its root,
 * thresholds, leaves, gains and covers finite, features below `numFeatures`, categories whole numbers in ascending
 * order, and all within `MODEL_LIMITS`.
 *
 * @throws RuntimeFailure `model/bad-count`, `model/too-large`, `model/cycle`, `model/out-of-range` or
 * `model/unreachable-node`.
 */
export function validateForest(forest: Forest, numFeatures: number): void {
  const { starts, feature } = forest;
  const nodes = feature.length;
  checkLimit('features', numFeatures);
  checkLimit('trees', treeCount(forest));
  checkLimit('nodes', nodes);
  for (const key of [
    'value',
    'left',
    'right',
    'defaultLeft',
    'gain',
    'cover',
    'weight',
    'categorical',
  ] as const) {
    const { length } = forest[key];
    if (length !== nodes)
      throw new RuntimeFailure('model/bad-count', `'${key}' has ${length} entries for ${nodes} nodes`);
    checkFinite(key, forest[key]);
  }
  if (forest.defaultLeft.some((flag) => flag > 1))
    throw new RuntimeFailure('model/out-of-range', "'defaultLeft' must be 0 or 1");
  if (starts[0] !== 0 || starts.at(-1) !== nodes)
    throw new RuntimeFailure('model/bad-count', `the trees do not cover the ${nodes} nodes`);
  checkCategories(forest);
  const seen = new Uint8Array(nodes);
  for (let tree = 0; tree < treeCount(forest); tree++) validateTree(forest, tree, numFeatures, seen);
}

function checkCategories({ feature, categorical, rightCategories }: Forest): void {
  categorical.forEach((flag, at) => {
    if (flag === 0) return;
    const codes = rightCategories.get(at);
    if (codes === undefined || (feature[at] as number) < 0)
      throw new RuntimeFailure('model/bad-count', `node ${at} splits on categories and has none`);
    const ascending = codes.every((code, i) => i === 0 || code > (codes[i - 1] as number));
    if (!ascending || (codes[0] ?? 0) < 0 || (codes.at(-1) ?? 0) > MAX_CATEGORY)
      throw new RuntimeFailure(
        'model/out-of-range',
        `the categories of node ${at} are not ascending codes from 0 to ${MAX_CATEGORY}`,
      );
  });
}

function checkFinite(key: string, values: Float32Array | Int32Array | Uint8Array): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new RuntimeFailure('model/out-of-range', `'${key}' of node ${at} is not finite`);
}

function validateTree(forest: Forest, tree: number, numFeatures: number, seen: Uint8Array): void {
  const { starts, feature, left, right } = forest;
  // `tree` runs below the number of trees, and starts has one more entry.
  const start = starts[tree] as number;
  const size = (starts[tree + 1] as number) - start;
  if (size < 1) throw new RuntimeFailure('model/bad-count', `tree ${tree} has no nodes`);
  const stack: [node: number, depth: number][] = [[0, 0]];
  let reached = 0;
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [node, depth] = top;
    const at = start + node;
    if (!(node >= 0 && node < size)) throw outOfRange(tree, `child ${node} of ${size} nodes`);
    if (seen[at] === 1)
      throw new RuntimeFailure('model/cycle', `tree ${tree}: node ${node} is reached more than once`);
    seen[at] = 1;
    reached++;
    checkLimit('depth', depth);
    // `at` was checked to be a node of this tree.
    const column = feature[at] as number;
    if (column === LEAF) continue;
    if (column < 0 || column >= numFeatures)
      throw outOfRange(tree, `node ${node} splits on feature ${column} of ${numFeatures}`);
    stack.push([right[at] as number, depth + 1], [left[at] as number, depth + 1]);
  }
  const deleted = feature.subarray(start, start + size).filter((column) => column === DELETED).length;
  if (reached + deleted !== size) {
    const lost = size - reached - deleted;
    throw new RuntimeFailure(
      'model/unreachable-node',
      `tree ${tree}: ${lost} nodes are unreachable from the root`,
    );
  }
}

function outOfRange(tree: number, what: string): RuntimeFailure {
  return new RuntimeFailure('model/out-of-range', `tree ${tree}: ${what}`);
}
