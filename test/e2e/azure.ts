/**
 * The whole loop on the synthesized stacks of Azure: the archives of its sites run as processes of a stand-in of the Functions host,
 * its orchestration in the replay engine of Durable Functions, its subscriptions, timers, sign-ins and grants as it names them. Blobs
 * and queues are Azurite, the database a PostgreSQL that takes Entra tokens for passwords.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBlueprint } from '../../blueprints/index.ts';
import { resolveConfig } from '../../constructs/config/resolve.ts';
import { createObjectStore } from '../../lambdas/adapters/azure/object-store.ts';
import { systemClock } from '../../lambdas/adapters/shared/clock.ts';
import { parseEnvironment } from '../../stacks/config/environments.ts';
import { queuesAt } from '../support/azure/queues.ts';
import { entraTokenOf, startAzureServices } from '../support/azure/services.ts';
import { fakeVault, fakeWorkspace } from '../support/azure-fakes.ts';
import { clientData } from '../support/durable-api.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { startAzurite } from '../support/storage-emulators.ts';
import { synthesizeTerraform } from '../support/synth-terraform.ts';
import { startEventGrid } from './azure/event-grid.ts';
import { runLoop } from './azure/loop.ts';
import { azureRefusal } from './azure/rights.ts';
import { startRuns } from './azure/runs.ts';
import { type Sites, startSites } from './azure/sites.ts';
import { applyAzure } from './azure/stack.ts';
import { errorsOf } from './azure/world.ts';
import { e2eBlueprint } from './blueprint.ts';
import { node22 } from './node24.ts';
import { runToEnd } from './run-to-end.ts';
import { fillDatabase, historyEnd, localModel } from './sample-rows.ts';
import { say } from './story.ts';

const APPROVER = '44444444-4444-4444-8444-444444444444';
const CALLER = '55555555-5555-4555-8555-555555555555';
const DATABASE = 'https://ossrdbms-aad.database.windows.net';
/** Many times what it takes on two idle processors. */
const MOST_MS = 600_000;

/** Ended last first, also after a failure. */
const closing: (() => unknown)[] = [];
/** What the apps have logged as errors. */
let errorLines: () => readonly string[] = () => [];

async function main(): Promise<void> {
  const leaving = new AbortController();
  const local = localModel(leaving.signal); // in a process beside all of the following
  closing.push(() => {
    leaving.abort();
    return local.catch(() => {});
  });
  const postgres = await startPostgres();
  closing.push(() => postgres.stop());
  const blobs = await startAzurite();
  closing.push(() => blobs.stop());
  await blobs.createBucket('artifacts');

  const { blueprint } = await loadBlueprint(e2eBlueprint);
  const environment = parseEnvironment(
    'dev',
    {
      alertTo: ['ml-alerts@example.com'],
      approvers: [APPROVER],
      approverMustDiffer: true,
      callers: [CALLER],
      database: { host: 'bank.postgres.database.azure.com', port: 5432, name: 'postgres', auth: 'iam' },
    },
    'azure',
  );
  const stack = applyAzure(synthesizeTerraform(resolveConfig(blueprint, environment, 'azure')));
  const accounts = stack.apps.map(({ account }) => account);
  const queueServer = await startAzurite('queue', accounts);
  closing.push(() => queueServer.stop());
  const queues = queuesAt(queueServer.endpoint.replace(`/${accounts[0]}`, ''), queueServer.token);
  for (const { storage_account_id: id, name } of stack.all('azurerm_storage_queue'))
    await queues.make(String(id).split('/').at(-1) ?? '', String(name));
  const exporter = stack.app('pipeline').identity;
  await fillDatabase(postgres, exporter.name, entraTokenOf(exporter.objectId, DATABASE));

  const eventGrid = startEventGrid(stack, queues);
  const workspace = fakeWorkspace();
  const services = await startAzureServices({
    identities: stack.apps.map(({ identity }) => identity),
    blobs: blobs.endpoint,
    container: 'artifacts',
    fakes: [eventGrid.fake, workspace.fake, fakeVault('a secret of this run alone, for pseudonyms')],
    refusal: azureRefusal(stack),
  });
  closing.push(() => services.close());
  let sites: Sites | undefined;
  const runs = await startRuns(() => {
    if (sites === undefined) throw new Error('no sites yet');
    return sites.app('pipeline');
  });
  closing.push(() => runs.close());
  sites = await startSites({
    stack,
    services,
    queues,
    node: join(node22(), 'node'),
    database: {
      host: '127.0.0.1',
      port: postgres.port,
      ca: readFileSync(postgres.certificateFile, 'utf8'),
    },
    durableClient: clientData(runs.endpoint),
  });
  const { lines, close } = sites;
  closing.push(close);
  errorLines = () => errorsOf(lines()).map((line) => JSON.stringify(line));
  say(`the stack is synthesized: ${stack.apps.length} apps, no model`);

  const objects = createObjectStore({
    clock: systemClock,
    token: { get: async () => blobs.token, renew: async () => blobs.token },
    container: `${blobs.endpoint}/artifacts`,
  });
  const world = { stack, sites, services, eventGrid, queues, runs, objects, postgres, workspace };
  await runLoop(world, { local, historyEnd, approver: APPROVER, caller: CALLER });
}

await runToEnd({
  name: "end to end on Azure's emulators",
  mostMs: MOST_MS,
  main,
  closing,
  errorLines: () => errorLines(),
});
