import { createPorts } from '../adapters/gcp/create-ports.ts';
import { gcpHandler } from '../runtime/gcp.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { reportingMemory } from '../runtime/report-memory.ts';
import { runEvaluate } from './evaluate.ts';

export const handler = gcpHandler(
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
