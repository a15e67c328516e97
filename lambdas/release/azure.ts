import type { AzureWork } from '../runtime/azure.ts';
import { azureReleaseSignal } from '../runtime/azure-signals.ts';
import { runSignal } from './follow-signal.ts';

export const work: AzureWork = async ({ ports, config }, event, { caller }) => {
  const decision = await runSignal(ports, config.model, azureReleaseSignal(event, caller));
  return decision && { kind: decision.kind, reason: decision.reason, champion: decision.state.champion };
};
