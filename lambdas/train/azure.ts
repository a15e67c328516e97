import type { AzureWork } from '../runtime/azure.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { reportingMemory } from '../runtime/report-memory.ts';
import { runTrain } from './train.ts';

export const work: AzureWork = reportingMemory(async ({ ports, config, identity }, event) => {
  const who = { trainedBy: identity, codeVersion: config.codeVersion };
  const { data } = await runTrain(ports, config.model, who, pipelineInput(event));
  return { trainRows: data.trainRows, holdoutRows: data.holdoutRows };
});
