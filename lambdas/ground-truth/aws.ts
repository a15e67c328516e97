import { createPorts } from '../adapters/aws/create-ports.ts';
import { truthWindow } from '../core/windows.ts';
import { awsHandler } from '../runtime/aws.ts';
import { scheduledAt } from '../runtime/inputs.ts';
import { runGroundTruth } from './ground-truth.ts';

export const handler = awsHandler(createPorts, async ({ ports, config: { model } }, event) => {
  const { at, runId } = scheduledAt(event, 'truth');
  const secret = await ports.secret();
  return {
    outcomes: await runGroundTruth(ports, model, { runId, ...truthWindow(model.monitoring, at), secret }),
  };
});
