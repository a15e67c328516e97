import { createPorts } from '../adapters/aws/create-ports.ts';
import { batchWindow } from '../core/windows.ts';
import { awsHandler } from '../runtime/aws.ts';
import { scheduledAt } from '../runtime/inputs.ts';
import { runBatchScore } from './batch-score.ts';

export const handler = awsHandler(createPorts, async ({ ports, config: { model } }, event) => {
  const { at, runId } = scheduledAt(event, 'batch');
  const { key, rows, refused, version } = await runBatchScore(ports, model, {
    runId,
    ...batchWindow(model.serving, at),
  });
  return { key, rows, refused, version };
});
