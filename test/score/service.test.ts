import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../lambdas/core/http.ts';
import { type RunningServer, startServer } from '../../lambdas/local/http-server.ts';
import { runRelease } from '../../lambdas/release/release.ts';
import { createScorer } from '../../lambdas/score/scorer.ts';
import { createService, type Service } from '../../lambdas/score/service.ts';
import { CONFIG, createWorld, type TestWorld } from '../release/release-fixture.ts';

/** A world in which version 1 serves, and ports of a scoring service over it. */
async function serving() {
  const world = createWorld();
  await world.register();
  await runRelease(world.ports, CONFIG, { kind: 'approved', version: 1, changeExpected: false });
  return { world, ...portsOf(world) };
}

function portsOf({ ports }: TestWorld) {
  const appended: string[] = [];
  const flushed: number[] = [];
  let next = 0;
  const scoring = {
    ...ports,
    online: { put: async () => {}, get: async () => undefined, delete: async () => {} },
    metrics: { emit: () => {} },
    predictions: {
      nextId() {
        next += 1;
        return `record-${next}`;
      },
      append: async (records: readonly { readonly line: string }[]) =>
        void appended.push(...records.map(({ line }) => line)),
      flush: async () => void flushed.push(appended.length),
    },
  };
  return { scoring, appended, flushed };
}

const ROW = { age: 60, job: 'admin', noise: 3 };
const post = (body: unknown, change: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  path: '/score',
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
  receivedId: 'gateway-1',
  ...change,
});
const get = (path: string): HttpRequest => ({ ...post(''), method: 'GET', path, body: new Uint8Array() });

describe('the service behind a gateway', () => {
  it('writes every record before its response goes out', async () => {
    const { scoring, appended, flushed } = await serving();
    const service = await createService(scoring, CONFIG, async () => 'secret');
    expect((await service(post({ rows: [{ features: ROW }, { features: ROW }] }))).status).toBe(200);
    expect(appended).toHaveLength(2);
    expect(flushed.at(-1)).toBe(2);
  });

  it("takes the caller's id where it is fit for logs, else the gateway's", async () => {
    const { scoring } = await serving();
    const service = await createService(scoring, CONFIG, async () => 'secret');
    const idOf = async (id: string) => {
      const headers = { 'content-type': 'application/json', 'x-request-id': id };
      const answer = await service(post({ features: ROW }, { headers }));
      expect(answer.body).toContain(`"requestId":"${answer.headers['x-request-id']}"`);
      return answer.headers['x-request-id'];
    };
    expect(await idOf('order-17')).toBe('order-17');
    expect(await idOf('"};alert(1)')).toBe('gateway-1');
    expect(await idOf('x'.repeat(1_000))).toBe('gateway-1');
  });

  // RFC 9110, 9.3.2.
  it('answers HEAD as GET, without the body', async () => {
    const { scoring } = await serving();
    const service = await createService(scoring, CONFIG, async () => 'secret');
    const wanted = await service(get('/model'));
    const { status, headers, body } = await service({ ...get('/model'), method: 'HEAD' });
    const length = String(Buffer.byteLength(wanted.body));
    expect([status, body, headers]).toEqual([200, '', { ...wanted.headers, 'content-length': length }]);
    expect((await service({ ...get('/score'), method: 'HEAD' })).status).toBe(405);
  });

  // RFC 8259, 7: a quotation mark in a string is escaped; API Gateway's own ids hold = and -.
  it("accepts the gateway's id in the form of an id", async () => {
    const { scoring } = await serving();
    const service = await createService(scoring, CONFIG, async () => 'secret');
    const idOf = async (receivedId: string) =>
      JSON.parse((await service(post({}, { receivedId }))).body).requestId;
    expect(await idOf('JKJaXmPLvHcESHA=')).toBe('JKJaXmPLvHcESHA.');
    expect(await idOf('a","x":"')).toBe('a...x.:.');
    expect(await idOf('')).toBe('unknown');
    expect(await idOf('x'.repeat(200))).toBe('x'.repeat(128));
  });

  it('reads the secret once', async () => {
    const { scoring } = await serving();
    let read = 0;
    const service = await createService(scoring, CONFIG, async () => {
      read += 1;
      return `secret-${read}`;
    });
    for (let i = 0; i < 3; i += 1) await service(post({ features: ROW }));
    expect(read).toBe(1);
  });

  it('fails to start without its secret', async () => {
    const { scoring } = await serving();
    const made = createService(scoring, CONFIG, async () => Promise.reject(new Error('no secret')));
    await expect(made).rejects.toThrow('no secret');
  });
});

describe('the same request on different targets', () => {
  let service: Service;
  let server: RunningServer;
  beforeAll(async () => {
    const { scoring, world } = await serving();
    service = await createService(scoring, CONFIG, async () => 'secret');
    const ports = portsOf(world).scoring;
    server = await startServer({
      scorer: createScorer({ ports, config: CONFIG, secret: 'secret' }),
      config: CONFIG,
    });
  });
  afterAll(() => server.close());

  const bad = (change: Partial<HttpRequest>) => post({ features: ROW }, change);
  it.each<[string, HttpRequest]>([
    ['a row', post({ features: ROW })],
    [
      'many rows',
      post({
        rows: [
          { id: 'a', features: ROW },
          { id: 'b', features: { ...ROW, age: null } },
        ],
      }),
    ],
    ['no rows', post({ rows: [] })],
    ['an unknown key', post({ key: 'nobody' })],
    ['an unknown field', post({ features: ROW, extra: 1 })],
    ['no JSON', bad({ body: Buffer.from('{') })],
    ['no UTF-8', bad({ body: Buffer.from([0x22, 0xff, 0x22]) })],
    ['no body', bad({ body: new Uint8Array() })],
    ['another content type', bad({ headers: { 'content-type': 'text/plain' } })],
    [
      'a content encoding',
      bad({ headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } }),
    ],
    ['too much', bad({ body: Buffer.alloc(1024 * 1024 + 1, ' ') })],
    ['another method', get('/score')],
    ['a method that only WebDAV has', { ...get('/score'), method: 'PROPFIND' }],
    ['a POST to what is only read', bad({ path: '/model' })],
    ['an unknown path', bad({ path: '/score/' })],
    ['a path of the prototype', get('/__proto__')],
    ['/health', get('/health')],
    ['/ready', get('/ready')],
    ['/healthz', get('/healthz')],
    ['/readyz', get('/readyz')],
    ['/model', get('/model')],
    ['/openapi.json', get('/openapi.json')],
  ])('gets the same response behind a gateway and on one machine: %s', async (_, request) => {
    const headers = { ...request.headers, 'x-request-id': 'same' };
    const behind = await service({ ...request, headers });
    const { method, path, body } = request;
    const response = await fetch(server.url + path, {
      method,
      headers,
      ...(method === 'POST' && { body: Buffer.from(body) }),
    });
    const local = {
      status: response.status,
      headers: Object.fromEntries(
        Object.keys(behind.headers).map((name) => [name, response.headers.get(name)]),
      ),
      body: await response.text(),
    };
    expect(local).toEqual(behind);
  });
});
