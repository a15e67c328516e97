import type { AzureWork } from '../runtime/azure.ts';
import { pipelineInput } from '../runtime/inputs.ts';
import { runRegister } from './register.ts';

export const work: AzureWork = ({ ports, config }, event) =>
  runRegister({ ports, config: config.model, input: pipelineInput(event) });
