import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { createRestClient, type RestOptions } from '../../../lambdas/adapters/shared/rest.ts';
import { RuntimeFailure } from '../../../lambdas/core/errors.ts';
import { type Reply, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const SECRET = 's3cr3t-value';
const json = (status: number, body: unknown): Reply => ({ status, body: JSON.stringify(body) });
/** An error as Google's JSON services send it. */
const refusal = (status: number, reason: string): Reply =>
  json(status, { error: { code: status, message: `about ${SECRET}`, errors: [{ reason }] } });

describe('a REST client', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.stop());

  const open = (options: Partial<RestOptions> = {}) => {
    const clock = createVirtualClock(Date.UTC(2026, 0, 1));
    const client = createRestClient({ area: 'objects', clock, jitter: () => 1, ...options });
    return { client, waited: () => clock.steady() };
  };
  const get = { method: 'GET', what: 'reading a.json' } as const;
  const url = (path = '/a') => `${server.endpoint}${path}`;
  const failureOf = (promise: Promise<unknown>): Promise<RuntimeFailure> =>
    promise.then(
      () => expect.unreachable('it succeeded'),
      (error: unknown) => error as RuntimeFailure, // the assertions below read its code
    );

  it('sends method, headers and body, and returns status, headers and JSON', async () => {
    server.answer({ status: 201, headers: { 'x-version': '7' }, body: '{"a":1}' });
    const answer = await open().client.send({
      method: 'POST',
      url: url('/b?c=d'),
      headers: { 'content-type': 'text/plain' },
      body: 'hello',
      what: 'writing',
    });
    expect([answer.status, answer.headers.get('x-version'), answer.json()]).toEqual([201, '7', { a: 1 }]);
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/b?c=d' });
    expect(request?.headers['content-type']).toBe('text/plain');
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.body.toString()).toBe('hello');
  });

  it('sends a stream as it comes, and reads an answer as a stream', async () => {
    const part = Buffer.alloc(300_000, 'x');
    server.answer({ status: 200, body: Buffer.concat([part, part]) });
    async function* body() {
      yield part;
      yield part;
    }
    const answer = await open().client.open({ method: 'PUT', url: url(), body, what: 'writing' });
    let bytes = 0;
    for await (const chunk of answer.chunks) bytes += chunk.byteLength;
    expect(bytes).toBe(600_000);
    expect(server.requests[0]?.body.byteLength).toBe(600_000);
  });

  it('throws the error of a stream to be sent unchanged, after one attempt', async () => {
    server.answer({ status: 200 });
    const broken = new Error('the source broke');
    let made = 0;
    async function* body() {
      made++;
      yield Buffer.from('half');
      throw broken;
    }
    const error = await failureOf(open().client.send({ method: 'PUT', url: url(), body, what: 'writing' }));
    expect(error).toBe(broken);
    expect(made).toBe(1);
  });

  it.each<readonly [status: number, code: string, retryable: boolean, attempts: number]>([
    [400, 'objects/refused', false, 1],
    [401, 'objects/credentials', false, 1],
    [403, 'objects/forbidden', false, 1],
    [404, 'objects/not-found', false, 1],
    [409, 'objects/refused', false, 1],
    [412, 'objects/refused', false, 1],
    [308, 'objects/refused', false, 1],
    [408, 'objects/unavailable', true, 4],
    [429, 'objects/busy', true, 4],
    [500, 'objects/unavailable', true, 4],
    [503, 'objects/unavailable', true, 4],
  ])(
    'reports status %d as %s (retryable %s) after %d attempts',
    async (status, code, retryable, attempts) => {
      server.answer(refusal(status, 'someReason'));
      const { client, waited } = open();
      const failure = await failureOf(client.send({ ...get, url: url() }));
      expect(failure).toMatchObject({ code, retryable });
      expect(failure.message).toMatch(/^reading a\.json: .*\(someReason\)$/);
      expect(server.requests).toHaveLength(attempts);
      expect(waited()).toBe(attempts === 4 ? 500 + 1_000 + 2_000 : 0);
    },
  );

  it('leaves an accepted status to its caller', async () => {
    server.answer(refusal(404, 'notFound'));
    const { client } = open();
    expect((await client.send({ ...get, url: url(), accept: [404] })).status).toBe(404);
    expect((await client.open({ ...get, url: url(), accept: [404] })).status).toBe(404);
  });

  it.each<readonly [string, Reply, string]>([
    ['a connection that is cut', 'cut', 'objects/unavailable'],
    ['a service that is silent', 'silent', 'objects/unavailable'],
    ['an answer that breaks off', { status: 200, body: 'whole', cutAfter: 2 }, 'objects/unavailable'],
    ['an answer that is silent', { status: 200, headers: { 'content-length': '9' } }, 'objects/unavailable'],
  ])('asks again after %s, and fails when it stays so', async (_, reply, code) => {
    const { client } = open({ timeoutMs: 400 });
    server.answer(reply, reply, { status: 200, body: 'whole' });
    expect(Buffer.from((await client.send({ ...get, url: url() })).bytes).toString()).toBe('whole');
    expect(server.requests).toHaveLength(3);
    server.answer(reply);
    expect(await failureOf(client.send({ ...get, url: url() }))).toMatchObject({ code, retryable: true });
    expect(server.requests).toHaveLength(4);
  });

  it('makes exactly one attempt where the caller asks for one', async () => {
    const { client, waited } = open();
    for (const reply of ['cut', refusal(503, 'backendError'), refusal(429, 'rateLimitExceeded')] as const) {
      server.answer(reply);
      await failureOf(client.send({ method: 'PUT', url: url(), body: 'x', what: 'writing', once: true }));
      expect(server.requests).toHaveLength(1);
    }
    expect(waited()).toBe(0);
  });

  it('waits for the first half of each delay at least, which is longer than the second of one object', async () => {
    server.answer({ status: 503 });
    const { client, waited } = open({ jitter: () => 0 });
    await failureOf(client.send({ ...get, url: url() }));
    expect(waited()).toBe(1_750);
  });

  it.each([
    ['seconds', '7', 7_000],
    ['a date', 'Thu, 01 Jan 2026 00:00:09 GMT', 9_000],
    ['less than the backoff', '0', 500],
    ['nothing that can be read', 'soon', 500],
  ])('waits as long as Retry-After asks: %s', async (_, value, ms) => {
    server.answer({ status: 429, headers: { 'retry-after': value } }, { status: 200 });
    const { client, waited } = open();
    await client.send({ ...get, url: url() });
    expect(waited()).toBe(ms);
  });

  it('gives up at once when Retry-After asks for more than half a minute', async () => {
    server.answer({ status: 503, headers: { 'retry-after': '31' } });
    const { client } = open();
    expect(await failureOf(client.send({ ...get, url: url() }))).toMatchObject({ retryable: true });
    expect(server.requests).toHaveLength(1);
  });

  it("reads a rate above the caller's quota as throttling where the service answers 403", async () => {
    server.answer(refusal(403, 'rateLimitExceeded'), { status: 200 });
    await open().client.send({ ...get, url: url() });
    expect(server.requests).toHaveLength(2);
  });

  it('renews a refused token once, also where one attempt is allowed', async () => {
    const asked: string[] = [];
    const token = {
      get: async () => 'old',
      async renew(refused: string) {
        asked.push(refused);
        return 'new';
      },
    };
    server.answer(({ headers }) => ({ status: headers.authorization === 'Bearer new' ? 200 : 401 }));
    const { client, waited } = open({ token });
    await client.send({ ...get, url: url(), once: true });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
    server.answer({ status: 401 });
    expect(await failureOf(client.send({ ...get, url: url() }))).toMatchObject({
      code: 'objects/credentials',
    });
    expect(server.requests).toHaveLength(2);
    expect([asked, waited()]).toEqual([['old', 'old'], 0]);
  });

  it('passes the failure of a token on, and sends nothing', async () => {
    server.answer({ status: 200 });
    const failed = new RuntimeFailure('token/unavailable', 'no token', { retryable: true });
    const token = { get: () => Promise.reject(failed), renew: () => Promise.reject(failed) };
    expect(await failureOf(open({ token }).client.send({ ...get, url: url() }))).toBe(failed);
    expect(server.requests).toEqual([]);
  });

  it('puts no word of a body and no token into a message', async () => {
    const token = { get: async () => SECRET, renew: async () => SECRET };
    const bodies = [
      `<html>${SECRET}</html>`,
      `{"error":{"status":"${SECRET}"}}`,
      SECRET,
      '{"error":7}',
      'null',
    ];
    for (const body of bodies)
      for (const status of [200, 400, 401, 403, 500]) {
        server.answer({ status, body });
        const call = open({ token }).client.send({ ...get, url: url() });
        const failure = await failureOf(status === 200 ? call.then((answer) => answer.json()) : call).catch(
          () => undefined, // two of the bodies are JSON
        );
        expect(String(failure)).not.toContain(SECRET);
      }
  });

  it('frees the connection of an answer that its caller leaves', async () => {
    server.answer({ status: 200, body: Buffer.alloc(4 << 20) });
    const answer = await open().client.open({ ...get, url: url() });
    for await (const _ of answer.chunks) break;
    server.answer({ status: 200, body: 'next' });
    expect((await open().client.send({ ...get, url: url() })).status).toBe(200);
  });

  it('gives a body the time that it needs at 1 Mbit/s, beside the time-out', async () => {
    server.answer({ status: 200, afterMs: 600 });
    const { client } = open({ timeoutMs: 300 });
    const request = { method: 'PUT', url: url(), what: 'writing', once: true } as const;
    for (const body of [Buffer.alloc(256 << 10), 'x'.repeat(256 << 10)])
      expect((await client.send({ ...request, body })).status).toBe(200);
    expect(await failureOf(client.send({ ...request, body: 'x' }))).toMatchObject({ retryable: true });
  });

  it('counts no time in which its caller reads nothing', async () => {
    server.answer({ status: 200, body: Buffer.alloc(4 << 20) });
    const answer = await open({ timeoutMs: 400 }).client.open({ ...get, url: url() });
    let bytes = 0;
    for await (const chunk of answer.chunks) {
      if (bytes === 0) await new Promise((late) => setTimeout(late, 800));
      bytes += chunk.byteLength;
    }
    expect(bytes).toBe(4 << 20);
  });

  it('follows no redirect, which would carry the token away', async () => {
    const token = { get: async () => 't', renew: async () => 't' };
    server.answer({ status: 302, headers: { location: url('/elsewhere') } });
    await failureOf(open({ token }).client.send({ ...get, url: url() }));
    expect(server.requests).toHaveLength(1);
  });
});
