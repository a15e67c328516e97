import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/azure/object-store.ts';
import { systemClock } from '../../lambdas/adapters/shared/clock.ts';
import { STEPS } from '../../lambdas/pipeline.ts';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { localConfig, shortRun } from '../demo/short-run.ts';
import { fillDatabase, historyEnd } from '../e2e/sample-rows.ts';
import { type AzureServices, entraTokenOf, startAzureServices } from '../support/azure/services.ts';
import { runTraining } from '../support/azure/training-runs.ts';
import { fakeEventGrid, fakeWorkspace } from '../support/azure-fakes.ts';
import { answerInstances, clientData, type Instances } from '../support/durable-api.ts';
import { type RunningApp, startApp, unpackApp } from '../support/functions-host.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';
import { type StorageEmulator, startAzurite } from '../support/storage-emulators.ts';
import { tempDir } from '../support/temp-dir.ts';
import { azurite, describeWith, openssl, postgres } from '../support/tools.ts';

const IDENTITY = {
  name: 'bank-marketing-dev-pipeline',
  clientId: '11111111-1111-4111-8111-111111111111',
  objectId: '22222222-2222-4222-8222-222222222222',
};
const DATABASE = 'https://ossrdbms-aad.database.windows.net';
const MODEL =
  '/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/bank/providers/Microsoft.MachineLearningServices/workspaces/bank/models/bank-marketing-dev';

describeWith([azurite, openssl, postgres], 'the bundled app of the pipeline', () => {
  const root = mkdtempSync(join(tmpdir(), 'mlops-pipeline-'));
  const closing: (() => unknown)[] = [() => rmSync(root, { recursive: true, force: true })];
  const instances: Instances = new Map();
  const started: unknown[] = [];
  const workspace = fakeWorkspace();
  const grid = fakeEventGrid();
  let storage: StorageEmulator;
  let database: PostgresServer;
  let services: AzureServices;
  let durableApi: ScriptedServer;
  let objects: ObjectStore;
  let app: RunningApp;

  beforeAll(async () => {
    database = await startPostgres();
    closing.push(() => database.stop());
    storage = await startAzurite();
    closing.push(() => storage.stop());
    await storage.createBucket('artifacts');
    await fillDatabase(database, IDENTITY.name, entraTokenOf(IDENTITY.objectId, DATABASE));
    services = await startAzureServices({
      identities: [IDENTITY],
      blobs: storage.endpoint,
      container: 'artifacts',
      fakes: [grid.fake, workspace.fake],
    });
    closing.push(() => services.close());
    durableApi = await startScriptedServer();
    closing.push(() => durableApi.stop());
    durableApi.answer((request) =>
      answerInstances(instances, request, (_, name, input) => started.push([name, input])),
    );
    objects = createObjectStore({
      clock: systemClock,
      token: { get: async () => storage.token, renew: async () => storage.token },
      container: `${storage.endpoint}/artifacts`,
    });

    const model = { ...(await localConfig()), environment: 'dev' };
    const folder = unpackApp(root, 'pipeline', model);
    const file = join(folder, 'config.json');
    const source = { engine: 'postgres', host: '127.0.0.1', port: database.port, name: 'postgres' };
    const ca = readFileSync(database.certificateFile, 'utf8');
    const config = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...config, database: { ...source, user: IDENTITY.name, ca } }));
    app = await startApp(
      folder,
      {
        ...services.environment,
        AZURE_CLIENT_ID: IDENTITY.clientId,
        WEBSITE_SITE_NAME: 'bank-marketing-dev-pipeline',
        WEBSITE_HOSTNAME: 'bank-marketing-dev-pipeline.azurewebsites.net',
        MLOPS_CONTAINER: services.container,
        MLOPS_EVENTS_ENDPOINT: `${services.url}/api/events`,
        MLOPS_ML_MODEL: MODEL,
        MLOPS_MEMORY_MB: '4096',
        MLOPS_SCHEDULE_NEW_DATA: '0 0 2 * * *',
      },
      undefined,
      process.execPath,
      { durableClient: { json: JSON.stringify(clientData(durableApi.endpoint)) } },
    );
    closing.push(() => app.stop());
  });

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  it('trains the model of every other target, byte for byte, by its orchestration', async () => {
    const at = new Date(historyEnd).toISOString();
    const { output, error, activities, lines } = await runTraining(app, {
      trigger: 'first',
      at,
      data: false,
    });
    expect(error).toBeUndefined();
    expect(activities.map(({ name }) => name)).toEqual(['lease', ...STEPS, 'lease']);
    expect(output).toMatchObject({ runId: expect.stringMatching(/^first-/), data: false });
    const { versions } = await readIndex({ objects });
    const model = await objects.get('models/1/model.ubj');
    const digest = createHash('sha256')
      .update(model?.bytes ?? '')
      .digest('hex');
    const summary = await shortRun(tempDir(), { months: 7 });
    expect(digest).toBe(summary.versions[0]?.modelSha256);
    process.stdout.write(`version 1 by Durable Functions and by the demonstration: ${digest}\n`);
    expect(workspace.versions.get('1')?.properties).toEqual({ mlops_digest: versions[0]?.digest });
    expect(grid.published.map(({ type }) => type)).toContain('version.registered');
    expect([...services.problems]).toEqual([]);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('fails a run for good with the code of its step, and returns the lease', async () => {
    await database.connect().then(async (owner) => {
      await owner.query(`alter role "${IDENTITY.name}" nologin`);
      await owner.end();
    });
    const start = { trigger: 'demand', at: new Date(historyEnd).toISOString(), data: true };
    const { error, activities, lines } = await runTraining(app, start);
    expect(JSON.parse(error ?? '')).toMatchObject({ code: expect.stringMatching(/^source\//) });
    expect(activities.map(({ name }) => name)).toEqual(['lease', 'export', 'lease']);
    expect(lines.filter(({ event }) => event === 'pipeline.failed')).toHaveLength(1);
    expect(activities.at(-1)?.input).toMatchObject({ action: 'end' });
  });

  it('starts an instance by a message and by its timer, once for each', async () => {
    const insertedAt = Date.now() - 90_000;
    const minute = `${new Date(insertedAt).toISOString().slice(0, 16)}:00.000Z`;
    const message = JSON.stringify({ trigger: 'demand' });
    for (const text of [message, Buffer.from(message).toString('base64')])
      expect(await app.deliver('events', text, insertedAt)).toMatchObject({ poisoned: false });
    expect(started.splice(0)).toEqual([['training', { trigger: 'demand', at: minute, data: false }]]);

    expect((await app.tick('new-data-timer')).failed).toBeUndefined();
    expect((await app.tick('new-data-timer')).failed).toBeUndefined();
    const ids = [...instances.keys()].filter((id) => id.startsWith('data-'));
    expect(started).toHaveLength(ids.length);
    expect(started[0]).toEqual(['training', { trigger: 'new-data', data: true, at: expect.any(String) }]);
    expect(app.functions.has('training-timer')).toBe(false);
  });

  it('keeps a message that it cannot read in the poison queue, and logs its loss without its content', async () => {
    const { tries, poisoned } = await app.deliver('events', JSON.stringify({ trigger: 'boredom 4711' }));
    expect([tries.length, poisoned]).toEqual([5, true]);
    const lines = tries.flatMap((one) => one.lines);
    expect(lines.filter((line) => line.includes('"message.lost"'))).toHaveLength(1);
    expect(lines.join()).not.toContain('4711');
  });
});
