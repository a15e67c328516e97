import { createPorts } from '../adapters/aws/create-ports.ts';
import { awsHandler } from '../runtime/aws.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { reportingMemory } from '../runtime/report-memory.ts';
import { runIngest } from './ingest.ts';

export const handler = awsHandler(
  createPorts,
  reportingMemory(async ({ ports, config }, event) => {
    const { parts, coveredTo } = await runIngest(ports, config.model, pipelineInput(event));
    return { parts: parts.length, coveredTo };
  }),
);
