/**
 * XGBoost's model document (dmlc/xgboost, doc/tutorials/saving_model.rst) to a `TreeModel`, for versions 1.x to 3.x. A
 * model that cannot be scored is rejected, and the error names the reason. A custom objective cannot be detected in the
 * file: XGBoost writes `reg:squarederror` for it, and the margins are right all the same.
 */

import { RuntimeFailure } from '../../errors.ts';
import { checkLimit, type Forest, OBJECTIVES, type Objective, type TreeModel, treeCount } from '../model.ts';
import { toMargin } from '../objective.ts';
import { readCategoryNames } from './category-names.ts';
import {
  asObject,
  countAt,
  type DocumentObject,
  type DocumentValue,
  malformedModel,
  numbersAt,
  objectAt,
  textAt,
  textsAt,
} from './document.ts';
import { readForest } from './read-forest.ts';

/**
 * The validated model that a document holds.
 *
 * @throws RuntimeFailure with a `model/` code, as in `readModel`.
 */
export function fromDocument(document: DocumentValue): TreeModel {
  const learner = objectAt(asObject(document, 'model'), 'learner');
  const objective = toObjective(textAt(objectAt(learner, 'objective'), 'name'));
  const { booster, treeWeights } = readBooster(objectAt(learner, 'gradient_booster'));
  const parameters = objectAt(learner, 'learner_model_param');
  const numFeatures = countAt(parameters, 'num_feature');
  // `num_target`, absent before 1.7, is 1 in XGBoost unless there are several.
  const targets = Object.hasOwn(parameters, 'num_target') ? countAt(parameters, 'num_target') : 1;
  const outputs = Math.max(countAt(parameters, 'num_class'), targets, 1);
  checkLimit('outputs', outputs);
  const forest = readForest(booster, numFeatures, treeWeights);
  return {
    ...startOf(objective, readBaseScore(textAt(parameters, 'base_score')), outputs),
    objective,
    numFeatures,
    featureNames: featureTexts(learner, 'feature_names', numFeatures),
    featureTypes: featureTexts(learner, 'feature_types', numFeatures),
    categoryNames: readCategoryNames(booster, numFeatures),
    forest,
    treeOutput: checkedTreeOutput(numbersAt(booster, 'tree_info'), forest, outputs),
    parallelTrees: readParallelTrees(objectAt(booster, 'gbtree_model_param')),
  };
}

/** The objective of this name. @throws RuntimeFailure `model/unsupported-objective`. */
export function toObjective(name: string): Objective {
  const objective = OBJECTIVES.find((known) => known === name);
  if (objective === undefined)
    throw new RuntimeFailure(
      'model/unsupported-objective',
      `objective '${name.slice(0, 60)}' cannot be scored by this version`,
      { fix: `use one of ${OBJECTIVES.join(', ')}` },
    );
  return objective;
}

/** @throws RuntimeFailure `model/unsupported-booster`. */
export function unsupportedBooster(what: string): RuntimeFailure {
  return new RuntimeFailure('model/unsupported-booster', `${what} cannot be scored by this version`, {
    fix: 'use booster gbtree or dart, with one value per leaf',
  });
}

/** The trees of gbtree, or of dart with the weight of each. */
function readBooster(booster: DocumentObject): {
  booster: DocumentObject;
  treeWeights?: ArrayLike<number>;
} {
  const name = textAt(booster, 'name');
  if (name === 'gbtree') return { booster: objectAt(booster, 'model') };
  if (name === 'gblinear') throw unsupportedBooster('a linear model (gblinear)');
  if (name !== 'dart') throw unsupportedBooster(`booster '${name.slice(0, 60)}'`);
  return {
    booster: objectAt(objectAt(booster, 'gbtree'), 'model'),
    treeWeights: numbersAt(booster, 'weight_drop'),
  };
}

/** A scalar up to 3.0 (`5E-1`), a list from 3.1 (`[5E-1]`) with a number per output. */
function readBaseScore(text: string): readonly number[] {
  const inner = /^\[(.*)\]$/.exec(text)?.[1];
  const numbers = inner === undefined ? [text] : inner.split(',');
  if (!numbers.every((number) => /^[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(number)))
    throw malformedModel(`base_score must be one number, or one per output, got '${text.slice(0, 40)}'`);
  return numbers.map((number) => Math.fround(Number(number)));
}

/** Returns the start of every output. A single number applies to all of them: files before 3.1 have no other form. */
export function startOf(
  objective: Objective,
  scores: readonly number[],
  outputs: number,
): Pick<TreeModel, 'baseScores' | 'baseMargins'> {
  if (scores.length !== 1 && scores.length !== outputs)
    throw new RuntimeFailure(
      'model/bad-count',
      `${scores.length} numbers in base_score for ${outputs} outputs`,
    );
  const baseScores = Float32Array.from(
    { length: outputs },
    (_, i) => scores[scores.length === 1 ? 0 : i] as number,
  );
  const baseMargins = baseScores.map((score) => toMargin(objective, score));
  const at = baseMargins.findIndex((margin) => !Number.isFinite(margin));
  if (at >= 0)
    throw new RuntimeFailure(
      'model/out-of-range',
      `base_score ${baseScores[at]} is not a valid start for ${objective}`,
    );
  return { baseScores, baseMargins };
}

/** @throws RuntimeFailure unless there is an output within `outputs` for every tree. */
export function checkedTreeOutput(info: ArrayLike<number>, forest: Forest, outputs: number): Int32Array {
  if (info.length !== treeCount(forest))
    throw new RuntimeFailure(
      'model/bad-count',
      `tree_info has ${info.length} entries for ${treeCount(forest)} trees`,
    );
  return Int32Array.from(info, (output, tree) => {
    if (!(Number.isInteger(output) && output >= 0 && output < outputs))
      throw new RuntimeFailure('model/out-of-range', `tree ${tree} adds to output ${output} of ${outputs}`);
    return output;
  });
}

/** Absent, or 0, in files of early versions. */
function readParallelTrees(parameters: DocumentObject): number {
  const trees = Object.hasOwn(parameters, 'num_parallel_tree') ? countAt(parameters, 'num_parallel_tree') : 1;
  checkLimit('trees', trees);
  return Math.max(trees, 1);
}

function featureTexts(learner: DocumentObject, key: string, numFeatures: number): readonly string[] {
  const texts = textsAt(learner, key);
  if (texts.length !== 0 && texts.length !== numFeatures)
    throw new RuntimeFailure(
      'model/bad-count',
      `'${key}' has ${texts.length} entries for ${numFeatures} features`,
    );
  return texts;
}
