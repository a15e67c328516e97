import { createPorts } from '../adapters/gcp/create-ports.ts';
import { gcpHandler } from '../runtime/gcp.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { reportingMemory } from '../runtime/report-memory.ts';
import { runIngest } from './ingest.ts';

export const handler = gcpHandler(
  createPorts,
  reportingMemory(async ({ ports, config }, event) => {
    const { parts, coveredTo } = await runIngest(ports, config.model, pipelineInput(event));
    return { parts: parts.length, coveredTo };
  }),
);
