import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createObjectStore } from '../../../lambdas/adapters/gcp/object-store.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { PART_BYTES } from '../../../lambdas/adapters/shared/parts.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';
import { type SessionFault, type UploadService, uploadService } from './upload-session.ts';

const MIB = 1 << 20;
/** 20 MiB of bytes that differ, so that two parts cannot change places. */
const CONTENT = Buffer.concat(Array.from({ length: 20 }, (_, index) => Buffer.alloc(MIB, index + 1)));
const QUARTER = PART_BYTES / 4;
const parts = ['0-8388607/*', '8388608-16777215/*', '16777216-20971519/20971520'] as const;

describe('an upload of several parts to Cloud Storage', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.stop());

  function open(...faults: readonly (SessionFault | undefined)[]) {
    const service = uploadService(() => server.endpoint, faults);
    return { ...opened(service), service };
  }
  function opened(service: UploadService) {
    server.answer((request) => service.handle(request));
    const clock = createVirtualClock(0);
    const token = { get: async () => 't', renew: async () => 't' };
    return {
      clock,
      store: createObjectStore({ bucket: 'b', clock, token, endpoint: server.endpoint, timeoutMs: 20_000 }),
    };
  }
  const source = () => [CONTENT.subarray(0, 1), CONTENT.subarray(1, 13 * MIB), CONTENT.subarray(13 * MIB)];

  it('sends parts of 8 MiB, the last one with the size of the whole', async () => {
    const { store, service } = open();
    await store.write('large', source());
    expect(service.log).toEqual(parts);
    expect(service.object()?.equals(CONTENT)).toBe(true);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/upload/storage/v1/b/b/o?uploadType=resumable&name=large',
    });
  });

  it.each<readonly [string, readonly (SessionFault | undefined)[], readonly string[]]>([
    ['nothing of a part was stored', [{ stored: 0, reply: 'cut' }], ['*/*', parts[0], parts[1], parts[2]]],
    [
      'a quarter of a part was stored',
      [undefined, { stored: QUARTER, reply: 'cut' }],
      [parts[1], '*/*', '10485760-16777215/*', parts[2]],
    ],
    ['the answer to a stored part was lost', [undefined, { reply: 'cut' }], [parts[1], '*/*', parts[2]]],
    ['a part was stored and answered by 503', [{ reply: { status: 503 } }], ['*/*', parts[1], parts[2]]],
    [
      'the answer to the last part was lost',
      [undefined, undefined, { reply: 'cut' }],
      [parts[2], '*/20971520'],
    ],
    [
      'a quarter of the last part was stored',
      [undefined, undefined, { stored: QUARTER, reply: { status: 500 } }],
      [parts[2], '*/20971520', '18874368-20971519/20971520'],
    ],
    [
      'the service reports less than it was sent',
      [{ stored: QUARTER }],
      ['2097152-8388607/*', parts[1], parts[2]],
    ],
    [
      'the service reports nothing, by no Range',
      [{ stored: 0 }, { stored: 0 }],
      [parts[0], parts[0], parts[1], parts[2]],
    ],
    [
      'the question is lost as well',
      [{ reply: 'cut' }, { reply: 'cut' }, { reply: { status: 503 } }],
      ['*/*', '*/*', '*/*', parts[1], parts[2]],
    ],
    [
      'the service is throttled',
      [{ stored: 0, reply: { status: 429, headers: { 'retry-after': '1' } } }],
      ['*/*', parts[0], parts[1], parts[2]],
    ],
  ])('stores every byte once where %s', async (_, faults, then) => {
    const { store, service } = open(...faults);
    await store.write('large', source());
    expect(service.object()?.equals(CONTENT)).toBe(true);
    expect(service.log.slice(-then.length)).toEqual(then);
    expect(service.log).not.toContain('cancelled');
  });

  it('sends a part again whose connection was cut in the middle', async () => {
    const { store, service } = open();
    server.cut('PUT', MIB);
    await store.write('large', source());
    expect(service.log).toEqual(['*/*', ...parts]);
    expect(service.object()?.equals(CONTENT)).toBe(true);
  });

  it('reports a created object where only the answer to its last part was lost', async () => {
    const { store, service } = open(undefined, undefined, { reply: 'cut' });
    expect(await store.create('large', source())).toBe(true);
    expect(service.object()?.equals(CONTENT)).toBe(true);
    expect(server.requests[0]?.url).toContain('&ifGenerationMatch=0');
  });

  it('reports an object that somebody else created meanwhile', async () => {
    const service = uploadService(() => server.endpoint, [], { unmet: true });
    const { store } = opened(service);
    expect(await store.create('large', source())).toBe(false);
    expect(service.object()).toBeUndefined();
  });

  it('reads its source to the end where the condition fails at once', async () => {
    const { store } = open();
    server.answer({ status: 412 });
    let read = 0;
    async function* chunks() {
      for (const chunk of source()) {
        read += chunk.byteLength;
        yield chunk;
      }
    }
    expect(await store.create('large', chunks())).toBe(false);
    expect(read).toBe(CONTENT.byteLength);
    expect(server.requests).toHaveLength(1);
  });

  it('gives up where nothing more is stored, and cancels the session', async () => {
    const { store, service } = open(...Array.from({ length: 40 }, () => ({ stored: 0 })));
    const failure = { code: 'objects/unavailable', retryable: true };
    await expect(store.write('large', source())).rejects.toMatchObject(failure);
    expect(service.log.filter((range) => range === parts[0])).toHaveLength(5);
    expect(service.log.at(-1)).toBe('cancelled');
  });

  it('gives up after a bounded number of attempts where every answer is lost', async () => {
    const { store, service, clock } = open(
      ...Array.from({ length: 80 }, () => ({ stored: 0, reply: 'cut' as const })),
    );
    await expect(store.write('large', source())).rejects.toMatchObject({ code: 'objects/unavailable' });
    expect(service.log.length).toBeLessThan(30);
    expect(clock.now()).toBeLessThan(60_000);
  });

  it.each([404, 410])('fails for a retry of the step where its session is over (%d)', async (status) => {
    const { store } = open(undefined, { reply: { status } });
    const failure = { code: 'objects/unavailable', retryable: true };
    await expect(store.write('large', source())).rejects.toMatchObject(failure);
  });

  it('fails where a session ends in the middle, instead of leaving the rest out', async () => {
    const { store, service } = open(undefined, { reply: { status: 200, body: '{"generation":"1"}' } });
    await expect(store.write('large', source())).rejects.toMatchObject({ code: 'objects/unavailable' });
    expect(service.log.slice(0, 2)).toEqual(parts.slice(0, 2));
  });

  it('holds one part: it reads its source as far as it has sent it, and a part further', async () => {
    const service = uploadService(() => server.endpoint);
    const { store } = opened(service);
    let read = 0;
    const ahead: number[] = [];
    server.answer((request) => {
      if (request.method === 'PUT') ahead.push(read - (ahead.length * PART_BYTES + request.body.byteLength));
      return service.handle(request);
    });
    async function* chunks() {
      for (let index = 0; index < 40; index += 1) {
        read += MIB;
        yield Buffer.alloc(MIB, index);
      }
    }
    await store.write('large', chunks());
    expect(service.object()?.byteLength).toBe(40 * MIB);
    expect(ahead).toHaveLength(5);
    expect(Math.max(...ahead)).toBeLessThanOrEqual(MIB);
    expect(service.largest()).toBe(PART_BYTES);
  });

  it('fails where the service has fewer bytes than it reported before', async () => {
    const { store } = open(undefined, { reply: { status: 308, headers: { range: 'bytes=0-99' } } });
    await expect(store.write('large', source())).rejects.toMatchObject({ code: 'objects/unavailable' });
  });

  it('cancels its session where the source fails, and throws the error of the source', async () => {
    const { store, service } = open();
    const broken = new Error('the source broke');
    async function* failing() {
      yield* source();
      throw broken;
    }
    await expect(store.write('large', failing())).rejects.toBe(broken);
    expect(service.log.at(-1)).toBe('cancelled');
    expect(service.object()).toBeUndefined();
  });

  it('keeps the address of the session out of messages, since it is a right to write', async () => {
    const { store } = open(undefined, { reply: { status: 403, body: 's3cr3t' } });
    const failure = await store.write('large', source()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'objects/forbidden' });
    expect(String(failure)).not.toContain('s3cr3t');
  });
});
