import { createPorts } from '../adapters/gcp/create-ports.ts';
import { gcpHandler } from '../runtime/gcp.ts';
import { gcpReleaseSignal } from '../runtime/gcp-signals.ts';
import { runSignal } from './follow-signal.ts';

export const handler = gcpHandler(createPorts, async ({ ports, config }, event, caller) => {
  const decision = await runSignal(ports, config.model, gcpReleaseSignal(event, caller));
  return decision && { kind: decision.kind, reason: decision.reason, champion: decision.state.champion };
});
