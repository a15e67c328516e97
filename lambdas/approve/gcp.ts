import { createPorts } from '../adapters/gcp/create-ports.ts';
import { isSameGoogleIdentity } from '../core/google-identity.ts';
import { gcpHandler } from '../runtime/gcp.ts';
import { gcpApproval } from '../runtime/gcp-signals.ts';
import { approveByCaller } from './hear-approval.ts';

export const handler = gcpHandler(createPorts, ({ ports, config: { model } }, event, caller) =>
  approveByCaller(ports, model, gcpApproval(event, caller), isSameGoogleIdentity),
);
