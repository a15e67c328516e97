import { createPorts } from '../adapters/azure/create-ports.ts';
import { APPS, EVENTS_QUEUE } from '../apps.ts';
import { azureRuntime, BY_NOBODY, type LoadWork } from '../runtime/azure.ts';
import { triggersOf } from '../runtime/azure-app.ts';
import { callHandler } from '../runtime/azure-http.ts';
import { messageHandler, timerHandler } from '../runtime/azure-triggers.ts';
import type { Host } from '../runtime/host.ts';

const release: LoadWork = () => import('../release/azure.ts');
const approve: LoadWork = () => import('../approve/azure.ts');
const follow = async (host: Host, event: unknown) => (await release()).work(host, event, BY_NOBODY);

const runtime = azureRuntime(createPorts, import.meta.dirname);
const on = triggersOf(APPS.release.triggers);
/** The next minute has a tick of its own. */
const ONCE = 1;

on.timer(
  'tick',
  timerHandler(runtime, (host) => follow(host, { kind: 'tick' }), ONCE),
);
on.queue('events', messageHandler(runtime, EVENTS_QUEUE.attempts, follow));
on.http('rollback', callHandler(runtime, release, { kind: 'rollback' }));
on.http('approve', callHandler(runtime, approve));
