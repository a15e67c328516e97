import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createObjectStore } from '../../../lambdas/adapters/azure/object-store.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { createOnce } from '../../../lambdas/stores/conditional-write.ts';
import { type Reply, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const ABSENT = { kind: 'absent' } as const;
const AT_7 = { kind: 'version', version: '"0x7"' } as const;
const BYTES = Buffer.from('x');
const MIB = 1 << 20;

const refusal = (status: number, code: string): Reply => ({
  status,
  headers: { 'x-ms-error-code': code },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>about s3cr3t</Message></Error>`,
});
const WRITTEN: Reply = { status: 201, headers: { etag: '"0x8"' } };

describe('failures of Blob Storage', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.stop());

  const token = { get: async () => 't', renew: async () => 't' };
  /** @param timeoutMs - Short only where the service is silent: a busy machine is slow. */
  const open = (clock = createVirtualClock(0), timeoutMs = 20_000) => ({
    clock,
    store: createObjectStore({ container: `${server.endpoint}/c`, clock, token, timeoutMs }),
  });

  it.each<readonly [string, Reply, object]>([
    ['403', refusal(403, 'AuthorizationPermissionMismatch'), { code: 'objects/forbidden', retryable: false }],
    ['429', { status: 429, headers: { 'retry-after': '2' } }, { code: 'objects/busy', retryable: true }],
    ['503 ServerBusy', refusal(503, 'ServerBusy'), { code: 'objects/busy', retryable: true }],
    ['400', refusal(400, 'InvalidHeaderValue'), { code: 'objects/refused', retryable: false }],
    ['409 of the container', refusal(409, 'ContainerBeingDeleted'), { code: 'objects/refused' }],
    ['412 of a lease', refusal(412, 'LeaseIdMissing'), { code: 'objects/refused', retryable: false }],
    ['404 of the container', refusal(404, 'ContainerNotFound'), { code: 'objects/not-found' }],
  ])('reports a conditional write that was refused as not done: %s', async (_, reply, failure) => {
    server.answer(reply);
    for (const condition of [ABSENT, AT_7]) {
      const error = await open()
        .store.tryPut('k', BYTES, condition)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject(failure);
      expect(String(error)).not.toContain('s3cr3t');
    }
    expect(server.requests).toHaveLength(2);
  });

  it.each<readonly [string, Reply]>([
    ['a lost answer', 'cut'],
    ['silence', 'silent'],
    ['500', refusal(500, 'InternalError')],
    ['500 that is a time-out', refusal(500, 'OperationTimedOut')],
    ['503 that is not throttling', { status: 503 }],
    ['an answer without a version', { status: 201 }],
  ])('reports a conditional write as unknown after one attempt and %s', async (_, reply) => {
    server.answer(reply);
    const { store } = open(createVirtualClock(0), reply === 'silent' ? 300 : undefined);
    expect((await store.tryPut('k', BYTES, ABSENT)).outcome).toBe('unknown');
    expect(server.requests).toHaveLength(1);
  });

  it.each<readonly [string, Reply, typeof ABSENT | typeof AT_7]>([
    ['409 BlobAlreadyExists', refusal(409, 'BlobAlreadyExists'), ABSENT],
    ['412 ConditionNotMet', refusal(412, 'ConditionNotMet'), AT_7],
    ['404 BlobNotFound', refusal(404, 'BlobNotFound'), AT_7],
  ])('reports %s as a conflict', async (_, reply, condition) => {
    server.answer(reply);
    expect(await open().store.tryPut('k', BYTES, condition)).toEqual({ outcome: 'conflict' });
  });

  it('sends its condition, the version of the API and the token', async () => {
    server.answer(WRITTEN);
    const { store } = open();
    expect(await store.tryPut('a/k', BYTES, ABSENT)).toEqual({ outcome: 'written', version: '"0x8"' });
    await store.tryPut('a/k', BYTES, AT_7);
    const [first, second] = server.requests;
    expect(first).toMatchObject({ method: 'PUT', url: '/c/a/k' });
    expect(first?.headers).toMatchObject({
      authorization: 'Bearer t',
      'if-none-match': '*',
      'x-ms-version': '2025-05-05',
      'x-ms-blob-type': 'BlockBlob',
    });
    expect(second?.headers['if-match']).toBe('"0x7"');
  });

  it('never reads 403 as absence, nor a missing container', async () => {
    const { store } = open();
    const operations = [() => store.get('k'), () => store.read('k'), () => store.delete('k')];
    server.answer(refusal(403, 'AuthorizationFailure'));
    for (const run of operations) await expect(run()).rejects.toMatchObject({ code: 'objects/forbidden' });
    server.answer(refusal(404, 'ContainerNotFound'));
    for (const run of operations) await expect(run()).rejects.toMatchObject({ code: 'objects/not-found' });
    server.answer(refusal(404, 'BlobNotFound'));
    for (const run of operations) expect(await run()).toBeUndefined();
  });

  it.each<readonly [string, Reply]>([
    ['the answer is lost', 'cut'],
    ['the answer is 500', refusal(500, 'InternalError')],
  ])('creates an object once where it is written and %s', async (_, reply) => {
    let stored: Buffer | undefined;
    server.answer(({ method, body }) => {
      if (method === 'GET')
        return stored === undefined
          ? refusal(404, 'BlobNotFound')
          : { status: 200, body: stored, headers: { etag: '"0x1"' } };
      if (stored !== undefined) return refusal(409, 'BlobAlreadyExists');
      stored = body;
      return reply;
    });
    const { clock, store } = open();
    expect((await createOnce({ objects: store, clock }, 'k', BYTES, 'op')).outcome).toBe('written');
  });

  it('stages blocks of one length under names of its own, and commits them in their order', async () => {
    server.answer(WRITTEN);
    const { store } = open();
    const content = () => Array.from({ length: 20 }, (_, index) => Buffer.alloc(MIB, index));
    await store.write('large', content());
    await store.write('large', content());
    const ids = server.requests.flatMap(({ url }) => {
      const id = new URL(url, server.endpoint).searchParams.get('blockid');
      return id === null ? [] : [id];
    });
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(6);
    expect(new Set(ids.map(({ length }) => length)).size).toBe(1);
    const commit = server.requests[3];
    expect(commit?.url).toBe('/c/large?comp=blocklist');
    const listed = [...String(commit?.body).matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(([, id]) => id);
    expect(listed).toEqual(ids.slice(0, 3));
  });

  it('sends a block again whose answer is lost, and commits under the condition', async () => {
    const content = Array.from({ length: 9 }, () => Buffer.alloc(MIB));
    server.answer('cut', WRITTEN, WRITTEN, refusal(409, 'BlobAlreadyExists'));
    expect(await open().store.create('large', content)).toBe(false);
    expect(server.requests).toHaveLength(4);
    expect(server.requests[3]?.headers['if-none-match']).toBe('*');
    expect(server.requests[0]?.headers['if-none-match']).toBeUndefined();
  });

  it('fails for a retry where somebody else committed the blob, and so discarded its blocks', async () => {
    server.answer(WRITTEN, WRITTEN, refusal(400, 'InvalidBlockList'));
    const content = Array.from({ length: 9 }, () => Buffer.alloc(MIB));
    const failure = { code: 'objects/busy', retryable: true };
    await expect(open().store.write('large', content)).rejects.toMatchObject(failure);
  });

  it('lists keys over pages, one of them empty, by markers that XML has escaped', async () => {
    const page = (names: readonly string[], marker: string): Reply => ({
      status: 200,
      body:
        `<?xml version="1.0"?><EnumerationResults><Prefix>k/</Prefix><Blobs>` +
        names.map((name) => `<Blob><Name>${name}</Name><Properties /></Blob>`).join('') +
        `</Blobs>${marker === '' ? '<NextMarker />' : `<NextMarker>${marker}</NextMarker>`}</EnumerationResults>`,
    });
    server.answer(page(['k/a', 'k/b'], '2!&lt;a&amp;b'), page([], 'm2'), page(['k/c'], ''));
    const listed: string[] = [];
    for await (const key of open().store.list('k/')) listed.push(key);
    expect(listed).toEqual(['k/a', 'k/b', 'k/c']);
    const markers = server.requests.map(({ url }) =>
      new URL(url, server.endpoint).searchParams.get('marker'),
    );
    expect(markers).toEqual([null, '2!<a&b', 'm2']);
  });

  describe('a file that lines were appended to', () => {
    const KEY = 'predictions/2026-03-01/09/i1-0.jsonl';
    /** @param onDelete - Answer to the deletion of the file. */
    const appended = (onDelete: Reply) => {
      const copies: Record<string, string> = {};
      server.answer(({ method, url, headers, body }) => {
        if (method === 'PUT' && url === `/c/${KEY}`) return refusal(409, 'InvalidBlobType');
        if (method === 'PUT') copies[url] = body.toString();
        if (method === 'PUT') return { status: 201, headers: { etag: '"0x9"' } };
        if (url !== `/c/${KEY}`) delete copies[url];
        if (url !== `/c/${KEY}`) return { status: 202 };
        expect(headers['if-match']).toBe('"0x7"');
        return onDelete;
      });
      return copies;
    };

    it('is replaced by a file beside it, and deleted if it has not changed', async () => {
      const copies = appended({ status: 202 });
      const written = await open().store.tryPut(KEY, BYTES, AT_7);
      expect(written).toEqual({ outcome: 'written', version: '"0x9"' });
      const [[copy, text] = []] = Object.entries(copies);
      expect(copy).toMatch(/^\/c\/predictions\/2026-03-01\/09\/i1-0-[0-9a-f-]{36}\.jsonl$/);
      expect(text).toBe('x');
    });

    it.each<readonly [string, Reply, object]>([
      ['changed meanwhile', refusal(412, 'ConditionNotMet'), { outcome: 'conflict' }],
      ['is gone', refusal(404, 'BlobNotFound'), { outcome: 'conflict' }],
    ])('is left alone where it %s, without a copy', async (_, reply, outcome) => {
      const copies = appended(reply);
      expect(await open().store.tryPut(KEY, BYTES, AT_7)).toEqual(outcome);
      expect(copies).toEqual({});
    });

    it.each<readonly [string, Reply]>([
      ['the answer is lost', 'cut'],
      ['the answer is 500', refusal(500, 'InternalError')],
    ])('is reported as unknown where %s, and its copy is kept', async (_, reply) => {
      const copies = appended(reply);
      expect(await open().store.tryPut(KEY, BYTES, AT_7)).toMatchObject({ outcome: 'unknown' });
      expect(Object.keys(copies)).toHaveLength(1);
    });

    it('is left alone by a caller that may not delete', async () => {
      const copies = appended(refusal(403, 'AuthorizationPermissionMismatch'));
      await expect(open().store.tryPut(KEY, BYTES, AT_7)).rejects.toMatchObject({
        code: 'objects/forbidden',
      });
      expect(copies).toEqual({});
    });
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

  it('refuses an object with a content encoding, which fetch would unpack', async () => {
    server.answer({
      status: 200,
      body: gzipSync('text'),
      headers: { 'content-encoding': 'gzip', etag: '"1"' },
    });
    const { store } = open();
    await expect(store.get('k')).rejects.toMatchObject({ code: 'objects/refused' });
    await expect(store.read('k')).rejects.toMatchObject({ code: 'objects/refused' });
  });
});
