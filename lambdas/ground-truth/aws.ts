import { createPorts } from '../adapters/aws/create-ports.ts';
import { answerWindow, dueWindow } from '../core/time/windows.ts';
import { awsHandler } from '../runtime/aws.ts';
import { scheduledAt } from '../runtime/inputs.ts';
import { runGroundTruth } from './ground-truth.ts';

export const handler = awsHandler(createPorts, async ({ ports, config: { model } }, event) => {
  const { at, runId } = scheduledAt(event, 'truth', ports.clock.now());
  const due = dueWindow(model.monitoring, answerWindow(model.monitoring, at));
  const secret = await ports.secret();
  return { outcomes: await runGroundTruth(ports, model, { runId, ...due, secret }) };
});
