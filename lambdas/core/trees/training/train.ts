/**
 * Gradient boosting of trees on histograms, after XGBoost's `hist` (Chen and Guestrin 2016) and LightGBM
 * (Ke et al. 2017): quantile bins, depth-wise growth, the larger child's histogram by subtraction, a learnt
 * side for missing values. Deterministic: the same input gives the same model on every machine.
 */

import { RuntimeFailure } from '../../errors.ts';
import { Random } from '../../numeric/random.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { emptyForest, type Forest, singleOutput, type TreeModel } from '../model.ts';
import { toMargin } from '../objective.ts';
import { type BoosterParams, checkParams } from '../spec.ts';
import { validateForest } from '../validate-forest.ts';
import { type GrownNode, TreeGrower } from './grow.ts';
import { fillGradients, type HalfLosses, meanLabel } from './loss.ts';
import { TrainingMemory } from './memory.ts';
import { TrainingProgress } from './progress.ts';
import { dropRows, sampleColumns } from './sampling.ts';
import { checkClasses, checkData, checkWeights, type LabelledMatrix } from './training-data.ts';

export interface TrainingInput extends LabelledMatrix {
  /** One per row, 0 or more; 1 by default. */
  readonly weights?: Float64Array;
  /** Rows the trees never see, with the same columns; early stopping judges by them. */
  readonly validation?: LabelledMatrix;
  readonly params: BoosterParams;
  /** Called after each round (from 0) with the validation metric, when there is validation data. */
  readonly onRound?: (round: number, metric: number | undefined) => void;
}

export interface TrainingResult {
  /** After early stopping: only the trees up to the best round. */
  readonly model: TreeModel;
  /** Rounds that were run. */
  readonly rounds: number;
  /** The round (from 0) with the best validation metric; the last one without validation data. */
  readonly bestIteration: number;
  /** The validation metric after each round: log-loss or root mean squared error. Empty without validation. */
  readonly history: readonly number[];
  /** The mean losses of the validation rows' halves after each round; empty without validation. */
  readonly halves: readonly HalfLosses[];
}

/**
 * Trains a model.
 *
 * @throws InvalidInput for parameters out of range; RuntimeFailure `training/no-rows`, `training/no-columns`,
 * `training/ragged-columns`, `training/infinite-value`, `training/bad-label`, `training/one-class`,
 * `training/bad-weight`, `training/no-validation`, `kernels/too-large` or `kernels/no-memory`.
 */
export function train(input: TrainingInput): TrainingResult {
  const { matrix, labels, validation, params, onRound } = input;
  const weights = checkInput(input);
  const baseScore = meanLabel(labels, weights);
  const baseMargin = toMargin(params.objective, baseScore);
  if (!Number.isFinite(baseMargin))
    throw new RuntimeFailure(
      'training/bad-weight',
      `with the weights and scalePositiveWeight ${params.scalePositiveWeight}, the weighted share of label 1 is ` +
        `${baseScore} in float32; it must be above 0 and below 1`,
      { fix: 'move scalePositiveWeight towards 1, or even out the weights' },
    );
  const workspace = new TrainingMemory(
    { matrix, labels, weights },
    baseMargin,
    params.maxBins,
    params.maxDepth,
  );
  const grower = new TreeGrower(workspace, params);
  const random = Random.fromSeed(params.seed);
  const progress =
    validation === undefined ? undefined : new TrainingProgress(validation, params, baseMargin);
  const trees: GrownNode[][] = [];
  while (trees.length < params.rounds && !progress?.hasStalled) {
    fillGradients(params.objective, workspace);
    if (params.subsample < 1) dropRows(workspace.gradients, params.subsample, random);
    const tree = grower.grow(sampleColumns(matrix.columns.length, params.columnSample, random));
    trees.push(tree);
    const metric = progress?.add(tree);
    onRound?.(trees.length - 1, metric);
  }
  const rounds = trees.length;
  const bestIteration = progress?.bestIteration ?? rounds - 1;
  const kept = params.earlyStoppingRounds === undefined ? trees : trees.slice(0, bestIteration + 1);
  const model = buildModel(kept, matrix, params, baseScore);
  const { history = [], halves = [] } = progress ?? {};
  return { model, rounds, bestIteration, history, halves };
}

/** Checks everything and returns the weight of each row. */
function checkInput({ matrix, labels, weights, validation, params }: TrainingInput): Float64Array {
  checkParams(params);
  checkData({ matrix, labels }, params.objective, 'training');
  if (validation !== undefined) checkData(validation, params.objective, 'validation');
  if (validation !== undefined && validation.matrix.columns.length !== matrix.columns.length)
    throw new RuntimeFailure('training/ragged-columns', 'training and validation data differ in width');
  if (validation === undefined && params.earlyStoppingRounds !== undefined)
    throw new RuntimeFailure('training/no-validation', 'early stopping needs validation data');
  if (weights !== undefined) checkWeights(weights, matrix.rows);
  const factor = params.objective === 'binary:logistic' ? params.scalePositiveWeight : 1;
  const combined = labels.map((label, row) => (weights?.[row] ?? 1) * (label === 1 ? factor : 1));
  if (params.objective === 'binary:logistic') checkClasses(labels, combined);
  return combined;
}

function buildModel(
  trees: readonly (readonly GrownNode[])[],
  matrix: FeatureMatrix,
  { objective }: BoosterParams,
  baseScore: number,
): TreeModel {
  const starts = new Int32Array(trees.length + 1);
  trees.forEach((tree, i) => {
    starts[i + 1] = (starts[i] as number) + tree.length; // entry i was written before
  });
  const forest = emptyForest(starts);
  trees.flat().forEach((node, at) => {
    fillNode(forest, at, node);
  });
  const numFeatures = matrix.columns.length;
  validateForest(forest, numFeatures);
  return singleOutput({
    objective,
    baseScore,
    baseMargin: toMargin(objective, baseScore),
    numFeatures,
    featureNames: matrix.names,
    featureTypes: matrix.names.map(() => 'float'),
    forest,
  });
}

function fillNode(forest: Forest, at: number, node: GrownNode): void {
  forest.feature[at] = node.feature;
  forest.value[at] = node.value;
  forest.left[at] = node.left;
  forest.right[at] = node.right;
  forest.defaultLeft[at] = node.defaultLeft ? 1 : 0;
  forest.gain[at] = node.gain;
  forest.cover[at] = node.cover;
  forest.weight[at] = node.weight;
}
