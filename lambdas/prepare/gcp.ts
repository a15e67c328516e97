import { createPorts } from '../adapters/gcp/create-ports.ts';
import { gcpHandler } from '../runtime/gcp.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { reportingMemory } from '../runtime/report-memory.ts';
import { runPrepare } from './prepare.ts';

export const handler = gcpHandler(
  createPorts,
  reportingMemory(async ({ ports, config }, event) => {
    const { rows, quarantined } = await runPrepare(ports, config.model, pipelineInput(event));
    return { rows, quarantined };
  }),
);
