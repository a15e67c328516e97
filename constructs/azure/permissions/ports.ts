import type { Port, PortCall } from '../../../lambdas/functions.ts';
import type { AzureRight } from './right.ts';

const SENDER: AzureRight = {
  role: 'EventGrid Data Sender',
  on: "the model's topic of events",
  source: 'learn.microsoft.com/azure/event-grid/authenticate-with-microsoft-entra-id',
};

/**
 * The right behind each port call; none where the call writes a line of the log, where the app's sign-in lets callers in, or where
 * the database knows the identity. Those of objects are in `objects.ts`.
 */
export const PORT_RIGHTS = {
  'events.publish': [SENDER],
  'events.request': [SENDER],
  'notifier.notify': [],
  'secret.read': [
    {
      role: 'Key Vault Secrets User',
      on: "the model's secret of pseudonyms",
      source: 'learn.microsoft.com/azure/key-vault/general/rbac-guide',
    },
  ],
  'endpoint.post': [],
  'source.snapshot': [],
} as const satisfies Readonly<
  Partial<
    Record<
      PortCall<Exclude<Port, 'objects' | 'online' | 'predictions' | 'registryMirror'>>,
      readonly AzureRight[]
    >
  >
>;

/** Permissions of the registry's mirror, on the workspace (learn.microsoft.com/azure/machine-learning/how-to-assign-roles). */
export const MIRROR_ACTIONS = [
  'Microsoft.MachineLearningServices/workspaces/models/read',
  'Microsoft.MachineLearningServices/workspaces/models/write',
  'Microsoft.MachineLearningServices/workspaces/models/versions/read',
  'Microsoft.MachineLearningServices/workspaces/models/versions/write',
] as const;
