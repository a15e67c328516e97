import { createPorts } from '../adapters/azure/create-ports.ts';
import { APPS, EVENTS_QUEUE } from '../apps.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { azureRuntime, BY_NOBODY, type LoadWork } from '../runtime/azure.ts';
import { triggersOf } from '../runtime/azure-app.ts';
import { messageHandler } from '../runtime/azure-triggers.ts';
import { PIPELINE_WORKS } from './pipeline-works.ts';

const WORKS = {
  ...PIPELINE_WORKS,
  release: () => import('../release/azure.ts'),
  probe: () => import('../probe/azure.ts'),
  'batch-score': () => import('../batch-score/azure.ts'),
  'ground-truth': () => import('../ground-truth/azure.ts'),
  monitor: () => import('../monitor/azure.ts'),
} satisfies { readonly [Name in (typeof APPS)['function']['functions'][number]]: LoadWork };

const named = process.env.MLOPS_FUNCTION ?? '';
const load = Object.entries<LoadWork>(WORKS).find(([name]) => name === named)?.[1];
const runtime = azureRuntime(createPorts, import.meta.dirname);

triggersOf(APPS.function.triggers).queue(
  'events',
  messageHandler(runtime, EVENTS_QUEUE.attempts, async (host, event) => {
    if (load === undefined)
      throw new RuntimeFailure('config/missing', 'the setting MLOPS_FUNCTION names no function of this app', {
        fix: 'deploy the app again',
      });
    return (await load()).work(host, event, BY_NOBODY);
  }),
);
