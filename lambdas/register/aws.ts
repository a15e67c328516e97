import { createPorts } from '../adapters/aws/create-ports.ts';
import { awsHandler } from '../runtime/aws.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { runRegister } from './register.ts';

export const handler = awsHandler(createPorts, ({ ports, config }, event) =>
  runRegister({ ports, config: config.model, input: pipelineInput(event) }),
);
