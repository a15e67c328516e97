import * as durable from 'durable-functions';
import { createPorts } from '../adapters/azure/create-ports.ts';
import { createSeverityLogger } from '../adapters/shared/severity-logger.ts';
import { APPS, EVENTS_QUEUE } from '../apps.ts';
import { TRAINING_RUN } from '../pipeline-plan.ts';
import { azureRuntime, type LoadWork } from '../runtime/azure.ts';
import { activityHandler } from '../runtime/azure-activity.ts';
import { triggersOf } from '../runtime/azure-app.ts';
import { orchestrationOf } from '../runtime/azure-orchestration.ts';
import { startOfEvent, startOfTimer, startTraining } from '../runtime/azure-start.ts';
import { messageHandler, timerHandler } from '../runtime/azure-triggers.ts';
import { PIPELINE_WORKS } from './pipeline-works.ts';

/** Starts of the timers; the monitoring asks for the others by an event. */
const SCHEDULED = {
  'new-data-timer': { trigger: 'new-data', data: true },
  'training-timer': { trigger: 'schedule', data: false },
  'retraining-timer': { trigger: 'schedule', data: false },
} as const;

const runtime = azureRuntime(createPorts, import.meta.dirname);
const on = triggersOf(APPS.pipeline.triggers, process.env, [durable.input.durableClient()]);

durable.app.orchestration(
  'training',
  orchestrationOf(TRAINING_RUN, (context, now) =>
    createSeverityLogger((line) => context.log(line.trimEnd()), { now }),
  ),
);
for (const [name, load] of Object.entries<LoadWork>(PIPELINE_WORKS))
  durable.app.activity(name, { handler: activityHandler(runtime, load) });

on.queue('events', (message, context) =>
  messageHandler(runtime, EVENTS_QUEUE.attempts, ({ ports }, event) =>
    startTraining(durable.getClient(context), startOfEvent(event, ports.clock.now())),
  )(message, context),
);
for (const [name, start] of entriesOf(SCHEDULED))
  on.timer(name, (timer, context) =>
    timerHandler(runtime, ({ ports }, event) =>
      startTraining(durable.getClient(context), startOfTimer(start, event, ports.clock.now())),
    )(timer, context),
  );

/** The keys of a constant are its type. */
function entriesOf<Key extends string, Value>(record: Readonly<Record<Key, Value>>) {
  return Object.entries(record) as [Key, Value][];
}
