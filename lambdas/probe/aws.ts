import { createPorts } from '../adapters/aws/create-ports.ts';
import { awsHandler } from '../runtime/aws.ts';
import { runProbe } from './probe.ts';

export const handler = awsHandler(createPorts, async ({ ports, config }) =>
  runProbe({ ports, config: config.model, secret: await ports.secret() }),
);
