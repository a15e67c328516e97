/** Grows the trees of one configuration. */

import type { BoosterParameters, ModelConfig } from '../core/config.ts';
import type { TreeModel } from '../core/trees/model.ts';
import type { HalfLosses } from '../core/trees/training/loss.ts';
import { train } from '../core/trees/training/train.ts';
import type { LabelledRows } from '../stores/snapshots.ts';

/** The trees, and how they did on rows that they were not grown on. */
export interface Grown {
  readonly model: TreeModel;
  /** Trees kept. */
  readonly rounds: number;
  /** Loss of the trees kept on the rows that were watched; undefined where none were. */
  readonly loss: number | undefined;
  /** The losses of the watched rows' halves for each number of trees that could have been kept. */
  readonly halves: readonly HalfLosses[];
}

/**
 * Grows trees on all these rows.
 *
 * @param options.newest - Rows to measure on, which decide when to stop if the configuration does so early. @default - none; as
 *   many trees as the configuration has
 * @param options.onRound - Gets the number of trees after each.
 */
export function growTrees(
  rows: LabelledRows,
  { problem, training }: Pick<ModelConfig, 'problem' | 'training'>,
  { earlyStoppingRounds, ...parameters }: BoosterParameters,
  { newest, onRound }: { readonly newest?: LabelledRows; readonly onRound: (done: number) => void },
): Grown {
  const stopping = newest !== undefined && earlyStoppingRounds !== undefined;
  const { model, bestIteration, history, halves, rounds } = train({
    ...rows,
    ...(newest && { validation: newest }),
    params: {
      ...parameters,
      objective: problem.type === 'regression' ? 'reg:squarederror' : 'binary:logistic',
      seed: training.seed,
      ...(stopping && { earlyStoppingRounds }),
    },
    onRound: (round) => onRound(round + 1),
  });
  const kept = stopping ? bestIteration + 1 : rounds;
  return { model, rounds: kept, loss: history[kept - 1], halves: stopping ? halves : halves.slice(-1) };
}
