import { RuntimeFailure } from '../../core/errors.ts';
import type { FunctionConfig } from '../../core/function-config.ts';
import type { Endpoint } from '../../ports/endpoint.ts';
import type { Events } from '../../ports/events.ts';
import type { Notifier } from '../../ports/notifier.ts';
import type { OnlineStore } from '../../ports/online-store.ts';
import type { PredictionStream } from '../../ports/prediction-stream.ts';
import type { RegistryMirror } from '../../ports/registry-mirror.ts';
import type { RegistryPorts } from '../../runtime/host.ts';
import { systemClock } from '../shared/clock.ts';
import { lazy } from '../shared/lazy.ts';
import { createLogger } from '../shared/logger.ts';
import { processMemory } from '../shared/process-memory.ts';
import { recordIds } from '../shared/record-ids.ts';
import { resourceNames } from '../shared/resource-names.ts';
import { createMetrics } from './metrics.ts';
import { createObjectStore } from './object-store.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The ports of a Lambda function. The environment names the resources; a port whose name is not there fails when it
 * is used. Every client but S3's is loaded at its first use, so that a function's start pays for what it needs.
 *
 * @param write - Takes log lines. @default standard output, which Lambda files
 */
export function createPorts(
  env: Env,
  { model, database }: FunctionConfig,
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): RegistryPorts {
  const clock = systemClock;
  const nameOf = resourceNames(env);
  // An emulator serves all buckets on one host.
  const forcePathStyle = env.MLOPS_PATH_STYLE === '1';
  const events = lazy<Events>(async () =>
    (await import('./events.ts')).createEvents({ bus: nameOf('MLOPS_EVENT_BUS') }),
  );
  const notifier = lazy<Notifier>(async () =>
    (await import('./notifier.ts')).createNotifier({ topicArn: nameOf('MLOPS_TOPIC_ARN') }),
  );
  const online = lazy<OnlineStore>(async () =>
    (await import('./online-store.ts')).createOnlineStore({
      group: nameOf('MLOPS_FEATURE_GROUP'),
      features: model.features,
    }),
  );
  const mirror = lazy<RegistryMirror>(async () =>
    (await import('./registry-mirror.ts')).createRegistryMirror({ group: nameOf('MLOPS_PACKAGE_GROUP') }),
  );
  const stream = lazy<PredictionStream>(async () =>
    (await import('./prediction-stream.ts')).createPredictionStream({
      stream: nameOf('MLOPS_STREAM'),
      clock,
    }),
  );
  const endpoint = lazy<Endpoint>(async () =>
    (await import('./endpoint.ts')).createEndpoint({
      url: nameOf('MLOPS_SCORING_URL'),
      region: nameOf('AWS_REGION'),
      // Those of the function's role (docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
      credentials: {
        accessKeyId: nameOf('AWS_ACCESS_KEY_ID'),
        secretAccessKey: nameOf('AWS_SECRET_ACCESS_KEY'),
        ...(env.AWS_SESSION_TOKEN !== undefined && { sessionToken: env.AWS_SESSION_TOKEN }),
      },
    }),
  );
  const secret = lazy(async () => (await import('./secret.ts')).readSecretValue(nameOf('MLOPS_SECRET_ARN')));
  // Lambda's own variable (docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
  const memoryMb = Number(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  return {
    clock,
    ...(memoryMb > 0 && { memory: processMemory(memoryMb) }),
    logger: createLogger({ write: (line) => write(line.trimEnd()) }, clock),
    metrics: createMetrics({ namespace: env.MLOPS_NAMESPACE ?? 'Mlops', clock, write }),
    objects: createObjectStore({ bucket: nameOf('MLOPS_BUCKET'), client: { forcePathStyle } }),
    events: { publish: async (event) => (await events()).publish(event) },
    notifier: { notify: async (notification) => (await notifier()).notify(notification) },
    online: {
      put: async (rows) => (await online()).put(rows),
      get: async (key) => (await online()).get(key),
      delete: async (key) => (await online()).delete(key),
    },
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
      return (await import('./source.ts')).openSource(database, env.AWS_REGION);
    },
    secret,
    endpoint: { post: async (request) => (await endpoint()).post(request) },
    describeVersion: async (arn) => (await import('./registry-mirror.ts')).describePackage(arn),
    async settled() {
      if (stream.begun()) await (await stream()).flush();
    },
  };
}
