import type { AzureWork } from '../runtime/azure.ts';
import { runProbe } from './probe.ts';

export const work: AzureWork = async ({ ports, config }) =>
  runProbe({ ports, config: config.model, secret: await ports.secret() });
