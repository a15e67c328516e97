/** The steps before and with training, for tests of what comes of them. */

import type { ModelConfig } from '../../lambdas/core/config.ts';
import { runIngest } from '../../lambdas/ingest/ingest.ts';
import type { Ports } from '../../lambdas/ports/index.ts';
import { runPrepare } from '../../lambdas/prepare/prepare.ts';
import { runTrain, type TrainInput } from '../../lambdas/train/train.ts';
import { csvOf, END, type SourceRow, writeExport } from '../prepare/prepare-fixture.ts';

export type StepPorts = Pick<Ports, 'objects' | 'online' | 'clock' | 'logger'>;

export const IDENTITY = { trainedBy: 'role/train', codeVersion: 'abc' };
export const INPUT: TrainInput = { runId: 'run-1', to: END, trigger: 'first', fence: 1 };

export async function ingestRows(
  ports: StepPorts,
  config: ModelConfig,
  rows: readonly SourceRow[],
  runId = 'run-1',
): Promise<void> {
  await writeExport(ports, { runId }, csvOf(rows));
  await runPrepare(ports, config, { runId, to: END });
  await runIngest(ports, config, { runId, to: END });
}

export async function trainOn(ports: StepPorts, config: ModelConfig, rows: readonly SourceRow[]) {
  await ingestRows(ports, config, rows);
  return runTrain(ports, config, IDENTITY, INPUT);
}
