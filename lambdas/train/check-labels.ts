/** Rejects labels that nothing can be learnt from, before training begins. */

import type { ModelConfig } from '../core/config.ts';
import { InvalidInput, RuntimeFailure } from '../core/errors.ts';
import { describeLabel, labelProblems, labelValues } from '../core/labels.ts';
import { takeRows } from '../core/table/rows.ts';
import type { TrainingSet } from '../stores/training-set.ts';

/**
 * Requires both classes among the rows to train on, and no third one in the whole window.
 *
 * @throws InvalidInput `label/third-value`
 * @throws RuntimeFailure `training/one-class`, with the values that the label has
 */
export function checkLabels({ table, split }: TrainingSet, config: ModelConfig): void {
  const { problem, source } = config;
  if (problem.type !== 'binary-classification') return;
  const problems = labelProblems(table, config);
  if (problems.length > 0) throw new InvalidInput('the rows of the training window', problems);
  const all = labelValues(table, problem);
  const held = describeLabel(problem, all, source.sensitive);
  if (!all.some(({ positive }) => positive))
    throw new RuntimeFailure('training/one-class', `no row has the positive label: ${held}`, {
      fix: 'write problem.positive as the column does, or widen training.window until it holds both classes',
    });
  if (all.length === 1)
    throw new RuntimeFailure('training/one-class', `every row has the positive label: ${held}`, {
      fix: 'add rows of the other class: widen training.window, or correct the query that leaves them out',
    });
  const trained = labelValues(takeRows(table, split.train), problem);
  if (trained.length === 1)
    throw new RuntimeFailure(
      'training/one-class',
      `one class in the ${split.train.length} rows to train on, both in the window: ${held}`,
      {
        fix: "widen training.window, lower training.split.holdoutShare, or set training.split.kind to 'hash'",
      },
    );
}
