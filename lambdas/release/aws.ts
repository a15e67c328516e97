import { createPorts } from '../adapters/aws/create-ports.ts';
import { awsHandler } from '../runtime/aws.ts';
import { releaseSignal } from '../runtime/aws-signals.ts';
import { runSignal } from './follow-signal.ts';

export const handler = awsHandler(createPorts, async ({ ports, config }, event) => {
  const decision = await runSignal(ports, config.model, releaseSignal(event));
  return decision && { kind: decision.kind, reason: decision.reason, champion: decision.state.champion };
});
