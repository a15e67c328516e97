import { answerWindow, dueWindow } from '../core/time/windows.ts';
import type { AzureWork } from '../runtime/azure.ts';
import { scheduledAt } from '../runtime/inputs.ts';
import { runGroundTruth } from './ground-truth.ts';

export const work: AzureWork = async ({ ports, config: { model } }, event) => {
  const { at, runId } = scheduledAt(event, 'truth', ports.clock.now());
  const due = dueWindow(model.monitoring, answerWindow(model.monitoring, at));
  const secret = await ports.secret();
  return { outcomes: await runGroundTruth(ports, model, { runId, ...due, secret }) };
};
