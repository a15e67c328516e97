import type { AzureWork } from '../runtime/azure.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { reportingMemory } from '../runtime/report-memory.ts';
import { runIngest } from './ingest.ts';

export const work: AzureWork = reportingMemory(async ({ ports, config }, event) => {
  const { parts, coveredTo } = await runIngest(ports, config.model, pipelineInput(event));
  return { parts: parts.length, coveredTo };
});
