import type { FunctionConfig } from '../../core/function-config.ts';
import type { CloudPorts } from '../../runtime/host.ts';
import { lazyPorts } from '../shared/lazy-ports.ts';
import { linePorts, type Settings, type WriteLine } from '../shared/line-ports.ts';
import { resourceNames } from '../shared/resource-names.ts';
import { createObjectStore } from './object-store.ts';
import { createTokens } from './token.ts';

/**
 * The ports of a function on Cloud Run. The environment names the resources; a port whose name is not there fails when it
 * is used. Clients are loaded at their first use, so that a function's start pays for what it needs.
 *
 * @param write - Takes log lines. @default standard output, which Cloud Logging files
 */
export function createPorts(
  env: Settings,
  { model, database }: FunctionConfig,
  write?: WriteLine,
): CloudPorts {
  const lines = linePorts('Google Cloud', env, model, write);
  const nameOf = resourceNames(env);
  const { clock } = lines;
  // Emulators; the first variable is that of Google's own libraries.
  const { GCE_METADATA_HOST: metadata, MLOPS_GOOGLE_ENDPOINT: endpoint } = env;
  const tokens = createTokens({
    clock,
    ...(metadata !== undefined && { endpoint: `http://${metadata}` }),
  });
  const service = { clock, token: tokens.access, ...(endpoint !== undefined && { endpoint }) };
  return {
    ...lines,
    objects: createObjectStore({ ...service, bucket: nameOf('MLOPS_BUCKET') }),
    ...lazyPorts(
      {
        events: async () =>
          (await import('./events.ts')).createEvents({
            ...service,
            topicOf: (type) =>
              nameOf(type === 'retraining.requested' ? 'MLOPS_RETRAINING_TOPIC' : 'MLOPS_EVENTS_TOPIC'),
          }),
        stream: async () =>
          (await import('./prediction-stream.ts')).createPredictionStream({
            ...service,
            topic: nameOf('MLOPS_PREDICTIONS_TOPIC'),
          }),
        mirror: async () =>
          (await import('./registry-mirror.ts')).createRegistryMirror({
            ...service,
            model: nameOf('MLOPS_VERTEX_MODEL'),
          }),
        async scoring() {
          const url = nameOf('MLOPS_SCORING_URL');
          const { createBearerEndpoint } = await import('../shared/bearer-endpoint.ts');
          return createBearerEndpoint({ url, token: tokens.identity(url) });
        },
        secret: async () =>
          (await import('./secret.ts')).readGoogleSecret({ ...service, secret: nameOf('MLOPS_SECRET') }),
        source: async (found) => (await import('./source.ts')).openSource(found, service),
      },
      database,
    ),
  };
}
