/** Rejects labels that nothing can be learnt from, before training begins. */

import type { ModelConfig } from '../core/config.ts';
import { InvalidInput, RuntimeFailure } from '../core/errors.ts';
import { describeLabel, labelProblems, labelValues } from '../core/labels.ts';
import { takeRows } from '../core/table/rows.ts';
import type { TrainingSet } from '../stores/training-set.ts';
import { configurationsToTry, olderCount } from './choose-settings.ts';

/**
 * Requires both classes among the rows to train on, among the older of them where the newest choose the settings, and no
 * third one in the whole window.
 *
 * @throws InvalidInput `label/third-value`
 * @throws RuntimeFailure `training/one-class`, with the values that the label has
 */
export function checkLabels({ table, split }: TrainingSet, config: ModelConfig): void {
  const { problem, source, training } = config;
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
  const classesOf = (rows: Int32Array) => labelValues(takeRows(table, rows), problem).length;
  if (classesOf(split.train) === 1)
    throw new RuntimeFailure(
      'training/one-class',
      `one class in the ${split.train.length} rows to train on, both in the window: ${held}`,
      {
        fix: "widen training.window, lower training.split.holdoutShare, or set training.split.kind to 'hash'",
      },
    );
  const rows = split.train.length;
  const older = olderCount(rows);
  if (configurationsToTry(training).length > 0 && classesOf(split.train.subarray(0, older)) === 1)
    throw new RuntimeFailure(
      'training/one-class',
      `one class in the oldest ${older} of ${rows} rows to train on, which trees are grown on to choose their number and settings: ${held}`,
      { fix: 'widen training.window, or remove earlyStoppingRounds and search from training' },
    );
}
