/**
 * A forest in memory, and the checks that make it safe to walk.
 *
 * XGBoost says that it cannot validate a model file in full (its doc/security.rst); here every file is turned
 * into this form and checked before the first score, so a hostile file ends in an error, never in a hang, a
 * crash or a read outside the arrays.
 */

import { RuntimeFailure } from '../errors.ts';

/** The objectives that are trained and scored, by their XGBoost names. */
export const OBJECTIVES = ['binary:logistic', 'reg:squarederror'] as const;
export type Objective = (typeof OBJECTIVES)[number];

const MAX_TREES = 10_000;
const MAX_FEATURES = 1_000_000;

/**
 * Bounds of what is accepted; a file beyond them is refused before it is walked. `parts` and `values` are those
 * of the document, which may take a hundred times the memory of their bytes: XGBoost writes about 40 per tree.
 */
export const MODEL_LIMITS = {
  fileBytes: 256 * 1024 * 1024,
  /** Less than for UBJSON: text becomes lists of doubles, however few digits a number has. */
  jsonBytes: 128 * 1024 * 1024,
  trees: MAX_TREES,
  nodes: 5_000_000,
  depth: 64,
  features: MAX_FEATURES,
  /** Objects, lists and members of objects. */
  parts: 64 * MAX_TREES,
  /** Values outside typed lists (of JSON, only texts): a name and a type per feature, and what trees have. */
  values: 2 * MAX_FEATURES + 64 * MAX_TREES,
} as const;

/** `feature` of a leaf. */
export const LEAF = -1;
/** `feature` of a node that pruning took out of the tree; XGBoost leaves it in the arrays. */
export const DELETED = -2;

/**
 * All nodes of all trees, one array per property. The nodes of tree t are `starts[t]` to `starts[t + 1] - 1`,
 * its root comes first, and children count from that root, so that node numbers are XGBoost's own.
 */
export interface Forest {
  /** One more entry than there are trees. */
  readonly starts: Int32Array;
  /** The column compared, `LEAF` or `DELETED`. */
  readonly feature: Int32Array;
  /** At a split the threshold (a value below it goes left), at a leaf the margin it adds. float32. */
  readonly value: Float32Array;
  /** Children, counted from the tree's root; -1 at a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 when a missing value goes left. */
  readonly defaultLeft: Uint8Array;
  /** The loss saved by a split, 0 at a leaf. */
  readonly gain: Float32Array;
  /** The sum of second derivatives (of weights, for squared error) of the training rows in a node. */
  readonly cover: Float32Array;
  /** The margin that a node would add if it were a leaf. */
  readonly weight: Float32Array;
}

/** A model that passed `validateForest`. */
export interface TreeModel {
  readonly objective: Objective;
  /** The prediction without any tree, float32: a probability or a mean. XGBoost's `base_score`. */
  readonly baseScore: number;
  /** `baseScore` as a margin, float32: what the trees' values are added to. */
  readonly baseMargin: number;
  readonly numFeatures: number;
  /** One per feature, or none at all. */
  readonly featureNames: readonly string[];
  /** XGBoost's type words (`float`, `int`, `q`, `i`), one per feature, or none at all. */
  readonly featureTypes: readonly string[];
  readonly forest: Forest;
}

/** How many trees a forest has. */
export function treeCount(forest: Forest): number {
  return forest.starts.length - 1;
}

/** Zeroed arrays for the nodes of the trees that start at `starts`; the last entry counts all nodes. */
export function emptyForest(starts: Int32Array): Forest {
  const nodes = Math.max(...starts.subarray(-1));
  checkLimit('nodes', nodes);
  return {
    starts,
    feature: new Int32Array(nodes),
    value: new Float32Array(nodes),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
    defaultLeft: new Uint8Array(nodes),
    gain: new Float32Array(nodes),
    cover: new Float32Array(nodes),
    weight: new Float32Array(nodes),
  };
}

/**
 * Checks that every tree is a finite tree: children in range, each node reached exactly once from its root,
 * thresholds, leaves, gains and covers finite, features below `numFeatures`, and all within `MODEL_LIMITS`.
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
  for (const key of ['value', 'left', 'right', 'defaultLeft', 'gain', 'cover', 'weight'] as const) {
    const { length } = forest[key];
    if (length !== nodes)
      throw new RuntimeFailure('model/bad-count', `'${key}' has ${length} entries for ${nodes} nodes`);
    checkFinite(key, forest[key]);
  }
  if (forest.defaultLeft.some((flag) => flag > 1))
    throw new RuntimeFailure('model/out-of-range', "'defaultLeft' must be 0 or 1");
  if (starts[0] !== 0 || starts.at(-1) !== nodes)
    throw new RuntimeFailure('model/bad-count', `the trees do not cover the ${nodes} nodes`);
  const seen = new Uint8Array(nodes);
  for (let tree = 0; tree < treeCount(forest); tree++) validateTree(forest, tree, numFeatures, seen);
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
    throw new RuntimeFailure('model/unreachable-node', `tree ${tree}: ${lost} nodes hang on no parent`);
  }
}

function outOfRange(tree: number, what: string): RuntimeFailure {
  return new RuntimeFailure('model/out-of-range', `tree ${tree}: ${what}`);
}

/** @throws RuntimeFailure `model/too-large` when `got` is above the limit of its kind. */
export function checkLimit(what: keyof typeof MODEL_LIMITS, got: number): void {
  const limit = MODEL_LIMITS[what];
  if (got > limit)
    throw new RuntimeFailure(
      'model/too-large',
      `${what} of the model: ${got}; at most ${limit} are accepted`,
    );
}
