import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPredictionStream } from '../../../lambdas/adapters/azure/prediction-stream.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import {
  type ReceivedRequest,
  type Reply,
  type ScriptedServer,
  startScriptedServer,
} from '../../support/scripted-server.ts';

const NOW = Date.UTC(2026, 2, 1, 9, 59, 59, 500);
const MIB = 1024 * 1024;
const FOLDER = '/c/predictions/2026-03-01';
const record = (line: string) => ({ at: NOW, line });
const refusal = (status: number, name: string, headers: Record<string, string> = {}): Reply => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${name}</Code><Message>said about s3cr3t</Message></Error>`,
  headers: { 'x-ms-error-code': name, 'content-type': 'application/xml', ...headers },
});
const CREATED: Reply = { status: 201, headers: { etag: '"0x1"' } };
const APPENDED: Reply = { status: 201, headers: { 'x-ms-blob-committed-block-count': '1' } };

/** Append blobs in memory, of so many blocks. */
function appendBlobs(maxBlocks = Number.POSITIVE_INFINITY) {
  const blobs = new Map<string, string[]>();
  const handle = ({ url, body, headers }: ReceivedRequest): Reply => {
    const [path = '', query] = url.split('?');
    const found = blobs.get(path);
    if (query === undefined) {
      expect(headers).toMatchObject({ 'if-none-match': '*', 'x-ms-blob-type': 'AppendBlob' });
      if (found !== undefined) return refusal(409, 'BlobAlreadyExists');
      blobs.set(path, []);
      return CREATED;
    }
    if (found === undefined) return refusal(404, 'BlobNotFound');
    if (found.length >= maxBlocks) return refusal(409, 'BlockCountExceedsLimit');
    found.push(body.toString());
    return { status: 201, headers: { 'x-ms-blob-committed-block-count': String(found.length) } };
  };
  const texts = () => Object.fromEntries([...blobs].map(([path, held]) => [path, held.join('')]));
  return { blobs, handle, texts };
}

describe('the prediction stream on append blobs', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.stop());

  /** A busy machine is slow. */
  const timeoutMs = 20_000;
  const open = ({ blocks, instance = 'i1' }: { blocks?: number; instance?: string } = {}) => {
    const clock = createVirtualClock(NOW);
    let renewed = 0;
    const token = { get: async () => 't', renew: async () => `t-${++renewed}` };
    const container = `${server.endpoint}/c`;
    const limit = blocks === undefined ? {} : { blocks };
    return {
      clock,
      stream: createPredictionStream({ container, instance, clock, token, timeoutMs, ...limit }),
    };
  };

  it('begins a file for each hour of arrival, and appends a block per call', async () => {
    const { handle, texts } = appendBlobs();
    server.answer(handle);
    const { clock, stream } = open();
    await stream.append([record('a'), record('b')]);
    await stream.append([record('c')]);
    clock.advanceTo(NOW + 1_000);
    await stream.append([record('d')]);
    expect(texts()).toEqual({
      [`${FOLDER}/09/i1-0.jsonl`]: 'a\nb\nc\n',
      [`${FOLDER}/10/i1-0.jsonl`]: 'd\n',
    });
    expect(server.requests).toHaveLength(5);
    expect(server.requests[1]?.headers).toMatchObject({ 'x-ms-version': '2025-05-05' });
  });

  it('begins a file once where many append at once', async () => {
    const { handle, blobs } = appendBlobs();
    server.answer(handle);
    const { stream } = open();
    await Promise.all(Array.from({ length: 40 }, (_, index) => stream.append([record(`r${index}`)])));
    expect(blobs.size).toBe(1);
    expect(server.requests).toHaveLength(41);
  });

  it('begins the next file after so many blocks, and one only', async () => {
    const { handle, blobs } = appendBlobs();
    server.answer(handle);
    const { stream } = open({ blocks: 3 });
    for (let index = 0; index < 7; index += 1) await stream.append([record(`r${index}`)]);
    expect([...blobs].map(([path, held]) => [path, held.length])).toEqual([
      [`${FOLDER}/09/i1-0.jsonl`, 3],
      [`${FOLDER}/09/i1-1.jsonl`, 3],
      [`${FOLDER}/09/i1-2.jsonl`, 1],
    ]);
  });

  it('appends to the next file what a full one refuses, and loses nothing', async () => {
    const { handle, texts } = appendBlobs(2);
    server.answer(handle);
    const { stream } = open();
    await Promise.all(Array.from({ length: 9 }, (_, index) => stream.append([record(`r${index}`)])));
    const lines = Object.values(texts()).join('').trim().split('\n').sort();
    expect(lines).toEqual(Array.from({ length: 9 }, (_, index) => `r${index}`));
    expect(Object.keys(texts())).toHaveLength(5);
  });

  it('goes on with the file of an instance that restarted', async () => {
    const { handle, texts } = appendBlobs(3);
    server.answer(handle);
    await open().stream.append([record('before')]);
    const { stream } = open();
    for (const line of ['a', 'b', 'c']) await stream.append([record(line)]);
    expect(texts()).toEqual({
      [`${FOLDER}/09/i1-0.jsonl`]: 'before\na\nb\n',
      [`${FOLDER}/09/i1-1.jsonl`]: 'c\n',
    });
  });

  it.each([
    ['was removed', 'BlobNotFound', 404],
    ['somebody rewrote as another type', 'InvalidBlobType', 409],
  ])('leaves a file that %s', async (_, name, status) => {
    const { handle, texts } = appendBlobs();
    const lost = `${FOLDER}/09/i1-0.jsonl?comp=appendblock`;
    let appended = 0;
    server.answer((request) => {
      if (request.url === lost && ++appended > 1) return refusal(status, name);
      return handle(request);
    });
    const { stream } = open();
    for (const line of ['a', 'b']) await stream.append([record(line)]);
    expect(texts()).toEqual({ [`${FOLDER}/09/i1-0.jsonl`]: 'a\n', [`${FOLDER}/09/i1-1.jsonl`]: 'b\n' });
  });

  it('stops where every file refuses blocks', async () => {
    server.answer((request) =>
      request.url.includes('?') ? refusal(409, 'BlockCountExceedsLimit') : CREATED,
    );
    await expect(open().stream.append([record('a')])).rejects.toMatchObject({
      code: 'predictions/refused',
      records: 1,
    });
  });

  it('keeps blocks within 4 MiB, and reports a larger record as lost', async () => {
    const { handle } = appendBlobs();
    server.answer(handle);
    const { stream } = open();
    await stream.append(Array.from({ length: 5 }, () => record('x'.repeat(1.5 * MIB))));
    const sizes = server.requests.map(({ body }) => body.byteLength);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * MIB);
    expect(sizes.filter((size) => size > 0)).toHaveLength(3);
    const lost = stream.append([record('a'), record('x'.repeat(4 * MIB))]);
    await expect(lost).rejects.toMatchObject({ code: 'predictions/too-large', records: 1 });
  });

  it.each<readonly [string, Reply]>([
    ['the answer is lost', 'cut'],
    ['the answer is 500', refusal(500, 'OperationTimedOut')],
  ])(
    'sends a block again where it is written and %s, so that readers find its records twice',
    async (_, reply) => {
      const { handle, texts } = appendBlobs();
      let appended = 0;
      server.answer((request) => {
        const answer = handle(request);
        return request.url.includes('?') && ++appended === 1 ? reply : answer;
      });
      await open().stream.append([record('a')]);
      expect(texts()).toEqual({ [`${FOLDER}/09/i1-0.jsonl`]: 'a\na\n' });
    },
  );

  it('begins a file whose first attempt was done and not answered', async () => {
    const { handle, texts } = appendBlobs();
    let created = 0;
    server.answer((request) => {
      const answer = handle(request);
      return !request.url.includes('?') && ++created === 1 ? 'cut' : answer;
    });
    await open().stream.append([record('a')]);
    expect(texts()).toEqual({ [`${FOLDER}/09/i1-0.jsonl`]: 'a\n' });
  });

  it.each<readonly [string, Reply, object]>([
    ['403', refusal(403, 'AuthorizationPermissionMismatch'), { code: 'predictions/forbidden' }],
    ['404 of the container', refusal(404, 'ContainerNotFound'), { code: 'predictions/not-found' }],
    ['409 of the container', refusal(409, 'ContainerBeingDeleted'), { code: 'predictions/refused' }],
    ['412 of a lease', refusal(412, 'LeaseIdMissing'), { code: 'predictions/refused' }],
    ['429', refusal(429, 'TooManyRequests'), { code: 'predictions/busy', retryable: true }],
    ['503 ServerBusy', refusal(503, 'ServerBusy'), { code: 'predictions/busy', retryable: true }],
    ['500', refusal(500, 'InternalError'), { code: 'predictions/unavailable', retryable: true }],
    ['401', refusal(401, 'InvalidAuthenticationInfo'), { code: 'predictions/credentials' }],
  ])(
    'reports the records of a call as lost after %s, at a file’s begin and later',
    async (_, reply, failure) => {
      server.answer(reply);
      const begun = open().stream.append([record('a'), record('b')]);
      await expect(begun).rejects.toMatchObject({ ...failure, records: 2 });
      await expect(begun).rejects.not.toThrow(/s3cr3t/);
      server.answer((request) => (request.url.includes('?') ? reply : CREATED));
      await expect(open().stream.append([record('a')])).rejects.toMatchObject({ ...failure, records: 1 });
    },
  );

  it('tries to begin a file again with the next records', async () => {
    server.answer(refusal(403, 'AuthorizationFailure'), CREATED, APPENDED);
    const { stream } = open();
    await expect(stream.append([record('a')])).rejects.toMatchObject({ code: 'predictions/forbidden' });
    await stream.append([record('b')]);
    expect(server.requests).toHaveLength(3);
  });

  it('takes another token where the service does not accept the first, and waits as long as it asks', async () => {
    const { clock, stream } = open();
    server.answer(
      CREATED,
      refusal(401, 'InvalidAuthenticationInfo'),
      refusal(503, 'ServerBusy', { 'retry-after': '3' }),
      APPENDED,
    );
    await stream.append([record('a')]);
    expect(server.requests[2]?.headers.authorization).toBe('Bearer t-1');
    expect(clock.now()).toBeGreaterThanOrEqual(NOW + 3_000);
  });
});
