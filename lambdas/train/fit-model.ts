/** Grows the trees of one configuration, or of the best of several. */

import type { BoosterParameters, ModelConfig } from '../core/config.ts';
import { drawConfigurations, leaderBoard, type Trial } from '../core/evaluation/search.ts';
import type { TreeModel } from '../core/trees/model.ts';
import { type TrainingResult, train } from '../core/trees/training/train.ts';
import type { LabelledRows } from '../stores/snapshots.ts';

/** The newest rows of the training part, which decide when to stop and which configuration is best. */
const VALIDATION_SHARE = 0.15;

/**
 * How many of the training rows teach the encodings of the features and grow the trees, the oldest first. The others choose
 * when to stop and which configuration is best, so nothing may be fitted on their labels.
 */
export function taughtRows(rows: number, { search, parameters }: ModelConfig['training']): number {
  const watched = search !== undefined || parameters.earlyStoppingRounds !== undefined;
  return watched ? Math.floor(rows * (1 - VALIDATION_SHARE)) : rows;
}

/** A model and how it came to be. */
export interface Grown {
  readonly model: TreeModel;
  /** Trees kept. */
  readonly rounds: number;
  /** Loss on the rows that were watched; undefined where none were. */
  readonly loss: number | undefined;
  readonly parameters: BoosterParameters;
  /** Every configuration that was tried, best first; empty without a search. */
  readonly trials: readonly Trial[];
}

/**
 * Grows the trees on the older rows of the training part where something is to be watched, else on all of it. The
 * holdout stays unseen: what is chosen here is judged there.
 *
 * @param onRound - Told after each tree: how many are grown, of how many at most, over all trials.
 */
export function fitModel(
  rows: LabelledRows,
  config: Pick<ModelConfig, 'problem' | 'training'>,
  onRound: (done: number, total: number) => void,
): Grown {
  const { search, parameters, seed } = config.training;
  if (search === undefined) {
    const grown = growOne(rows, config, parameters, onRound);
    return { ...grown, parameters, trials: [] };
  }
  const configurations = drawConfigurations(parameters, search, seed);
  const total = configurations.reduce((sum, { rounds }) => sum + rounds, 0);
  let before = 0;
  const results = configurations.map((candidate) => {
    const grown = growOne(rows, config, candidate, (done) => onRound(before + done, total));
    before += candidate.rounds;
    return { ...grown, parameters: candidate };
  });
  const trials = leaderBoard(
    results.map(({ parameters: tried, loss }) => ({
      parameters: tried,
      loss: loss ?? Number.POSITIVE_INFINITY,
    })),
  );
  const best = results.find(
    (result) => result.parameters === trials[0]?.parameters,
  ) as (typeof results)[number]; // the given one is always tried
  return { ...best, trials };
}

function growOne(
  { matrix, labels }: LabelledRows,
  { problem, training }: Pick<ModelConfig, 'problem' | 'training'>,
  { earlyStoppingRounds, ...parameters }: BoosterParameters,
  onRound: (done: number, total: number) => void,
): Pick<Grown, 'model' | 'rounds' | 'loss'> {
  const stopping = earlyStoppingRounds !== undefined;
  const cut = taughtRows(matrix.rows, training);
  const result: TrainingResult = train({
    ...slice({ matrix, labels }, 0, cut),
    ...(cut < matrix.rows && { validation: slice({ matrix, labels }, cut, matrix.rows) }),
    params: {
      ...parameters,
      objective: problem.type === 'regression' ? 'reg:squarederror' : 'binary:logistic',
      seed: training.seed,
      ...(stopping && { earlyStoppingRounds }),
    },
    onRound: (round) => onRound(round + 1, parameters.rounds),
  });
  const { model, bestIteration, history, rounds } = result;
  const kept = stopping ? bestIteration + 1 : rounds;
  return { model, rounds: kept, loss: history[kept - 1] };
}

function slice({ matrix, labels }: LabelledRows, from: number, to: number): LabelledRows {
  const columns = matrix.columns.map((column) => column.subarray(from, to));
  return { matrix: { ...matrix, rows: to - from, columns }, labels: labels.subarray(from, to) };
}
