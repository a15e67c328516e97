import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/gcp/object-store.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { FunctionName } from '../../lambdas/functions.ts';
import type { CloudPorts } from '../../lambdas/runtime/host.ts';
import { readRelease } from '../../lambdas/stores/release.ts';
import { localConfig } from '../demo/short-run.ts';
import {
  builtFramework,
  framework,
  type RunningFunction,
  startFunction,
  unpackFunction,
} from '../support/functions-framework.ts';
import { googleApis, googleProblems } from '../support/google-api.ts';
import { fakeMetadata, fakePubsub, fakeSecret } from '../support/google-fakes.ts';
import { apiOf, type GoogleServer, startGoogle } from '../support/google-server.ts';
import { fakeStorage } from '../support/google-storage.ts';
import { describeWith, type Program } from '../support/tools.ts';
import { approvedEvent } from './events.ts';
import { type GcpRequest, identityOf, posted, pushedEvent } from './gcp-events.ts';
import { type Trained, trainApproved } from './trained.ts';

const shared = vi.hoisted((): { ports: CloudPorts | undefined } => ({ ports: undefined }));
vi.mock('../../lambdas/adapters/gcp/create-ports.ts', () => ({ createPorts: () => shared.ports }));

let training: Promise<Trained> | undefined;
/** The same model under each framework. */
async function trainOnce(): Promise<Trained> {
  training ??= trainApproved(await localConfig(), (ports) => {
    shared.ports = ports;
  });
  return training;
}

const MARKER = 'CANARY-PII-7';
/** An error of V8 quotes ten characters of a body. */
const QUOTED = 'CANARY';
const JSON_TYPE = { 'content-type': 'application/json' };
const FRAMEWORKS: readonly (readonly [string, Program])[] = [
  ['5.0.5, which package.json names', framework],
  ['3.5.1, which the build installs', builtFramework],
];

