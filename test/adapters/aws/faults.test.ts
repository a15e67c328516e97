import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEvents } from '../../../lambdas/adapters/aws/events.ts';
import { createObjectStore } from '../../../lambdas/adapters/aws/object-store.ts';
import { createPredictionStream } from '../../../lambdas/adapters/aws/prediction-stream.ts';
import { createRegistryMirror } from '../../../lambdas/adapters/aws/registry-mirror.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';

/** What the service answers next; a string cuts the connection. */
type Reply = { readonly status: number; readonly body?: string } | 'cut';

const xml = (status: number, code: string): Reply => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>said by the service about s3cr3t</Message></Error>`,
});
const json = (status: number, type: string): Reply => ({
  status,
  body: JSON.stringify({ __type: type, message: 'said by the service' }),
});

describe('failures of AWS', () => {
  let server: Server;
  let replies: Reply[] = [];
  let requests: { readonly method: string; readonly url: string; readonly body: string }[] = [];
  let client: object;

  beforeAll(async () => {
    server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        requests.push({ method: request.method ?? '', url: request.url ?? '', body });
        const reply = replies.length > 1 ? replies.shift() : replies[0];
        if (reply === undefined || reply === 'cut') {
          request.socket.destroy();
          return;
        }
        response.writeHead(reply.status, { 'content-type': 'application/xml' }).end(reply.body ?? '');
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    client = {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      forcePathStyle: true,
      maxAttempts: 1,
    };
  });
  afterAll(() => new Promise((closed) => server.close(closed)));
  beforeEach(() => {
    requests = [];
  });

  const store = () => createObjectStore({ bucket: 'b', client });
  const bytes = Buffer.from('x');
  const absent = { kind: 'absent' } as const;

  it.each<[string, Reply, object]>([
    ['a throttled write wrote nothing', xml(503, 'SlowDown'), { code: 'objects/busy', retryable: true }],
    [
      'two writers at once, and neither was judged',
      xml(409, 'ConditionalRequestConflict'),
      { code: 'objects/busy', retryable: true },
    ],
    [
      'another operation was under way',
      xml(409, 'OperationAborted'),
      { code: 'objects/busy', retryable: true },
    ],
    ['expired credentials', xml(400, 'ExpiredToken'), { code: 'objects/credentials', retryable: false }],
    [
      'PutObject without GetObject beside it',
      xml(403, 'AccessDenied'),
      { code: 'objects/forbidden', retryable: false },
    ],
  ])('reports a failed write to S3 once: %s', async (_, reply, failure) => {
    replies = [reply];
    await expect(store().tryPut('k', bytes, absent)).rejects.toMatchObject(failure);
    expect(requests).toHaveLength(1);
  });

  it.each<[string, Reply]>([
    ['a lost answer', 'cut'],
    ['a 500', xml(500, 'InternalError')],
    ['a 503 that is no throttling', xml(503, 'ServiceUnavailable')],
  ])('reports the result of a conditional write as unknown after one attempt and %s', async (_, reply) => {
    replies = [reply];
    expect((await store().tryPut('k', bytes, absent)).outcome).toBe('unknown');
    expect(requests).toHaveLength(1);
  });

  it('reports a missing object as a conflict to a caller that would replace it', async () => {
    replies = [xml(404, 'NoSuchKey')];
    expect(await store().tryPut('k', bytes, { kind: 'version', version: '"e"' })).toEqual({
      outcome: 'conflict',
    });
  });

  it('never reads 403 as absence: an absent object needs the right to list', async () => {
    replies = [xml(403, 'AccessDenied')];
    await expect(store().get('k')).rejects.toMatchObject({ code: 'objects/forbidden' });
    await expect(store().read('k')).rejects.toMatchObject({ code: 'objects/forbidden' });
    replies = [xml(404, 'NoSuchKey')];
    expect(await store().get('k')).toBeUndefined();
  });

  it('does not report a missing bucket as a missing object', async () => {
    replies = [xml(404, 'NoSuchBucket')];
    await expect(store().get('k')).rejects.toMatchObject({ code: 'objects/not-found' });
  });

  it("keeps the service's message in the cause, because it may quote a value", async () => {
    replies = [xml(400, 'InvalidArgument')];
    const failure = await store()
      .get('k')
      .catch((error: unknown) => error);
    expect(String(failure)).not.toContain('s3cr3t');
    expect(failure).toMatchObject({ code: 'objects/refused', retryable: false });
  });

  it('sends only the rejected records again when Firehose takes some', async () => {
    const clock = createVirtualClock(0);
    const stream = createPredictionStream({ stream: 's', clock, client });
    const answer = (...codes: (string | undefined)[]): Reply => ({
      status: 200,
      body: JSON.stringify({
        FailedPutCount: codes.filter(Boolean).length,
        RequestResponses: codes.map((ErrorCode) => (ErrorCode ? { ErrorCode } : { RecordId: 'r' })),
      }),
    });
    replies = [answer(undefined, 'ServiceUnavailableException', undefined), answer(undefined)];
    await stream.append(['a', 'b', 'c'].map((line) => ({ at: 0, line })));
    const sent = requests.map(({ body }) => (JSON.parse(body) as { Records: { Data: string }[] }).Records);
    expect(sent.map((records) => records.map(({ Data }) => Buffer.from(Data, 'base64').toString()))).toEqual([
      ['a\n', 'b\n', 'c\n'],
      ['b\n'],
    ]);
  });

  it('reports the lost records after five attempts when Firehose takes none', async () => {
    const clock = createVirtualClock(0);
    const stream = createPredictionStream({ stream: 's', clock, client });
    const body = JSON.stringify({ FailedPutCount: 1, RequestResponses: [{ ErrorCode: 'InternalFailure' }] });
    replies = [{ status: 200, body }];
    await expect(stream.append([{ at: 0, line: 'a' }])).rejects.toMatchObject({ code: 'predictions/lost' });
    expect(requests).toHaveLength(5);
    expect(clock.now()).toBe(50 + 100 + 200 + 400);
  });

  // PutRecordBatch: "Each record ... can be as large as 1,000 KiB"; FailedPutCount may be above 0 in an answer of 200.
  it('reports the lost records when Firehose takes a part, and sends the rest despite one too large', async () => {
    const stream = createPredictionStream({ stream: 's', clock: createVirtualClock(0), client });
    const body = JSON.stringify({
      FailedPutCount: 1,
      RequestResponses: [{ RecordId: 'r' }, { ErrorCode: 'InternalFailure' }],
    });
    const still = JSON.stringify({ FailedPutCount: 1, RequestResponses: [{ ErrorCode: 'InternalFailure' }] });
    replies = [{ status: 200, body }, ...new Array(4).fill({ status: 200, body: still })];
    const lines = ['a', 'b', 'x'.repeat(1_100_000)].map((line) => ({ at: 0, line }));
    await expect(stream.append(lines)).rejects.toMatchObject({ code: 'predictions/lost', records: 2 });
  });

  it.each([
    ['ThrottlingException', { code: 'events/busy', retryable: true }],
    ['NotAuthorizedForSourceException', { code: 'events/refused', retryable: false }],
  ])('fails when EventBridge rejects the event (%s), though it answers 200', async (ErrorCode, failure) => {
    replies = [{ status: 200, body: JSON.stringify({ FailedEntryCount: 1, Entries: [{ ErrorCode }] }) }];
    const events = createEvents({ bus: 'b', client });
    const event = { id: 'e', type: 'drift.detected', model: 'm', at: 0, detail: {} } as const;
    await expect(events.publish(event)).rejects.toMatchObject(failure);
  });

  it.each([
    ['ThrottlingException', { code: 'registry/busy', retryable: true }],
    ['AccessDeniedException', { code: 'registry/forbidden', retryable: false }],
    ['ExpiredTokenException', { code: 'registry/credentials', retryable: false }],
    ['ValidationException', { code: 'registry/refused', retryable: false }],
  ])('reports that SageMaker answers %s', async (type, failure) => {
    replies = [json(400, type)];
    const mirror = createRegistryMirror({ group: 'g', client });
    const version = { model: 'm', version: 1, digest: 'd', status: 'pending', prefix: 'p' } as const;
    await expect(mirror.show(version)).rejects.toMatchObject(failure);
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
