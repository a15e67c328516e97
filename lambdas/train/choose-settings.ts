/** Chooses the number of trees, and the best of several configurations. */

import type { BoosterParameters, ModelConfig } from '../core/config.ts';
import { lossOfChoice } from '../core/evaluation/loss-of-choice.ts';
import { drawConfigurations, leaderBoard, type Trial } from '../core/evaluation/search.ts';
import type { HalfLosses } from '../core/trees/training/loss.ts';
import type { TrainingSet } from '../stores/training-set.ts';
import { encodeRows, fitRows } from './encode-rows.ts';
import { growTrees } from './grow-trees.ts';

/** The newest rows of the training part, which decide when to stop and which configuration is best. */
const VALIDATION_SHARE = 0.15;

/** How many of the training rows, the oldest first, trees are grown on while others decide. */
export const olderCount = (rows: number): number => Math.floor(rows * (1 - VALIDATION_SHARE));

/** The settings of the model, and how they were found. */
export interface Choice {
  readonly parameters: BoosterParameters;
  /** Trees to grow. */
  readonly rounds: number;
  /** Loss that the choice may claim, on rows that no tree was grown on; undefined where nothing was to decide. */
  readonly loss: number | undefined;
  /** Every configuration that was tried, best first; empty without a search. */
  readonly trials: readonly Trial[];
}

/** The configurations that are compared or stopped early; none where the given one is grown as it is. */
export function configurationsToTry({
  search,
  parameters,
  seed,
}: ModelConfig['training']): readonly BoosterParameters[] {
  if (search !== undefined) return drawConfigurations(parameters, search, seed);
  return parameters.earlyStoppingRounds === undefined ? [] : [parameters];
}

/**
 * Grows trees on the older rows of the training part and measures them on its newest. No number is fitted on the labels of
 * the newest, neither a tree nor the encoding of a category. The holdout stays unseen: the choice is measured there.
 *
 * @param tried - As `configurationsToTry` gives them.
 * @param onRound - Gets the number of trees that were grown so far, over all configurations.
 */
export function chooseSettings(
  set: Pick<TrainingSet, 'table' | 'labels' | 'split'>,
  config: Pick<ModelConfig, 'problem' | 'features' | 'training'>,
  tried: readonly BoosterParameters[],
  onRound: (done: number) => void,
): Choice {
  const { parameters: given, search } = config.training;
  if (tried.length === 0) return { parameters: given, rounds: given.rounds, loss: undefined, trials: [] };
  const { train } = set.split;
  const cut = olderCount(train.length);
  const older = fitRows(set, train.subarray(0, cut), config);
  const newest = encodeRows(set, train.subarray(cut), older.features);
  let before = 0;
  const results = tried.map((candidate): Measured => {
    const { rounds, loss, halves } = growTrees(older.rows, config, candidate, {
      newest,
      onRound: (done) => onRound(before + done),
    });
    before += candidate.rounds;
    return { parameters: candidate, rounds, loss: loss as number, halves }; // rows are watched
  });
  const board = leaderBoard(results);
  const { parameters, rounds } = board[0] as Measured; // one was tried
  const claimed = lossOfChoice(results.flatMap(({ halves }) => halves));
  return {
    parameters,
    rounds,
    loss: config.problem.type === 'regression' ? Math.sqrt(claimed) : claimed,
    trials: search === undefined ? [] : board.map((one) => ({ parameters: one.parameters, loss: one.loss })),
  };
}

interface Measured extends Trial {
  readonly rounds: number;
  readonly halves: readonly HalfLosses[];
}
