/** A `TreeModel` to XGBoost's model document, in the shape of 3.2. */

import { DELETED, type Forest, type Objective, type TreeModel, treeCount } from '../model.ts';
import { writeCategoryNames } from './category-names.ts';
import type { DocumentObject } from './document.ts';
import { DELETED_MARKER } from './read-forest.ts';
import { formatFloat32 } from './xgboost-json.ts';

/** The written `version`: the XGBoost release whose document shape is followed. */
const WRITTEN_VERSION = [3, 2, 0];
/** `parents` of a root. */
const NO_PARENT = 2147483647;

/** Parameters of an objective besides its name; scoring does not use them, but XGBoost requires them. */
const OBJECTIVE_PARAMETERS: Readonly<Record<Objective, (outputs: number) => DocumentObject>> = {
  'binary:logistic': () => ({ reg_loss_param: { scale_pos_weight: '1' } }),
  'reg:squarederror': () => ({ reg_loss_param: { scale_pos_weight: '1' } }),
  'multi:softprob': (outputs) => ({ softmax_multiclass_param: { num_class: `${outputs}` } }),
  'count:poisson': () => ({ poisson_regression_param: { max_delta_step: '0.699999988' } }),
};

/**
 * One number wherever one says it all: every version from 1.0 to 3.2 reads that. The list that 3.1 and newer write is
 * dropped without an error by 1.7, 2.1 and 3.0, which then score from 0.5.
 */
function baseScoreText(scores: Float32Array): string {
  const [first = 0] = scores;
  if (scores.every((score) => score === first)) return formatFloat32(first);
  return `[${Array.from(scores, formatFloat32).join(',')}]`;
}

/** The document of a model, in the shape of XGBoost 3.2, keys in its order. */
export function toDocument(model: TreeModel): DocumentObject {
  const trees = treeCount(model.forest);
  const outputs = model.baseScores.length;
  const perRound = outputs * model.parallelTrees;
  const classes = model.objective === 'multi:softprob';
  return {
    learner: {
      attributes: {},
      feature_names: model.featureNames,
      feature_types: model.featureTypes,
      gradient_booster: {
        model: {
          cats: writeCategoryNames(model.categoryNames),
          gbtree_model_param: { num_parallel_tree: `${model.parallelTrees}`, num_trees: `${trees}` },
          iteration_indptr: Array.from({ length: Math.floor(trees / perRound) + 1 }, (_, i) => i * perRound),
          tree_info: Array.from(model.treeOutput),
          trees: Array.from({ length: trees }, (_, i) => treeDocument(model, i)),
        },
        name: 'gbtree',
      },
      learner_model_param: {
        base_score: baseScoreText(model.baseScores),
        boost_from_average: '1',
        num_class: classes ? `${outputs}` : '0',
        num_feature: `${model.numFeatures}`,
        num_target: classes ? '1' : `${outputs}`,
      },
      objective: { name: model.objective, ...OBJECTIVE_PARAMETERS[model.objective](outputs) },
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
    ...categoryLists(forest, start as number, end as number),
    default_left: forest.defaultLeft.slice(start, end),
    id: tree,
    left_children: left,
    loss_changes: forest.gain.slice(start, end),
    parents,
    right_children: right,
    split_conditions: forest.value.slice(start, end),
    split_indices: feature.map((column) => (column === DELETED ? DELETED_MARKER : Math.max(column, 0))),
    split_type: forest.categorical.slice(start, end),
    sum_hessian: forest.cover.slice(start, end),
    tree_param: {
      num_deleted: `${feature.filter((column) => column === DELETED).length}`,
      num_feature: `${numFeatures}`,
      num_nodes: `${feature.length}`,
      size_leaf_vector: '1',
    },
  };
}

/** The sets of categories of one tree, one after the other. */
function categoryLists(forest: Forest, start: number, end: number): DocumentObject {
  const nodes: number[] = [];
  for (let at = start; at < end; at++) if (forest.categorical[at] === 1) nodes.push(at - start);
  const sets = nodes.map((node) => [...(forest.rightCategories.get(start + node) as Int32Array)]); // validated
  let next = 0;
  const segments = sets.map(({ length }) => {
    next += length;
    return BigInt(next - length);
  });
  return {
    categories: Int32Array.from(sets.flat()),
    categories_nodes: Int32Array.from(nodes),
    categories_segments: BigInt64Array.from(segments),
    categories_sizes: BigInt64Array.from(sets, ({ length }) => BigInt(length)),
  };
}