for (const [version, program] of FRAMEWORKS)
  describeWith([program, googleApis], `a function under the framework ${version}`, () => {
    const pubsub = fakePubsub();
    const storage = fakeStorage();
    const running = new Map<FunctionName, RunningFunction>();
    const root = mkdtempSync(join(tmpdir(), 'mlops-framework-'));
    let google: GoogleServer;
    let config: ModelConfig;
    let body: string;
    let env: Readonly<Record<string, string>>;

    beforeAll(async () => {
      google = await startGoogle([fakeMetadata(), pubsub.fake, fakeSecret('secret'), storage.fake]);
      const trained = await trainOnce();
      ({ config } = trained);
      body = JSON.stringify({ rows: trained.rows.slice(0, 3) });
      const objects = createObjectStore({ ...google.service, bucket: 'b' });
      for (const [key, bytes] of trained.objects) await objects.write(key, [bytes]);
      const host = new URL(google.url).host;
      env = {
        K_SERVICE: 'bank-marketing-dev',
        GCE_METADATA_HOST: host,
        MLOPS_GOOGLE_ENDPOINT: google.url,
        MLOPS_BUCKET: 'b',
        MLOPS_EVENTS_TOPIC: 'projects/p/topics/bank-events',
        MLOPS_PREDICTIONS_TOPIC: 'projects/p/topics/bank-predictions',
        MLOPS_SECRET: 'projects/p/secrets/bank',
        MLOPS_MEMORY_MB: '100000',
        LOG_EXECUTION_ID: 'true', // as on Cloud Run
      };
      for (const name of ['release', 'score', 'batch-score', 'approve'] as const)
        running.set(name, await startFunction(program, unpackFunction(root, name, config), env));
    });
    afterAll(async () => {
      for (const one of running.values()) await one.stop();
      await google?.close();
      rmSync(root, { recursive: true, force: true });
    });

    const runningOf = (name: FunctionName): RunningFunction => {
      const found = running.get(name);
      if (found === undefined) throw new Error(`${name} does not run`);
      return found;
    };
    const send = async (name: FunctionName, { path, ...init }: GcpRequest) => {
      const answer = await fetch(`${runningOf(name).url}${path}`, init);
      return { status: answer.status, body: (await answer.json()) as unknown };
    };
    const scoring = (change: Partial<GcpRequest> = {}): GcpRequest => ({
      method: 'POST',
      path: '/score',
      headers: JSON_TYPE,
      body,
      ...change,
    });

    it('releases a version once, although Pub/Sub delivers its approval twice', async () => {
      const event = pushedEvent(approvedEvent(1));
      expect(await send('release', event)).toMatchObject({ status: 200, body: { kind: 'moved' } });
      const objects = createObjectStore({ ...google.service, bucket: 'b' });
      const { state } = await readRelease(objects);
      expect(state.champion?.version).toBe(1);
      expect(await send('release', event)).toMatchObject({ status: 200, body: { kind: 'ignored' } });
      expect((await readRelease(objects)).state).toEqual(state);
      const moved = pubsub.published.filter(({ attributes }) => attributes.type === 'release.moved');
      expect(new Set(moved.map(({ attributes }) => attributes.id)).size).toBe(1);
    });

    it('scores, and each record is on the topic before the answer', async () => {
      pubsub.published.length = 0;
      const answer = await send('score', scoring());
      expect(answer).toMatchObject({ status: 200, body: { model: { version: 1 } } });
      expect(pubsub.published).toHaveLength(3);
      expect(await send('score', { method: 'GET', path: '/ready', headers: {} })).toMatchObject({
        status: 200,
      });
    });

    it('answers a bad request itself, and no part of it is in a log', async () => {
      const bad: readonly (readonly [Partial<GcpRequest>, number, string])[] = [
        [{ body: `{"a":${MARKER}}` }, 400, 'http/not-json'],
        [{ body: `{"${MARKER}` }, 400, 'http/not-json'],
        [{ body: MARKER, headers: { 'content-type': 'text/plain' } }, 415, 'http/content-type'],
        [
          { body: `a=${MARKER}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
          415,
          'http/content-type',
        ],
        [{ body: JSON.stringify(MARKER.repeat(200_000)) }, 413, 'http/too-large'],
        [{ body: `{"${MARKER}":1}` }, 400, 'score/invalid-request'],
        [{ path: `/${MARKER}` }, 404, 'http/not-found'],
        [{ path: '/favicon.ico', method: 'GET', body: undefined as never }, 404, 'http/not-found'],
      ];
      for (const [change, status, code] of bad) {
        const answer = await send('score', scoring(change));
        expect(answer, code).toMatchObject({ status, body: { error: { code } } });
      }
      for (const [change, status, code] of bad.slice(0, 5))
        expect(await send('release', { ...scoring(change), path: '/' })).toMatchObject({
          status,
          body: { code },
        });
      for (const one of running.values()) expect(one.log()).not.toContain(QUOTED);
    });

    it('logs the body and answers with HTML where the framework itself answers', async () => {
      const { K_SERVICE: _, ...own } = env;
      const left = await startFunction(program, unpackFunction(root, 'score', config), own);
      const answer = await fetch(`${left.url}/score`, {
        method: 'POST',
        headers: JSON_TYPE,
        body: `{"a":${MARKER}}`,
      });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
      await left.stop();
      expect(left.log()).toContain(QUOTED);
    });

    it('keeps a connection for longer than the front end does', async () => {
      const { headers } = await fetch(`${runningOf('score').url}/health`);
      expect(headers.get('keep-alive')).toBe('timeout=620'); // the front end's 600 s
    });

    it.each(['event', 'cloudevent'])('answers alike under the signature type %s', async (type) => {
      const own = { ...env, FUNCTION_SIGNATURE_TYPE: type };
      const other = await startFunction(program, unpackFunction(root, 'score', config), own);
      const answer = await fetch(`${other.url}/score`, { method: 'POST', headers: JSON_TYPE, body });
      await other.stop();
      expect(answer.status).toBe(200);
      const malformed = await send('score', scoring({ body: '{' }));
      expect(malformed.status).toBe(400);
    });

    it('runs a schedule once in a minute, although it is delivered twice', async () => {
      const planned = { 'x-cloudscheduler-scheduletime': new Date(Date.now() - 60_000).toISOString() };
      const first = await send('batch-score', posted({}, planned));
      expect(first).toMatchObject({ status: 200, body: { version: 1 } });
      const batches = () => [...storage.objects.keys()].filter((key) => key.startsWith('batch/'));
      const written = batches();
      expect(await send('batch-score', posted({}, planned))).toEqual(first);
      expect(batches()).toEqual(written);
    });

    it('approves in the name of the caller, and refuses a call that proves none', async () => {
      expect(await send('approve', posted({ version: 7 }))).toMatchObject({
        status: 400,
        body: { code: 'event/no-caller' },
      });
      expect(await send('approve', posted({ version: 7 }, identityOf('ada@example.com')))).toMatchObject({
        status: 500,
        body: { code: 'registry/not-found' },
      });
    });

    it('answers what is under way when it is told to end', async () => {
      const leaving = await startFunction(program, unpackFunction(root, 'score', config), env);
      const answered = new Promise<number | undefined>((resolve, reject) => {
        const sending = request(`${leaving.url}/score`, { method: 'POST', headers: JSON_TYPE }, (answer) => {
          answer.resume().once('end', () => resolve(answer.statusCode));
        });
        sending.once('error', reject);
        sending.write(body.slice(0, 10));
        setTimeout(() => leaving.child.kill('SIGTERM'), 200);
        setTimeout(() => sending.end(body.slice(10)), 600);
      });
      const [status, code] = await Promise.all([answered, leaving.ended]);
      expect([status, code]).toEqual([200, 0]);
    });

    it('ends by a failure that nobody catches, without its message in the log', async () => {
      const folder = mkdtempSync(join(root, 'crash-'));
      const source = `import { takeServer } from '${join(import.meta.dirname, '../../lambdas/runtime/gcp-server.ts')}';
        takeServer(async () => { setImmediate(() => { throw new Error('${MARKER}'); }); await new Promise(() => {}); });
        export const handler = () => {};`;
      const { outputFiles } = buildSync({
        stdin: { contents: source, resolveDir: folder },
        bundle: true,
        format: 'esm',
        platform: 'node',
        write: false,
      });
      writeFileSync(join(folder, 'crash.mjs'), outputFiles[0]?.contents ?? '');
      writeFileSync(join(folder, 'package.json'), '{"type":"module","main":"crash.mjs"}');
      const crashing = await startFunction(program, folder, env);
      await fetch(crashing.url, { method: 'POST' }).catch(() => undefined);
      expect(await crashing.ended).toBe(1);
      expect(crashing.log()).toContain('"event":"function.crashed","code":"function/unexpected"');
      expect(crashing.log()).not.toContain(QUOTED);
    });

    it('sends requests that are as Google describes them', () => {
      const described = google.requests.filter(({ path }) => !path.startsWith('/computeMetadata/'));
      expect(described.length).toBeGreaterThan(50);
      for (const sent of described) {
        const api = apiOf(sent);
        if (api === undefined) throw new Error(`no document describes ${sent.method} ${sent.path}`);
        expect(googleProblems(api, sent)).toEqual([]);
      }
    });
  });
