import { isSameEntraIdentity } from '../core/entra-identity.ts';
import type { AzureWork } from '../runtime/azure.ts';
import { callerApproval } from '../runtime/caller-signals.ts';
import { approveByCaller } from './hear-approval.ts';

export const work: AzureWork = ({ ports, config: { model } }, event, { caller }) =>
  approveByCaller(ports, model, callerApproval(event, caller), isSameEntraIdentity);
