import { createPorts } from '../adapters/aws/create-ports.ts';
import { awsHandler } from '../runtime/aws.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { reportingMemory } from '../runtime/report-memory.ts';
import { runEvaluate } from './evaluate.ts';

export const handler = awsHandler(
  createPorts,
  reportingMemory(async ({ ports, config }, event) => {
    const { primary, metrics, passed, reasons } = await runEvaluate(
      ports,
      config.model,
      pipelineInput(event),
    );
    return { primary, value: metrics[primary]?.value ?? null, passed, reasons };
  }),
);
