import { createPorts } from '../adapters/gcp/create-ports.ts';
import { gcpHandler } from '../runtime/gcp.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { runRegister } from './register.ts';

export const handler = gcpHandler(createPorts, ({ ports, config }, event) =>
  runRegister({ ports, config: config.model, input: pipelineInput(event) }),
);
