import { createPorts } from '../adapters/gcp/create-ports.ts';
import { answerWindow, dueWindow } from '../core/time/windows.ts';
import { gcpHandler } from '../runtime/gcp.ts';
import { scheduledAt } from '../runtime/inputs.ts';
import { runGroundTruth } from './ground-truth.ts';

export const handler = gcpHandler(createPorts, async ({ ports, config: { model } }, event) => {
  const { at, runId } = scheduledAt(event, 'truth', ports.clock.now());
  const due = dueWindow(model.monitoring, answerWindow(model.monitoring, at));
  const secret = await ports.secret();
  return { outcomes: await runGroundTruth(ports, model, { runId, ...due, secret }) };
});
