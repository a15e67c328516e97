import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/azure/object-store.ts';
import { APPS, type AppName, type AppTrigger } from '../../lambdas/apps.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { ObjectStore } from '../../lambdas/ports/object-store.ts';
import type { CloudPorts } from '../../lambdas/runtime/host.ts';
import { readRelease } from '../../lambdas/stores/release.ts';
import { localConfig } from '../demo/short-run.ts';
import { azureProblems } from '../support/azure-api.ts';
import { CONTAINER_PATH, memoryBlobs } from '../support/azure-blobs.ts';
import {
  azureApiOf,
  fakeEventGrid,
  fakeIdentity,
  fakeVault,
  fakeWorkspace,
  startAzure,
} from '../support/azure-fakes.ts';
import { type RunningApp, startApp, triggerOf, unpackApp } from '../support/functions-host.ts';
import type { Sign } from '../support/functions-http.ts';
import type { RecordingServer } from '../support/recording-server.ts';
import { ADA, cloudEvent } from './azure-events.ts';
import { approvedEvent } from './events.ts';
import { trainApproved } from './trained.ts';

const shared = vi.hoisted((): { ports: CloudPorts | undefined } => ({ ports: undefined }));
vi.mock('../../lambdas/adapters/gcp/create-ports.ts', () => ({ createPorts: () => shared.ports }));

const MARKER = 'CANARY-PII-7';
/** An error of V8 quotes ten characters of a body. */
const QUOTED = 'CANARY';
const PROBE = '0a1b2c3d-0000-4000-8000-0000000090be';
const AUDIENCE = '0a1b2c3d-0000-4000-8000-00000000a0d1';
const NAMES = Object.keys(APPS) as AppName[]; // the keys of a constant
const BY_ADA = { authorization: `Bearer ${ADA}` };
const JSON_TYPE = { 'content-type': 'application/json' };

/** Tokens of people are their object ids; the probe's is that of its app's identity. */
const sign: Sign = ({ authorization = '' }) => {
  if (authorization === `Bearer token of ${AUDIENCE}`) return PROBE;
  return authorization === BY_ADA.authorization ? ADA : undefined;
};

const timersOf = (app: AppName): Readonly<Record<string, string>> =>
  Object.fromEntries(
    APPS[app].triggers.flatMap((one: AppTrigger) =>
      one.kind === 'timer' ? [[one.setting, '0 * * * * *']] : [],
    ),
  );

