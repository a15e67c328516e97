import { createPorts } from '../adapters/gcp/create-ports.ts';
import { isSameGoogleIdentity } from '../core/google-identity.ts';
import { callerApproval } from '../runtime/caller-signals.ts';
import { gcpHandler } from '../runtime/gcp.ts';
import { approveByCaller } from './hear-approval.ts';

export const handler = gcpHandler(createPorts, ({ ports, config: { model } }, event, caller) =>
  approveByCaller(ports, model, callerApproval(event, caller), isSameGoogleIdentity),
);
