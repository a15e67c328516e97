import { createPorts } from '../adapters/aws/create-ports.ts';
import { isSameIdentity } from '../core/iam-identity.ts';
import { awsHandler } from '../runtime/aws.ts';
import { approvalSignal } from '../runtime/aws-signals.ts';
import { approveByPayload, hearApproval } from './hear-approval.ts';

export const handler = awsHandler(createPorts, async ({ ports, config: { model } }, event) => {
  const signal = approvalSignal(event);
  if (signal.kind === 'package')
    return hearApproval(ports, model, await ports.describeVersion(signal.arn), isSameIdentity);
  return approveByPayload(ports, model, signal);
});
