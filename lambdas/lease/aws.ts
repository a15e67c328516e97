import { createPorts } from '../adapters/aws/create-ports.ts';
import { awsHandler } from '../runtime/aws.ts';
import { leaseInput } from '../runtime/inputs.ts';
import { beginRun, endRun } from './lease.ts';

export const handler = awsHandler(createPorts, async ({ ports }, event) => {
  const input = leaseInput(event, ports.clock.now());
  return input.action === 'begin' ? beginRun(ports, input) : endRun(ports, input);
});
