import type { AzureWork } from '../runtime/azure.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { reportingMemory } from '../runtime/report-memory.ts';
import { runEvaluate } from './evaluate.ts';

export const work: AzureWork = reportingMemory(async ({ ports, config }, event) => {
  const { primary, metrics, passed, reasons } = await runEvaluate(ports, config.model, pipelineInput(event));
  return { primary, value: metrics[primary]?.value ?? null, passed, reasons };
});
