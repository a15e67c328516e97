import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createObjectStore } from '../../../lambdas/adapters/gcp/object-store.ts';
import { createTokens } from '../../../lambdas/adapters/gcp/token.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { createOnce, updateOnce } from '../../../lambdas/stores/conditional-write.ts';
import { rewriteObject } from '../../../lambdas/stores/rewrite-object.ts';
import {
  type ReceivedRequest,
  type Reply,
  type ScriptedServer,
  startScriptedServer,
} from '../../support/scripted-server.ts';

const ABSENT = { kind: 'absent' } as const;
const AT_7 = { kind: 'version', version: '7' } as const;
const BYTES = Buffer.from('x');
const MUTATION_RATE =
  'The object b/k exceeded the rate limit for object mutation operations (create, update, and delete). s3cr3t';

const refusal = (status: number, reason: string, message = 'said about s3cr3t'): Reply => ({
  status,
  body: JSON.stringify({ error: { code: status, message, errors: [{ domain: 'global', reason, message }] } }),
});

/** One object, its generations, one write a second, and answers that are lost on request. */
function oneObject(now: () => number, lose: (write: number) => Reply | undefined = () => undefined) {
  let content: Buffer | undefined;
  let generation = 0;
  let writes = 0;
  let throttled = 0;
  let writtenAt = Number.NEGATIVE_INFINITY;
  const handle = ({ method, url, body }: ReceivedRequest): Reply => {
    if (method === 'GET')
      return content === undefined
        ? { status: 404, body: 'No such object: b/k' }
        : { status: 200, body: content, headers: { 'x-goog-generation': String(generation) } };
    const expected = new URL(url, 'http://x').searchParams.get('ifGenerationMatch');
    if (expected !== null && Number(expected) !== (content === undefined ? 0 : generation))
      return refusal(412, 'conditionNotMet');
    if (now() - writtenAt < 1_000) {
      throttled += 1;
      return refusal(429, 'rateLimitExceeded', MUTATION_RATE);
    }
    writtenAt = now();
    content = body;
    generation += 1;
    return lose(++writes) ?? { status: 200, body: JSON.stringify({ generation: String(generation) }) };
  };
  return { handle, text: () => content?.toString(), writes: () => writes, throttled: () => throttled };
}

