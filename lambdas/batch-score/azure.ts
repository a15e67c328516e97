import type { AzureWork } from '../runtime/azure.ts';
import { scheduledAt } from '../runtime/inputs.ts';
import { reportingMemory } from '../runtime/report-memory.ts';
import { runBatchScore } from './batch-score.ts';
import { nextBatchWindow } from './next-window.ts';

export const work: AzureWork = reportingMemory(async ({ ports, config: { model } }, event) => {
  const { at, runId } = scheduledAt(event, 'batch', ports.clock.now());
  const input = { runId, at, ...(await nextBatchWindow(ports, model, at)) };
  const { key, rows, refused, version } = await runBatchScore(ports, model, input);
  return { key, rows, refused, version };
});
