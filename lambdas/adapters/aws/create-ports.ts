import type { FunctionConfig } from '../../core/function-config.ts';
import type { Notifier } from '../../ports/notifier.ts';
import type { OnlineStore } from '../../ports/online-store.ts';
import type { RegistryPorts } from '../../runtime/host.ts';
import { systemClock } from '../shared/clock.ts';
import { lazy } from '../shared/lazy.ts';
import { lazyPorts } from '../shared/lazy-ports.ts';
import { createLogger } from '../shared/logger.ts';
import { processMemory } from '../shared/process-memory.ts';
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
  const notifier = lazy<Notifier>(async () =>
    (await import('./notifier.ts')).createNotifier({ topicArn: nameOf('MLOPS_TOPIC_ARN') }),
  );
  const online = lazy<OnlineStore>(async () =>
    (await import('./online-store.ts')).createOnlineStore({
      group: nameOf('MLOPS_FEATURE_GROUP'),
      features: model.features,
    }),
  );
  // Lambda's own variable (docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
  const memoryMb = Number(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  return {
    clock,
    ...(memoryMb > 0 && { memory: processMemory(memoryMb) }),
    logger: createLogger({ write: (line) => write(line.trimEnd()) }, clock),
    metrics: createMetrics({ namespace: env.MLOPS_NAMESPACE ?? 'Mlops', clock, write }),
    objects: createObjectStore({ bucket: nameOf('MLOPS_BUCKET'), client: { forcePathStyle } }),
    notifier: { notify: async (notification) => (await notifier()).notify(notification) },
    online: {
      put: async (rows) => (await online()).put(rows),
      get: async (key) => (await online()).get(key),
      delete: async (key) => (await online()).delete(key),
    },
    ...lazyPorts(
      {
        events: async () => (await import('./events.ts')).createEvents({ bus: nameOf('MLOPS_EVENT_BUS') }),
        stream: async () =>
          (await import('./prediction-stream.ts')).createPredictionStream({
            stream: nameOf('MLOPS_STREAM'),
            clock,
          }),
        mirror: async () =>
          (await import('./registry-mirror.ts')).createRegistryMirror({
            group: nameOf('MLOPS_PACKAGE_GROUP'),
          }),
        scoring: async () =>
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
        secret: async () => (await import('./secret.ts')).readSecretValue(nameOf('MLOPS_SECRET_ARN')),
        source: async (found) => (await import('./source.ts')).openSource(found, env.AWS_REGION),
      },
      database,
    ),
    describeVersion: async (arn) => (await import('./registry-mirror.ts')).describePackage(arn),
  };
}
