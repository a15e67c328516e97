import { createPorts } from '../adapters/aws/create-ports.ts';
import { awsHandler } from '../runtime/aws.ts';
import { approvalSignal } from '../runtime/aws-signals.ts';
import { runApprove } from './approve.ts';
import { hearApproval } from './hear-approval.ts';

export const handler = awsHandler(createPorts, async ({ ports, config: { model } }, event) => {
  const signal = approvalSignal(event);
  if (signal.kind === 'package') return hearApproval(ports, model, await ports.describeVersion(signal.arn));
  const { version, by } = signal;
  return runApprove({ ports, config: model, input: { version, by, how: 'manual' } });
});
