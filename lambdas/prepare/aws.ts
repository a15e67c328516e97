import { createPorts } from '../adapters/aws/create-ports.ts';
import { awsHandler } from '../runtime/aws.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { reportingMemory } from '../runtime/report-memory.ts';
import { runPrepare } from './prepare.ts';

export const handler = awsHandler(
  createPorts,
  reportingMemory(async ({ ports, config }, event) => {
    const { rows, quarantined } = await runPrepare(ports, config.model, pipelineInput(event));
    return { rows, quarantined };
  }),
);