describe('an app under the Functions host', () => {
  const grid = fakeEventGrid();
  const workspace = fakeWorkspace();
  const storage = memoryBlobs();
  const running = new Map<AppName, RunningApp>();
  const root = mkdtempSync(join(tmpdir(), 'mlops-apps-'));
  let azure: RecordingServer;
  let config: ModelConfig;
  let objects: ObjectStore;
  let body: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    azure = await startAzure([
      fakeIdentity('s3cr3t'),
      grid.fake,
      fakeVault('secret'),
      workspace.fake,
      storage.fake,
    ]);
    const trained = await trainApproved(await localConfig(), (ports) => {
      shared.ports = ports;
    });
    ({ config } = trained);
    body = JSON.stringify({ rows: trained.rows.slice(0, 3) });
    const container = `${azure.url}${CONTAINER_PATH}`;
    objects = createObjectStore({ ...azure.service, container });
    for (const [key, bytes] of trained.objects) await objects.write(key, [bytes]);
    env = {
      IDENTITY_ENDPOINT: `${azure.url}/msi/token`,
      IDENTITY_HEADER: 's3cr3t',
      MLOPS_CONTAINER: container,
      MLOPS_EVENTS_ENDPOINT: `${azure.url}/api/events`,
      MLOPS_SECRET: `${azure.url}/secrets/pseudonyms`,
      MLOPS_ML_MODEL:
        '/subscriptions/0b1f/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w-1/models/bank',
      MLOPS_AZURE_ENDPOINT: azure.url,
      MLOPS_SCORING_AUDIENCE: AUDIENCE,
      MLOPS_MEMORY_MB: '100000',
      MLOPS_FUNCTION: 'batch-score',
      WEBSITE_SITE_NAME: 'bank-marketing-dev',
      WEBSITE_INSTANCE_ID: '4b1f0000000000000000000000000000',
    };
    for (const app of ['scoring', 'release', 'batch', 'probe', 'monitor', 'function', 'pipeline'] as const) {
      const scoring = running.get('scoring')?.url;
      const own = { ...env, ...timersOf(app), ...(scoring && { MLOPS_SCORING_URL: scoring }) };
      running.set(app, await startApp(unpackApp(root, app, config), own, sign));
    }
  });
  afterAll(async () => {
    for (const one of running.values()) await one.stop();
    await azure?.close();
    rmSync(root, { recursive: true, force: true });
  });

  const appOf = (name: AppName): RunningApp =>
    running.get(name) ?? expect.unreachable(`${name} does not run`);
  const post = (app: AppName, path: string, sent: string, headers: Record<string, string> = {}) =>
    fetch(`${appOf(app).url}${path}`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...BY_ADA, ...headers },
      body: sent,
    });

  it.each(NAMES)(
    'registers the triggers of %s in the table, and a timer only with its schedule',
    async (name) => {
      const factsOf = ({ functions }: RunningApp) =>
        [...functions.keys()].map((one) => {
          const { binding } = triggerOf(functions, one);
          return `${binding.type} ${one} ${binding.route ?? binding.queueName ?? binding.schedule ?? ''}`;
        });
      const wanted = (kept: (one: AppTrigger) => boolean) =>
        APPS[name].triggers.filter(kept).map((one: AppTrigger) => {
          if (one.kind === 'http') return `httpTrigger ${one.name} ${one.route}`;
          if (one.kind === 'timer') return `timerTrigger ${one.name} %${one.setting}%`;
          return `${one.kind}Trigger ${one.name} ${one.kind === 'queue' ? 'events' : ''}`;
        });
      const folder = unpackApp(root, name, config);
      const bare = await startApp(folder, env, sign);
      await bare.stop();
      expect(factsOf(bare).sort()).toEqual(wanted(({ kind }) => kind !== 'timer').sort());
      const whole = running.get(name) ?? (await startApp(folder, { ...env, ...timersOf(name) }, sign));
      if (!running.has(name)) await whole.stop();
      expect(factsOf(whole).sort()).toEqual(wanted(() => true).sort());
    },
  );

  it('releases a version once, although its approval is delivered twice', async () => {
    const event = JSON.stringify(cloudEvent(approvedEvent(1)));
    expect(await appOf('release').deliver('events', event)).toMatchObject({ poisoned: false, tries: [{}] });
    const { state } = await readRelease(objects);
    expect(state.champion?.version).toBe(1);
    const encoded = Buffer.from(event).toString('base64');
    expect(await appOf('release').deliver('events', encoded)).toMatchObject({ poisoned: false, tries: [{}] });
    expect((await readRelease(objects)).state).toEqual(state);
    const moved = grid.published.filter(({ type }) => type === 'release.moved');
    expect(moved.length).toBeGreaterThan(0);
    expect(new Set(moved.map(({ id }) => id)).size).toBe(1);
  });

  it('scores, and each record is in the container before the answer', async () => {
    const answer = await post('scoring', '/score', body);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ model: { version: 1 } });
    const files = [...storage.blobs].filter(([key]) => key.startsWith('predictions/'));
    expect(files.map(([key]) => key)).toEqual([
      expect.stringMatching(/^predictions\/\d{4}-\d{2}-\d{2}\/\d{2}\/4b1f000000000000-0\.jsonl$/),
    ]);
    expect(files[0]?.[1].bytes.toString().trim().split('\n')).toHaveLength(3);
    const ready = await fetch(`${appOf('scoring').url}/ready`, { headers: BY_ADA });
    expect(ready.status).toBe(200);
  });

  it('answers nobody, whether or not the platform lets a request pass', async () => {
    const forged = {
      'x-ms-client-principal-id': ADA,
      'x-ms-client-principal': Buffer.from('{"claims":[]}').toString('base64'),
    };
    expect((await post('scoring', '/score', body, { authorization: 'Bearer nobody' })).status).toBe(401);
    const folder = unpackApp(root, 'scoring', config);
    const open = await startApp(folder, env, () => 'open');
    const before = azure.requests.length;
    for (const headers of [{}, forged, BY_ADA]) {
      const answer = await fetch(`${open.url}/score`, {
        method: 'POST',
        headers: { ...JSON_TYPE, ...headers },
        body,
      });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'http/no-principal' });
    }
    await open.stop();
    expect(azure.requests.length).toBe(before);
  });

  it('answers a bad request itself, and no part of it is in a log', async () => {
    const bad: readonly (readonly [number, string, string, string, Record<string, string>])[] = [
      [400, 'http/not-json', '/score', `{"a":${MARKER}}`, {}],
      [400, 'http/not-json', '/score', `{"${MARKER}`, {}],
      [415, 'http/content-type', '/score', MARKER, { 'content-type': 'text/plain' }],
      [413, 'http/too-large', '/score', JSON.stringify(MARKER.repeat(200_000)), {}],
      [400, 'score/invalid-request', '/score', `{"${MARKER}":1}`, {}],
      [404, 'http/not-found', `/${MARKER}`, '{}', {}],
    ];
    for (const [status, code, path, sent, headers] of bad) {
      const answer = await post('scoring', path, sent, headers);
      expect([answer.status, await answer.json()], code).toMatchObject([status, { error: { code } }]);
    }
    for (const [status, code, , sent, headers] of bad.slice(0, 4)) {
      const answer = await post('release', '/rollback', sent, headers);
      expect([answer.status, await answer.json()], code).toMatchObject([status, { code }]);
    }
    for (const one of running.values()) expect(one.log()).not.toContain(QUOTED);
  });

  it.each([
    ['a text', MARKER],
    ['half a document', `{"${MARKER}`],
    ['base64 of a text', Buffer.from(MARKER).toString('base64')],
    ['a number', '7'],
    ['a list', `["${MARKER}"]`],
    ['an event of another kind', `{"kind":"${MARKER}"}`],
    ['a rollback, which a queue cannot prove', '{"kind":"rollback","id":"r1","by":"entra:boss"}'],
    ['a CloudEvent without data', JSON.stringify({ ...cloudEvent(approvedEvent(1)), data: null })],
    ['members of prototypes', '{"__proto__":{"type":"tick"},"constructor":1}'],
  ])('loses a message after five tries: %s', async (_, message) => {
    const { tries, poisoned } = await appOf('release').deliver('events', message);
    expect([tries.length, poisoned]).toEqual([5, true]);
    const events = tries.map(({ lines }) =>
      lines.map((line) => (JSON.parse(line) as { event: string }).event),
    );
    expect(events).toEqual([...Array(4).fill(['function.failed']), ['function.failed', 'message.lost']]);
    expect(appOf('release').log()).not.toContain(QUOTED);
  });

  it('runs a schedule once in a minute, although its timer fires twice', async () => {
    const batches = () => [...storage.blobs.keys()].filter((key) => key.startsWith('batch/'));
    expect(await appOf('batch').tick('batch-score')).not.toHaveProperty('failed');
    const written = batches();
    expect(written.length).toBeGreaterThan(0);
    // The same minute, as a message says it to the app of one function.
    const [, run = ''] = /batch-(\d{8}t\d{6})/.exec(written.join()) ?? [];
    const at = run.replace(/^(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})(\d{2})$/, '$1-$2-$3T$4:$5:$6Z');
    const { tries } = await appOf('function').deliver('events', JSON.stringify({ at }));
    expect(tries).toEqual([expect.not.objectContaining({ failed: expect.anything() })]);
    expect(batches()).toEqual(written);
  });

  it('answers a failing activity with its failure as data', async () => {
    const { result, failed, lines } = await appOf('pipeline').invoke('lease', { json: '{"action":"begin"}' });
    expect(failed).toBeUndefined();
    expect(JSON.parse(result?.json ?? '')).toMatchObject({
      failed: { code: 'event/malformed', retryable: false },
    });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'function.failed', function: 'lease', code: 'event/malformed' },
    ]);
  });

  it('probes the scoring API in the name of its own identity', async () => {
    expect(await appOf('probe').tick('probe')).not.toHaveProperty('failed');
    const moved = JSON.stringify(cloudEvent({ ...approvedEvent(1), type: 'release.moved' }));
    expect(await appOf('probe').deliver('events', moved)).toMatchObject({ poisoned: false });
    expect(grid.published.filter(({ type }) => type === 'probe.failed')).toEqual([]);
  });

  it('monitors in one invocation, and says when a run failed for good', async () => {
    const done = await appOf('monitor').tick('monitoring');
    expect(done).not.toHaveProperty('failed');
    azure.next.push(
      ...Array(60).fill({ status: 403, headers: { 'x-ms-error-code': 'AuthorizationFailure' }, body: '' }),
    );
    const failed = await appOf('monitor').tick('monitoring');
    azure.next.length = 0;
    const events = failed.lines.map((line) => JSON.parse(line) as { event: string; code: string });
    expect(events.slice(-2).map(({ event }) => event)).toEqual(['monitoring.failed', 'function.failed']);
    expect(new Set(events.slice(-2).map(({ code }) => code))).toEqual(new Set(['objects/forbidden']));
  });

  it('approves and rolls back in the name of the caller', async () => {
    const approval = await post('release', '/approve', '{"version":7}');
    expect([approval.status, await approval.json()]).toMatchObject([500, { code: 'registry/not-found' }]);
    const rollback = await post('release', '/rollback', '{"id":"r1","by":"entra:boss"}');
    expect(rollback.status).toBe(200);
    const history = JSON.stringify((await readRelease(objects)).state);
    expect(history).toContain(`by entra:${ADA}`);
    expect(history).not.toContain('boss');
    expect(await appOf('release').tick('tick')).not.toHaveProperty('failed');
  });

  it('sends requests that are as Microsoft describes them', () => {
    const described = azure.requests.filter(({ path }) => !path.startsWith('/msi/token'));
    expect(described.length).toBeGreaterThan(50);
    for (const sent of described) {
      const api = azureApiOf(sent) ?? expect.unreachable(`nothing describes ${sent.method} ${sent.path}`);
      expect(azureProblems(api, sent), `${sent.method} ${sent.path}`).toEqual([]);
    }
  });
});
