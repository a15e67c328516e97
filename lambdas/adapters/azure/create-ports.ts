import { randomUUID } from 'node:crypto';
import type { FunctionConfig } from '../../core/function-config.ts';
import type { CloudPorts } from '../../runtime/host.ts';
import { lazyPorts } from '../shared/lazy-ports.ts';
import { linePorts, type Settings, type WriteLine } from '../shared/line-ports.ts';
import { resourceNames } from '../shared/resource-names.ts';
import { createObjectStore } from './object-store.ts';
import { createTokens } from './token.ts';

/** Resources that tokens are asked for (learn.microsoft.com/azure/app-service/overview-managed-identity). */
const RESOURCE = {
  storage: 'https://storage.azure.com',
  events: 'https://eventgrid.azure.net',
  vault: 'https://vault.azure.net',
  management: 'https://management.azure.com',
  database: 'https://ossrdbms-aad.database.windows.net',
} as const;

/**
 * The ports of a function of Azure Functions. The settings name the resources; a port whose name is not there fails when
 * it is used. Clients are loaded at their first use, so that an app's start pays for what it needs.
 *
 * @param write - Takes log lines. @default standard output
 */
export function createPorts(
  env: Settings,
  { model, database }: FunctionConfig,
  write?: WriteLine,
): CloudPorts {
  const lines = linePorts('Azure', env, model, write);
  const nameOf = resourceNames(env);
  const { clock } = lines;
  const container = nameOf('MLOPS_CONTAINER');
  const { AZURE_CLIENT_ID: clientId, MLOPS_AZURE_ENDPOINT: endpoint } = env;
  const tokens = createTokens({
    clock,
    endpoint: nameOf('IDENTITY_ENDPOINT'),
    secret: nameOf('IDENTITY_HEADER'),
    ...(clientId !== undefined && { clientId }),
  });
  const service = (resource: string) => ({ clock, token: tokens.access(resource) });
  return {
    ...lines,
    objects: createObjectStore({ ...service(RESOURCE.storage), container }),
    ...lazyPorts(
      {
        events: async () =>
          (await import('./events.ts')).createEvents({
            ...service(RESOURCE.events),
            endpoint: nameOf('MLOPS_EVENTS_ENDPOINT'),
            environment: model.environment,
          }),
        stream: async () =>
          (await import('./prediction-stream.ts')).createPredictionStream({
            ...service(RESOURCE.storage),
            container,
            instance: instanceName(env.WEBSITE_INSTANCE_ID),
          }),
        mirror: async () =>
          (await import('./registry-mirror.ts')).createRegistryMirror({
            ...service(RESOURCE.management),
            model: nameOf('MLOPS_ML_MODEL'),
            ...(endpoint !== undefined && { endpoint }),
          }),
        async scoring() {
          const url = nameOf('MLOPS_SCORING_URL');
          const token = tokens.access(nameOf('MLOPS_SCORING_AUDIENCE'));
          return (await import('../shared/bearer-endpoint.ts')).createBearerEndpoint({ url, token });
        },
        secret: async () =>
          (await import('./secret.ts')).readVaultSecret({
            ...service(RESOURCE.vault),
            secret: nameOf('MLOPS_SECRET'),
          }),
        source: async (found) =>
          (await import('./source.ts')).openSource(found, tokens.access(RESOURCE.database)),
      },
      database,
    ),
  };
}

/**
 * Name of the app's instance as a part of a key. Azure's own is hexadecimal and long
 * (learn.microsoft.com/azure/app-service/reference-app-settings), and 16 digits of it are enough.
 */
const instanceName = (given = ''): string => /^[0-9A-Za-z]{16}/.exec(given)?.[0] ?? randomUUID();
