import { createPorts } from '../adapters/azure/create-ports.ts';
import { APPS, EVENTS_QUEUE } from '../apps.ts';
import { azureRuntime, BY_NOBODY } from '../runtime/azure.ts';
import { triggersOf } from '../runtime/azure-app.ts';
import { messageHandler, timerHandler } from '../runtime/azure-triggers.ts';
import type { Host } from '../runtime/host.ts';

const probe = async (host: Host, event: unknown) =>
  (await import('../probe/azure.ts')).work(host, event, BY_NOBODY);

const runtime = azureRuntime(createPorts, import.meta.dirname);
const on = triggersOf(APPS.probe.triggers);
/** Five minutes later the schedule probes again. */
const ONCE = 1;

on.timer('probe', timerHandler(runtime, probe, ONCE));
on.queue('events', messageHandler(runtime, EVENTS_QUEUE.attempts, probe));
