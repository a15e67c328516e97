import { RuntimeFailure } from '../../core/errors.ts';
import type { FunctionConfig } from '../../core/function-config.ts';
import type { Endpoint } from '../../ports/endpoint.ts';
import type { Events } from '../../ports/events.ts';
import type { PredictionStream } from '../../ports/prediction-stream.ts';
import type { RegistryMirror } from '../../ports/registry-mirror.ts';
import type { CloudPorts } from '../../runtime/host.ts';
import { systemClock } from '../shared/clock.ts';
import { lazy } from '../shared/lazy.ts';
import { processMemory } from '../shared/process-memory.ts';
import { recordIds } from '../shared/record-ids.ts';
import { resourceNames } from '../shared/resource-names.ts';
import { createCloudLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { createNotifier } from './notifier.ts';
import { createObjectStore } from './object-store.ts';
import { createTokens } from './token.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The ports of a function on Cloud Run. The environment names the resources; a port whose name is not there fails when it
 * is used. Clients are loaded at their first use, so that a function's start pays for what it needs.
 *
 * @param write - Takes log lines. @default standard output, which Cloud Logging files
 */
export function createPorts(
  env: Env,
  { model, database }: FunctionConfig,
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): CloudPorts {
  const clock = systemClock;
  const nameOf = resourceNames(env);
  // Emulators; the first variable is that of Google's own libraries.
  const { GCE_METADATA_HOST: metadata, MLOPS_GOOGLE_ENDPOINT: endpoint } = env;
  const tokens = createTokens({
    clock,
    ...(metadata !== undefined && { endpoint: `http://${metadata}` }),
  });
  const service = { clock, token: tokens.access, ...(endpoint !== undefined && { endpoint }) };
  const events = lazy<Events>(async () =>
    (await import('./events.ts')).createEvents({
      ...service,
      topicOf: (type) =>
        nameOf(type === 'retraining.requested' ? 'MLOPS_RETRAINING_TOPIC' : 'MLOPS_EVENTS_TOPIC'),
    }),
  );
  const mirror = lazy<RegistryMirror>(async () =>
    (await import('./registry-mirror.ts')).createRegistryMirror({
      ...service,
      model: nameOf('MLOPS_VERTEX_MODEL'),
    }),
  );
  const stream = lazy<PredictionStream>(async () =>
    (await import('./prediction-stream.ts')).createPredictionStream({
      ...service,
      topic: nameOf('MLOPS_PREDICTIONS_TOPIC'),
    }),
  );
  const scoring = lazy<Endpoint>(async () => {
    const url = nameOf('MLOPS_SCORING_URL');
    return (await import('./endpoint.ts')).createEndpoint({ url, token: tokens.identity(url) });
  });
  const secret = lazy(async () =>
    (await import('./secret.ts')).readGoogleSecret({ ...service, secret: nameOf('MLOPS_SECRET') }),
  );
  const memoryMb = Number(env.MLOPS_MEMORY_MB);
  return {
    clock,
    ...(memoryMb > 0 && { memory: processMemory(memoryMb) }),
    logger: createCloudLogger((line) => write(line.trimEnd()), clock),
    metrics: createMetrics({ write }),
    objects: createObjectStore({ ...service, bucket: nameOf('MLOPS_BUCKET') }),
    events: { publish: async (event) => (await events()).publish(event) },
    notifier: createNotifier({ model: model.name, environment: model.environment, write }),
    online: { put: noOnlineStore, get: noOnlineStore, delete: noOnlineStore },
    predictions: {
      append: async (records) => (await stream()).append(records),
      nextId: recordIds(),
      flush: async () => {
        if (stream.begun()) await (await stream()).flush();
      },
    },
    registryMirror: { show: async (version) => (await mirror()).show(version) },
    async source() {
      if (database === undefined)
        throw new RuntimeFailure('config/missing', 'config.json names no database', {
          fix: "give the environment's database",
        });
      return (await import('./source.ts')).openSource(database, service);
    },
    secret,
    endpoint: { post: async (request) => (await scoring()).post(request) },
    async settled() {
      if (stream.begun()) await (await stream()).flush();
    },
  };
}

/** A blueprint with features by key is refused before synth. */
async function noOnlineStore(): Promise<never> {
  throw new RuntimeFailure('config/missing', 'Google Cloud has no online store in this version', {
    fix: 'remove serving.online.byKey from the blueprint, and deploy it again',
  });
}
