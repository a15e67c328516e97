import { createPorts } from '../adapters/aws/create-ports.ts';
import { awsHandler } from '../runtime/aws.ts';
import { scheduledAt } from '../runtime/inputs.ts';
import { runWatch } from './watch.ts';

export const handler = awsHandler(createPorts, async ({ ports, config }, event) => {
  const { report, call } = await runWatch(ports, config.model, scheduledAt(event, 'watch').at);
  return { verdict: report?.drift.verdict ?? null, rows: report?.drift.rows ?? 0, retraining: call };
});
