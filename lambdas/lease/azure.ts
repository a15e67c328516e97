import type { AzureWork } from '../runtime/azure.ts';
import { leaseInput } from '../runtime/inputs.ts';
import { beginRun, endRun } from './lease.ts';

export const work: AzureWork = async ({ ports }, event) => {
  const input = leaseInput(event, ports.clock.now());
  return input.action === 'begin' ? beginRun(ports, input) : endRun(ports, input);
};
