/** A forest in memory, and the bounds of what is accepted. */

import { RuntimeFailure } from '../errors.ts';

/** The objectives that are scored, by their XGBoost names. */
export const OBJECTIVES = ['binary:logistic', 'reg:squarederror', 'multi:softprob', 'count:poisson'] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** The objectives that are also trained here. */
export const TRAINED_OBJECTIVES = ['binary:logistic', 'reg:squarederror'] as const satisfies Objective[];
export type TrainedObjective = (typeof TRAINED_OBJECTIVES)[number];

const MAX_TREES = 10_000;
/** XGBoost takes a value from 2^24 on for no category: float32 has no whole numbers of its own beyond. */
export const MAX_CATEGORY = 16_777_215;
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
  /** Margins per row: classes, or targets with a tree each. */
  outputs: 1000,
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
  /**
   * At a split the threshold (a value below it goes left), at a leaf the margin it adds; 0 at a categorical split.
   * float32.
   */
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
  /** 1 at a split on categories. */
  readonly categorical: Uint8Array;
  /** Per categorical split, the categories that go RIGHT, ascending; any other, seen in training or not, goes left. */
  readonly rightCategories: ReadonlyMap<number, Int32Array>;
}

/** The categories of one feature, in the order of their codes; texts, or numbers that stood for categories. */
export type CategoryNames = readonly (string | number)[];

/** A model that passed `validateForest`. */
export interface TreeModel {
  readonly objective: Objective;
  /**
   * The predictions without any tree, float32, one per output: a probability, a mean, of several classes margins.
   * XGBoost's `base_score`. Their number is the number of outputs: 1, or classes, or targets.
   */
  readonly baseScores: Float32Array;
  /** `baseScores` as margins, float32: what the trees' values are added to. */
  readonly baseMargins: Float32Array;
  readonly numFeatures: number;
  /** One per feature, or none at all. */
  readonly featureNames: readonly string[];
  /** XGBoost's type words (`float`, `int`, `q`, `i`, `c`), one per feature, or none at all. */
  readonly featureTypes: readonly string[];
  /** Names of the codes of categorical features, by feature; empty for other features and in files before 3.1. */
  readonly categoryNames: readonly CategoryNames[];
  readonly forest: Forest;
  /** The output that each tree adds to. */
  readonly treeOutput: Int32Array;
  /** Trees per round and output: more than 1 in a boosted random forest. */
  readonly parallelTrees: number;
}

/** A model with one margin per row and numeric splits, as `train` makes it. */
export function singleOutput(
  model: Omit<TreeModel, 'baseScores' | 'baseMargins' | 'categoryNames' | 'treeOutput' | 'parallelTrees'> & {
    readonly baseScore: number;
    readonly baseMargin: number;
  },
): TreeModel {
  const { baseScore, baseMargin, ...rest } = model;
  return {
    ...rest,
    baseScores: Float32Array.of(baseScore),
    baseMargins: Float32Array.of(baseMargin),
    categoryNames: [],
    treeOutput: new Int32Array(treeCount(model.forest)),
    parallelTrees: 1,
  };
}

/** How many trees a forest has. */
export function treeCount(forest: Forest): number {
  return forest.starts.length - 1;
}

/** Zeroed arrays for the nodes of the trees that start at `starts`, whose last entry counts all nodes. */
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
    categorical: new Uint8Array(nodes),
    rightCategories: new Map(),
  };
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
