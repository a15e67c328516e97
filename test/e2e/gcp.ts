/**
 * The whole loop on the synthesized stack of Google Cloud: the archives of its model stack run as processes of Google's
 * functions framework, its workflows in the interpreter of the tests, its subscriptions and schedules as it names them. Cloud
 * Storage is fake-gcs-server, the database a PostgreSQL behind Cloud SQL's mutual TLS.
 */

import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { loadBlueprint } from '../../blueprints/index.ts';
import { resolveConfig } from '../../constructs/config/resolve.ts';
import { createObjectStore } from '../../lambdas/adapters/gcp/object-store.ts';
import { systemClock } from '../../lambdas/adapters/shared/clock.ts';
import { parseEnvironment } from '../../stacks/config/environments.ts';
import { startCloudSql } from '../support/cloud-sql.ts';
import { fakeSecret, fakeVertex } from '../support/google-fakes.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { startFakeGcs } from '../support/storage-emulators.ts';
import { synthesizeTerraform } from '../support/synth-terraform.ts';
import { e2eBlueprint } from './blueprint.ts';
import { startCloudRun } from './gcp/cloud-run.ts';
import { accessTokenOf, startGoogleCloud } from './gcp/google.ts';
import { runLoop } from './gcp/loop.ts';
import { startPubsub } from './gcp/pubsub.ts';
import { rightsOf } from './gcp/rights.ts';
import { applyStack, servicesOf } from './gcp/stack.ts';
import { executeWorkflow } from './gcp/workflows.ts';
import { errorsOf, type StartedRun } from './gcp/world.ts';
import { node24 } from './node24.ts';
import { runToEnd } from './run-to-end.ts';
import { fillDatabase, historyEnd, localModel } from './sample-rows.ts';
import { say } from './story.ts';

const PROJECT = 'example-ml-dev';
const REGION = 'europe-west3';
const APPROVER = 'ada@example.com';
const CALLER = `crm@${PROJECT}.iam.gserviceaccount.com`;
const DATABASE_USER = `bank-marketing-dev-export@${PROJECT}.iam`;
const PROXY_PORT = 3307;
/** Many times what it takes on two idle processors. */
const MOST_MS = 300_000;

/** Ended last first, also after a failure. */
const closing: (() => unknown)[] = [];
/** What the functions have logged as errors. */
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
  // The port of an instance's proxy cannot be chosen, so its address is one of this run.
  const host = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
  const sql = await startCloudSql({ project: PROJECT, listen: { host, port: PROXY_PORT } }, postgres.port);
  closing.push(() => sql.close());
  const storage = await startFakeGcs();
  closing.push(() => storage.stop());
  await fillDatabase(postgres, DATABASE_USER, accessTokenOf('export'));

  const { blueprint } = await loadBlueprint(e2eBlueprint);
  const environment = parseEnvironment(
    'dev',
    {
      alertTo: ['ml-alerts@example.com'],
      approvers: [`user:${APPROVER}`],
      approverMustDiffer: true,
      callers: [`serviceAccount:${CALLER}`],
      database: {
        host,
        port: 5432,
        name: 'postgres',
        user: DATABASE_USER,
        instance: sql.instance,
        auth: 'iam',
      },
    },
    'gcp',
  );
  const synthesized = synthesizeTerraform(resolveConfig(blueprint, environment, 'gcp'));
  const run = await startCloudRun(servicesOf(synthesized));
  closing.push(() => run.close());
  errorLines = () => errorsOf(run.lines()).map((line) => JSON.stringify(line));
  const stack = applyStack(synthesized, PROJECT, run.urlOf);
  const [bucket = ''] = stack.functions.map((one) => one.environment.MLOPS_BUCKET ?? '');
  await storage.createBucket(bucket);
  const objects = createObjectStore({
    clock: systemClock,
    token: { get: async () => 'owner', renew: async () => 'owner' },
    endpoint: storage.endpoint,
    bucket,
  });

  const started: StartedRun[] = [];
  const pubsub = startPubsub(stack, {
    writeObject: (_, name, text) => objects.write(name, [Buffer.from(text)]),
    startWorkflow: async (workflow, event) => {
      const [begun, goOn] = [gate(), gate()];
      let calls = 0;
      const before = async () => {
        calls += 1;
        if (calls === 1) return;
        begun.open();
        await goOn.passed;
      };
      const ended = executeWorkflow(stack, workflow, event, { before });
      started.push({ event, begun: begun.passed, goOn: goOn.open, ended });
      await ended;
    },
  });
  const vertex = fakeVertex();
  const google = await startGoogleCloud(
    stack.functions,
    storage.endpoint,
    [pubsub.fake, fakeSecret('a secret of this run alone, for pseudonyms'), vertex.fake, sql.admin],
    rightsOf(stack, async (name) => (await objects.get(name)) !== undefined),
  );
  closing.push(() => google.close());
  run.deploy(stack, join(node24(), 'node'), google.environmentOf);
  say(`the stack is synthesized: ${stack.functions.length} functions in ${REGION}, no model`);

  const world = { stack, run, pubsub, google, objects, postgres, vertex, started };
  await runLoop(world, { local, historyEnd, approver: APPROVER, caller: CALLER });
}

/** Something that is waited for until it is opened. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

await runToEnd({
  name: "end to end on Google Cloud's emulators",
  mostMs: MOST_MS,
  main,
  closing,
  errorLines: () => errorLines(),
});
