import type { AzureWork } from '../runtime/azure.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { reportingMemory } from '../runtime/report-memory.ts';
import { runPrepare } from './prepare.ts';

export const work: AzureWork = reportingMemory(async ({ ports, config }, event) => {
  const { rows, quarantined } = await runPrepare(ports, config.model, pipelineInput(event));
  return { rows, quarantined };
});
