import { createPorts } from '../adapters/gcp/create-ports.ts';
import { gcpHandler } from '../runtime/gcp.ts';
import { runProbe } from './probe.ts';

export const handler = gcpHandler(createPorts, async ({ ports, config }) =>
  runProbe({ ports, config: config.model, secret: await ports.secret() }),
);
