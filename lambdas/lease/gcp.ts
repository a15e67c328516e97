import { createPorts } from '../adapters/gcp/create-ports.ts';
import { gcpHandler } from '../runtime/gcp.ts';
import { leaseInput } from '../runtime/inputs.ts';
import { beginRun, endRun } from './lease.ts';

export const handler = gcpHandler(createPorts, async ({ ports }, event) => {
  const input = leaseInput(event, ports.clock.now());
  return input.action === 'begin' ? beginRun(ports, input) : endRun(ports, input);
});