describe('failures of Cloud Storage', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.stop());

  const token = { get: async () => 't', renew: async () => 't' };
  /** @param timeoutMs - Short only where the service is silent: a busy machine is slow. */
  const open = (clock = createVirtualClock(0), timeoutMs = 20_000) => ({
    clock,
    store: createObjectStore({ bucket: 'b', clock, token, endpoint: server.endpoint, timeoutMs }),
  });

  it.each<readonly [string, Reply, object]>([
    ['403', refusal(403, 'forbidden'), { code: 'objects/forbidden', retryable: false }],
    ['429', refusal(429, 'rateLimitExceeded', MUTATION_RATE), { code: 'objects/busy', retryable: true }],
    ['403 above a rate', refusal(403, 'rateLimitExceeded'), { code: 'objects/busy', retryable: true }],
    ['400', refusal(400, 'invalid'), { code: 'objects/refused', retryable: false }],
    ['409', refusal(409, 'conflict'), { code: 'objects/refused', retryable: false }],
    ['401', refusal(401, 'authError'), { code: 'objects/credentials', retryable: false }],
    [
      '404 of the bucket',
      refusal(404, 'notFound', 'The specified bucket does not exist.'),
      { code: 'objects/not-found' },
    ],
  ])('reports a conditional write that was refused as not done: %s', async (_, reply, failure) => {
    server.answer(reply);
    for (const condition of [ABSENT, AT_7]) {
      const error = await open()
        .store.tryPut('k', BYTES, condition)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject(failure);
      expect(String(error)).not.toContain('s3cr3t');
    }
    // One attempt each; only a refused token has a second.
    expect(server.requests).toHaveLength(typeof reply !== 'string' && reply.status === 401 ? 4 : 2);
  });

  it.each<readonly [string, Reply]>([
    ['a lost answer', 'cut'],
    ['silence', 'silent'],
    ['500', refusal(500, 'backendError')],
    ['503', refusal(503, 'backendError')],
    ['408', { status: 408 }],
    ['an answer that breaks off', { status: 200, body: '{"generation":"1"}', cutAfter: 5 }],
    ['an answer that is not JSON', { status: 200, body: '<html>' }],
    ['an answer without a generation', { status: 200, body: '{}' }],
  ])('reports a conditional write as unknown after one attempt and %s', async (_, reply) => {
    server.answer(reply);
    const { store } = open(createVirtualClock(0), reply === 'silent' ? 300 : undefined);
    expect((await store.tryPut('k', BYTES, ABSENT)).outcome).toBe('unknown');
    expect(server.requests).toHaveLength(1);
  });

  it('reports 412 as a conflict, and 404 where an object was to be replaced', async () => {
    const { store } = open();
    server.answer(refusal(412, 'conditionNotMet'));
    expect(await store.tryPut('k', BYTES, ABSENT)).toEqual({ outcome: 'conflict' });
    expect(await store.tryPut('k', BYTES, AT_7)).toEqual({ outcome: 'conflict' });
    server.answer(refusal(404, 'notFound', 'No such object: b/k'));
    expect(await store.tryPut('k', BYTES, AT_7)).toEqual({ outcome: 'conflict' });
    await expect(store.tryPut('k', BYTES, ABSENT)).rejects.toMatchObject({ code: 'objects/not-found' });
  });

  it('keeps all digits of a generation', async () => {
    const { store } = open();
    server.answer({ status: 200, body: '{"generation":"9223372036854775807"}' });
    const written = await store.tryPut('k', BYTES, ABSENT);
    expect(written).toEqual({ outcome: 'written', version: '9223372036854775807' });
    await store.tryPut('k', BYTES, { kind: 'version', version: '9223372036854775807' });
    expect(server.requests[1]?.url).toContain('ifGenerationMatch=9223372036854775807');
  });

  it('never reads 403 as absence, nor a missing bucket', async () => {
    const { store } = open();
    const operations = [() => store.get('k'), () => store.read('k'), () => store.delete('k')];
    server.answer(refusal(403, 'forbidden'));
    for (const run of operations) await expect(run()).rejects.toMatchObject({ code: 'objects/forbidden' });
    server.answer(refusal(404, 'notFound', 'The specified bucket does not exist.'));
    for (const run of operations) await expect(run()).rejects.toMatchObject({ code: 'objects/not-found' });
    server.answer({ status: 404, body: 'No such object: b/k' });
    for (const run of operations) expect(await run()).toBeUndefined();
  });

  it('writes again after a 5xx, and reports its own object to a creator as one that may be its own', async () => {
    const object = oneObject(
      () => Number.POSITIVE_INFINITY,
      (write) => (write === 1 ? { status: 503 } : undefined),
    );
    server.answer(object.handle);
    const { store } = open();
    expect(await store.create('k', [BYTES])).toBe(false);
    expect([object.text(), object.writes()]).toEqual(['x', 1]);
  });

  it.each<readonly [string, Reply]>([
    ['the answer is lost', 'cut'],
    ['the answer is 503', { status: 503 }],
  ])('creates an object once where it is written and %s', async (_, reply) => {
    const { clock, store } = open();
    const object = oneObject(
      () => clock.now(),
      (write) => (write === 1 ? reply : undefined),
    );
    server.answer(object.handle);
    const done = await createOnce({ objects: store, clock }, 'k', BYTES, 'op');
    expect([done.outcome, object.writes()]).toEqual(['written', 1]);
  });

  it('applies a change once where every second answer is lost', async () => {
    const { clock, store } = open();
    const object = oneObject(
      () => clock.now(),
      (write) => (write % 2 === 1 ? 'cut' : undefined),
    );
    server.answer(object.handle);
    const codec = { encode: (n: number) => n, decode: (json: unknown) => json as number };
    for (const op of ['a', 'b', 'c'])
      await updateOnce<number>({ objects: store, clock }, 'k', op, (n = 0) => n + 1, codec);
    expect(JSON.parse(object.text() ?? '')).toMatchObject({ state: 3, seq: 3 });
  });

  it('rewrites one object twice within a second, by waiting as long as Cloud Storage asks', async () => {
    const { clock, store } = open();
    const object = oneObject(() => clock.now());
    server.answer(object.handle);
    await store.write('k', [Buffer.from('0')]);
    const add = (digit: string) => (old: Uint8Array) => Buffer.from(`${Buffer.from(old)}${digit}`);
    await Promise.all(['1', '2'].map((digit) => rewriteOnce(store, clock, add(digit), digit)));
    expect([...(object.text() ?? '')].sort().join('')).toBe('012');
    expect(object.throttled()).toBeGreaterThan(0);
    expect(clock.now()).toBeGreaterThanOrEqual(2_000);
  });

  const rewriteOnce = (
    objects: ReturnType<typeof open>['store'],
    clock: ReturnType<typeof open>['clock'],
    change: (old: Uint8Array) => Uint8Array,
    digit: string,
  ) =>
    rewriteObject({ objects, clock }, 'k', (old) =>
      Buffer.from(old).includes(digit) ? undefined : change(old),
    );

  it('writes an object again within a second by the retry of its client', async () => {
    const { clock, store } = open();
    const object = oneObject(() => clock.now());
    server.answer(object.handle);
    await store.write('k', [Buffer.from('1')]);
    await store.write('k', [Buffer.from('2')]);
    expect(object.text()).toBe('2');
  });

  it('takes a fresh token when the service does not accept the one that it has', async () => {
    const clock = createVirtualClock(0);
    let issued = 0;
    server.answer(({ url, headers }) => {
      if (url.startsWith('/computeMetadata'))
        return { status: 200, body: JSON.stringify({ access_token: `t${++issued}`, expires_in: 3_600 }) };
      return headers.authorization === 'Bearer t1'
        ? refusal(401, 'authError')
        : { status: 200, body: '{"generation":"1"}' };
    });
    const { access } = createTokens({ clock, endpoint: server.endpoint });
    const store = createObjectStore({ bucket: 'b', clock, token: access, endpoint: server.endpoint });
    expect((await store.tryPut('k', BYTES, ABSENT)).outcome).toBe('written');
    expect((await store.tryPut('k', BYTES, ABSENT)).outcome).toBe('written');
    expect(issued).toBe(2);
  });

  it('lists 5,300 keys over pages, one of them empty', async () => {
    const keys = Array.from({ length: 5_300 }, (_, index) => `k/${String(index).padStart(5, '0')}`);
    server.answer(({ url }) => {
      const page = Number(new URL(url, server.endpoint).searchParams.get('pageToken') ?? 0);
      if (page === 2) return { status: 200, body: '{"nextPageToken":"3"}' };
      const at = page > 2 ? page - 1 : page;
      const items = keys.slice(at * 1_000, (at + 1) * 1_000).map((name) => ({ name }));
      const next = (at + 1) * 1_000 < keys.length ? { nextPageToken: String(page + 1) } : {};
      return { status: 200, body: JSON.stringify({ items, ...next }) };
    });
    const listed: string[] = [];
    for await (const key of open().store.list('k/')) listed.push(key);
    expect(listed).toEqual(keys);
    const [first] = server.requests;
    expect(new URL(first?.url ?? '', server.endpoint).searchParams.get('fields')).toBe(
      'items(name),nextPageToken',
    );
  });

  it('stores compressed bytes as they are, without a content encoding', async () => {
    const object = oneObject(() => 0);
    server.answer(object.handle);
    const { store } = open();
    const packed = gzipSync('text');
    await store.write('k.gz', [packed]);
    expect(Buffer.from((await store.get('k.gz'))?.bytes ?? []).equals(packed)).toBe(true);
    const [write, read] = server.requests;
    expect(write?.headers['content-encoding']).toBeUndefined();
    expect(read?.headers['accept-encoding']).toBe('identity');
  });

  it('closes its source where the service refuses the upload', async () => {
    server.answer(refusal(403, 'forbidden'));
    let closed = false;
    async function* chunks() {
      try {
        for (;;) yield Buffer.alloc(1 << 20);
      } finally {
        closed = true;
      }
    }
    const failure = { code: 'objects/forbidden' };
    await expect(open().store.write('k', chunks())).rejects.toMatchObject(failure);
    expect(closed).toBe(true);
  });

  it.each([
    ['that fetch would unpack', { 'content-encoding': 'gzip' }],
    ['that Cloud Storage unpacked', { 'x-goog-stored-content-encoding': 'gzip' }],
  ])('refuses an object with a content encoding %s', async (_, headers) => {
    const { store } = open();
    const body = 'content-encoding' in headers ? gzipSync('text') : 'text';
    server.answer({ status: 200, body, headers: { ...headers, 'x-goog-generation': '1' } });
    const failure = { code: 'objects/refused', retryable: false };
    await expect(store.get('k')).rejects.toMatchObject(failure);
    await expect(store.read('k')).rejects.toMatchObject(failure);
  });

  it('reads an object again when the answer breaks off, but no stream', async () => {
    const { store } = open();
    const whole = { status: 200, body: 'whole', headers: { 'x-goog-generation': '1' } };
    server.answer({ ...whole, cutAfter: 2 }, whole);
    expect(Buffer.from((await store.get('k'))?.bytes ?? []).toString()).toBe('whole');
    server.answer({ ...whole, cutAfter: 2 });
    const chunks = await store.read('k');
    const read = async () => {
      for await (const _ of chunks ?? []);
    };
    await expect(read()).rejects.toMatchObject({ code: 'objects/unavailable', retryable: true });
  });
});
