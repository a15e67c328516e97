import { type AppSpec, EVENTS_QUEUE } from '../../lambdas/apps.ts';

/** The wait before a message that failed is tried again. */
const RETRY_SEC = 60;
/** The longest time that a message waits in a queue which was empty, while the app runs. */
const POLL_SEC = 10;

/**
 * Returns the `host.json` of an app, version 2 (learn.microsoft.com/azure/azure-functions/functions-host-json).
 *
 * The bundle of extensions has storage queues of version 5. There durations are texts, and messages are not encoded
 * (…/functions-bindings-storage-queue#hostjson-settings). One message is handled at a time, because a function may hold a
 * whole table.
 */
export function hostJson({ triggers, timeoutSec }: AppSpec): object {
  const kinds = new Set(triggers.map(({ kind }) => kind));
  return {
    version: '2.0',
    functionTimeout: durationOf(timeoutSec),
    logging: loggingOf(triggers),
    extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: '[4.*, 5.0.0)' },
    extensions: {
      ...(kinds.has('http') && { http: { routePrefix: '' } }),
      ...(kinds.has('queue') && {
        queues: {
          messageEncoding: 'none',
          maxDequeueCount: EVENTS_QUEUE.attempts,
          batchSize: 1,
          newBatchThreshold: 0,
          visibilityTimeout: durationOf(RETRY_SEC),
          maxPollingInterval: durationOf(POLL_SEC),
        },
      }),
      ...(kinds.has('orchestration') && { durableTask: { hubName: TASK_HUB } }),
    },
  };
}

/** Letters and digits; unique in the app's own storage account (…/durable/durable-functions-task-hubs). */
const TASK_HUB = 'training';

/**
 * Requests and the lines of this project, all of them: alarms count both. The host itself reports warnings and worse. A
 * line has the category `Function.<name>.User`, a request `Host.Results` (…/configure-monitoring#configure-categories).
 */
const loggingOf = (triggers: AppSpec['triggers']) => ({
  logLevel: {
    default: 'Warning',
    'Host.Results': 'Information',
    ...Object.fromEntries(triggers.map(({ name }) => [`Function.${name}.User`, 'Information'])),
  },
  applicationInsights: { samplingSettings: { isEnabled: false }, enableDependencyTracking: false },
});

/** `hh:mm:ss`. */
const durationOf = (seconds: number): string =>
  [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
