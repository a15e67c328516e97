/**
 * XGBoost's model document (dmlc/xgboost, doc/tutorials/saving_model.rst) to and from `TreeModel`. Reading
 * takes what versions 1.x to 3.x write; writing gives the shape of 3.2.
 */

import { RuntimeFailure } from '../errors.ts';
import {
  asObject,
  countAt,
  type DocumentObject,
  type DocumentValue,
  flagsAt,
  listAt,
  malformed,
  numbersAt,
  objectAt,
  sizeAt,
  textAt,
  textsAt,
} from './document.ts';
import {
  DELETED,
  emptyForest,
  type Forest,
  LEAF,
  OBJECTIVES,
  type Objective,
  type TreeModel,
  treeCount,
  validateForest,
} from './model.ts';
import { toMargin } from './objective.ts';
import { formatFloat32 } from './xgboost-json.ts';

/** What is written as `version`: the release whose document shape is followed. */
const WRITTEN_VERSION = [3, 2, 0];
/** `split_indices` of a pruned node: XGBoost keeps 31 bits of an all-ones marker. */
const DELETED_MARKER = 2147483647;
/** `parents` of a root. */
const NO_PARENT = 2147483647;

/**
 * The validated model that a document holds.
 *
 * @throws RuntimeFailure with a `model/` code, as in `readModel`.
 */
export function fromDocument(document: DocumentValue): TreeModel {
  const learner = objectAt(asObject(document, 'model'), 'learner');
  const objective = readObjective(objectAt(learner, 'objective'));
  const booster = objectAt(learner, 'gradient_booster');
  const boosterName = textAt(booster, 'name');
  if (boosterName !== 'gbtree') throw unsupported('model/unsupported-booster', `booster '${boosterName}'`);
  const parameters = objectAt(learner, 'learner_model_param');
  const numFeatures = countAt(parameters, 'num_feature');
  const baseScore = readBaseScore(textAt(parameters, 'base_score'));
  const baseMargin = toMargin(objective, baseScore);
  if (!Number.isFinite(baseMargin))
    throw new RuntimeFailure('model/out-of-range', `base_score ${baseScore} is no start for ${objective}`);
  const forest = readForest(objectAt(booster, 'model'), numFeatures);
  const featureNames = textsAt(learner, 'feature_names');
  const featureTypes = textsAt(learner, 'feature_types');
  for (const { length } of [featureNames, featureTypes]) {
    if (length !== 0 && length !== numFeatures)
      throw new RuntimeFailure(
        'model/bad-count',
        `${length} feature names or types for ${numFeatures} features`,
      );
  }
  return { objective, baseScore, baseMargin, numFeatures, featureNames, featureTypes, forest };
}

function unsupported(code: string, what: string): RuntimeFailure {
  return new RuntimeFailure(code, `${what} is not supported by this version`, {
    fix: `use a gbtree model with numeric splits and one of ${OBJECTIVES.join(', ')}`,
  });
}

function readObjective(document: DocumentObject): Objective {
  const name = textAt(document, 'name');
  const objective = OBJECTIVES.find((known) => known === name);
  if (objective === undefined)
    throw unsupported('model/unsupported-objective', `objective '${name.slice(0, 60)}'`);
  return objective;
}

/** A scalar up to 3.0 (`5E-1`), a list of one from 3.1 (`[5E-1]`). */
function readBaseScore(text: string): number {
  const match = /^(?:\[([^[\],]+)\]|([^[\],]+))$/.exec(text);
  const number = match?.[1] ?? match?.[2] ?? '';
  if (!/^[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(number))
    throw malformed(`base_score must be one number, got '${text.slice(0, 40)}'`);
  return Math.fround(Number(number));
}

function readForest(model: DocumentObject, numFeatures: number): Forest {
  if (Object.hasOwn(model, 'cats') && listAt(objectAt(model, 'cats'), 'enc').length > 0)
    throw unsupported('model/unsupported-booster', 'a model with a dictionary of categories');
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
  validateForest(forest, numFeatures);
  return forest;
}

/** The nodes of one tree, refusing what cannot be walked as numeric splits with one value per leaf. */
function nodesOf(tree: DocumentObject): number {
  const parameters = objectAt(tree, 'tree_param');
  if (countAt(parameters, 'size_leaf_vector') > 1)
    throw unsupported('model/unsupported-booster', 'a leaf with several values');
  const categorical =
    sizeAt(tree, 'categories') > 0 ||
    (Object.hasOwn(tree, 'split_type') &&
      Array.from(numbersAt(tree, 'split_type')).some((type) => type !== 0));
  if (categorical) throw unsupported('model/unsupported-booster', 'a categorical split');
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
}

/** Whether a value is an integer from 0 to 2^31 - 1, and so the same after the copy into 32 bits. */
function isNodeNumber(value: number | undefined): boolean {
  return (Number(value) & 0x7fffffff) === value;
}

/** The document of a model, in the shape of XGBoost 3.2, keys in its order. */
export function toDocument(model: TreeModel): DocumentObject {
  const trees = treeCount(model.forest);
  return {
    learner: {
      attributes: {},
      feature_names: model.featureNames,
      feature_types: model.featureTypes,
      gradient_booster: {
        model: {
          cats: { enc: [], feature_segments: new Int32Array(), sorted_idx: new Int32Array() },
          gbtree_model_param: { num_parallel_tree: '1', num_trees: `${trees}` },
          iteration_indptr: Array.from({ length: trees + 1 }, (_, i) => i),
          tree_info: new Array<number>(trees).fill(0),
          trees: Array.from({ length: trees }, (_, i) => treeDocument(model, i)),
        },
        name: 'gbtree',
      },
      learner_model_param: {
        base_score: `[${formatFloat32(model.baseScore)}]`,
        boost_from_average: '1',
        num_class: '0',
        num_feature: `${model.numFeatures}`,
        num_target: '1',
      },
      objective: { name: model.objective, reg_loss_param: { scale_pos_weight: '1' } },
    },
    version: WRITTEN_VERSION,
  };
}

function treeDocument({ forest, numFeatures }: TreeModel, tree: number): DocumentObject {
  const [start, end] = forest.starts.subarray(tree, tree + 2);
  const feature = forest.feature.subarray(start, end);
  const left = forest.left.slice(start, end);
  const right = forest.right.slice(start, end);
  // A deleted node keeps the root for a parent: XGBoost looks its parent up and crashes without one.
  const parents = new Int32Array(feature.length);
  parents[0] = NO_PARENT;
  feature.forEach((column, node) => {
    if (column < 0) return;
    for (const child of [left, right]) parents[child[node] as number] = node; // one entry per node
  });
  return {
    base_weights: forest.weight.slice(start, end),
    categories: new Int32Array(),
    categories_nodes: new Int32Array(),
    categories_segments: new BigInt64Array(),
    categories_sizes: new BigInt64Array(),
    default_left: forest.defaultLeft.slice(start, end),
    id: tree,
    left_children: left,
    loss_changes: forest.gain.slice(start, end),
    parents,
    right_children: right,
    split_conditions: forest.value.slice(start, end),
    split_indices: feature.map((column) => (column === DELETED ? DELETED_MARKER : Math.max(column, 0))),
    split_type: new Uint8Array(feature.length),
    sum_hessian: forest.cover.slice(start, end),
    tree_param: {
      num_deleted: `${feature.filter((column) => column === DELETED).length}`,
      num_feature: `${numFeatures}`,
      num_nodes: `${feature.length}`,
      size_leaf_vector: '1',
    },
  };
}
