import { createPorts } from '../adapters/azure/create-ports.ts';
import { APPS } from '../apps.ts';
import { azureRuntime, BY_NOBODY } from '../runtime/azure.ts';
import { triggersOf } from '../runtime/azure-app.ts';
import { timerHandler } from '../runtime/azure-triggers.ts';

const runtime = azureRuntime(createPorts, import.meta.dirname);

triggersOf(APPS.export.triggers).timer(
  'export',
  timerHandler(runtime, async (host, event) =>
    (await import('../export/azure.ts')).work(host, event, BY_NOBODY),
  ),
);
