import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../lambdas/local/http-server.ts';
import { openApi } from '../../lambdas/score/openapi.ts';
import { compileRequestCheck } from '../../lambdas/score/request-check.ts';
import { requestSchema } from '../../lambdas/score/request-schema.ts';
import { proofOf } from '../../lambdas/stores/probe-proof.ts';
import { CONFIG, GOOD, type ScoringBench, scoringBench } from '../score/fixture.ts';
import { MALFORMED } from './malformed-bodies.ts';

let bench: ScoringBench;
let server: RunningServer;

beforeAll(async () => {
  bench = scoringBench();
  await bench.release(1);
  server = await startServer({ scorer: bench.scorer, config: CONFIG, timeoutMs: 400 });
});
afterAll(() => server.close());

/** Everything that the service may answer; a test looks at the part that its request asks for. */
interface AnswerBody {
  readonly requestId: string;
  readonly releaseSeq: number;
  readonly version: number;
  readonly model: { readonly name: string; readonly version: number; readonly digest: string };
  readonly predictions: readonly { readonly id: string; readonly score: number }[];
  readonly error: {
    readonly code: string;
    readonly problems?: readonly { readonly code: string; readonly path: string }[];
  };
  readonly openapi: string;
  readonly paths: Readonly<Record<string, unknown>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: AnswerBody;
}

async function call(path: string, init?: RequestInit): Promise<Reply> {
  const response = await fetch(server.url + path, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text === '' ? '' : JSON.parse(text),
  };
}

const post = (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Reply> =>
  call('/score', {
    method: 'POST',
    body: typeof body === 'string' ? body : Buffer.from(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

/** Sends bytes as they are and returns all that comes back. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });

describe('a request of the probe', () => {
  it('is known by its proof, and recorded without one', async () => {
    const probed = scoringBench({ secret: 'secret' });
    await probed.release(1);
    const own = await startServer({ scorer: probed.scorer, config: CONFIG });
    const body = JSON.stringify({ features: GOOD });
    const send = async (proof: string) => {
      const headers = {
        'content-type': 'application/json',
        'x-request-id': 'probe-1',
        'x-probe': proof,
      };
      expect((await fetch(`${own.url}/score`, { method: 'POST', body, headers })).status).toBe(200);
      return (await probed.records()).length;
    };
    expect(await send(proofOf('probe-1', Buffer.from(body), 'secret'))).toBe(0);
    expect(await send(proofOf('probe-1', Buffer.from(body), 'other'))).toBe(1);
    await own.close();
  });
});

describe('a malformed body', () => {
  it.each(MALFORMED)('is refused: $title', async ({ body, headers, status, code }) => {
    const reply = await post(body, headers);
    expect(reply.status).toBe(status);
    const { error, requestId } = reply.body;
    expect(requestId).toBe(reply.headers.get('x-request-id'));
    expect([error.code, ...(error.problems ?? []).map((one) => one.code)]).toContain(code);
    expect(Object.keys(error).sort()).toEqual(
      error.problems ? ['code', 'message', 'problems'] : ['code', 'message'],
    );
    expect(reply.text).not.toMatch(/node:|at .*\.ts|Error:/);
  });

  it('leaves every prototype as it was', () => {
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('is recorded for no version', async () => {
    expect(await bench.records()).toEqual([]);
  });

  it('never causes a 5xx, whatever its JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 5 }), async (json) => {
        expect((await post(json)).status).toBe(400);
      }),
      { numRuns: 300 },
    );
  });

  it('never causes a 5xx one edit away from a good one, and a 200 always names the version', async () => {
    const good = JSON.stringify({ features: GOOD, id: 'a' });
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length), fc.nat(4), fc.string({ maxLength: 3 }), async (at, cut, put) => {
        const { status, body } = await post(good.slice(0, at) + put + good.slice(at + cut));
        expect([200, 400, 422]).toContain(status);
        expect(typeof body.requestId).toBe('string');
        if (status === 200)
          expect(body).toMatchObject({ releaseSeq: 1, model: { version: 1, digest: 'd1' } });
      }),
      { numRuns: 300 },
    );
  });
});

describe('the request checker and the schema', () => {
  it('accepts the same requests by the checker and by the schema', () => {
    const ajv = new Ajv({ strict: false, allErrors: false, formats: { 'date-time': true } });
    const schema = ajv.compile(requestSchema(CONFIG));
    const check = compileRequestCheck(CONFIG);
    const value = (good: unknown) =>
      fc.oneof({ weight: 6, arbitrary: fc.constantFrom(good, null) }, fc.jsonValue());
    const features = fc.record(
      Object.fromEntries(Object.entries(GOOD).map(([name, good]) => [name, value(good)])),
      { requiredKeys: ['age', 'job', 'housing', 'called', 'ssn_length'] },
    );
    const id = value('a');
    const eventTime = value('2026-01-02T03:04:05Z');
    const row = fc.record({ features, id, eventTime }, { requiredKeys: ['features'] });
    const request = fc.oneof(
      row,
      fc.record({ rows: fc.array(row, { maxLength: 2 }) }),
      fc.record({ key: value('k'), id, eventTime }, { requiredKeys: ['key'] }),
      fc.record({ features, key: value('k') }, { requiredKeys: [] }),
    );
    let accepted = 0;
    fc.assert(
      fc.property(request, (candidate) => {
        const plain: unknown = JSON.parse(JSON.stringify(candidate));
        const checked = check(plain);
        // Two things that JSON Schema cannot say.
        const beyond =
          checked.kind === 'refused' && checked.problems.every(({ code }) => code === 'request/duplicate-id');
        if (beyond) return;
        if (checked.kind !== 'refused') accepted += 1;
        expect(checked.kind !== 'refused').toBe(schema(plain));
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(200);
  });
});

describe('POST /score', () => {
  it('gives the same bytes for the same request', async () => {
    const ask = () => post(JSON.stringify({ features: GOOD }), { 'x-request-id': 'same' });
    expect((await ask()).text).toBe((await ask()).text);
  });

  it('takes the last value of a feature that comes twice', async () => {
    const { status, body } = await post(`${JSON.stringify({ features: GOOD }).slice(0, -2)},"age":70}}`);
    expect([status, body.predictions[0]?.score]).toEqual([200, Math.fround(0.701)]);
  });

  it('accepts a body of exactly 1 MiB', async () => {
    expect((await post(JSON.stringify({ features: GOOD }).padEnd(1_048_576))).status).toBe(200);
  });

  it('accepts 1,000 rows', async () => {
    const { body } = await post(JSON.stringify({ rows: new Array(1_000).fill({ features: GOOD }) }));
    expect(body.predictions).toHaveLength(1_000);
  });

  it('answers 500 without a stack when the model fails', async () => {
    const { status, body } = await post(JSON.stringify({ features: { ...GOOD, job: 'crash' } }));
    expect([status, body.error]).toEqual([500, { code: 'score/failed', message: 'scoring failed' }]);
  });

  it('reports a stale model', async () => {
    bench.faults.pointer = new Error('no network');
    bench.sleep(5_000);
    const { status, headers } = await post(JSON.stringify({ features: GOOD }));
    bench.faults.pointer = undefined;
    bench.sleep(5_000);
    expect([status, headers.get('x-model-stale')]).toEqual([200, 'true']);
  });

  it('counts the bytes of a body sent in chunks', async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(`${server.url}/score`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      });
      request.on('response', (response) => resolve(response.statusCode));
      request.on('error', reject);
      for (let part = 0; part < 17; part += 1) request.write(' '.repeat(65_536));
      request.end();
    });
    expect(status).toBe(413);
  });
});

describe('a request id', () => {
  it('comes back when it is fit for logs', async () => {
    const { headers, body } = await post('1', { 'x-request-id': 'abc-1:2.3_4' });
    expect([headers.get('x-request-id'), body.requestId]).toEqual(['abc-1:2.3_4', 'abc-1:2.3_4']);
  });

  it.each(['', 'a b', '"', '{}', 'a'.repeat(129), 'é'])(
    'is replaced when the caller sends %j',
    async (id) => {
      const { headers } = await post('1', { 'x-request-id': id });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}-\d+$/);
    },
  );
});

describe('resources other than /score', () => {
  it('reports that the process lives and a model serves', async () => {
    for (const path of ['/health', '/healthz']) expect((await call(path)).body).toEqual({ status: 'alive' });
    for (const path of ['/ready', '/readyz']) expect((await call(path)).body).toEqual({ status: 'ready' });
    expect(await call('/model')).toMatchObject({
      status: 200,
      body: { name: 'bank-marketing', version: 1, digest: 'd1', releaseSeq: 1, since: null, stale: false },
    });
  });

  it('reports since when the version serves', async () => {
    const other = scoringBench();
    const watch = { since: 0, until: 9, strategy: 'all-at-once', reason: '' } as const;
    await other.release(1, { watch });
    const its = await startServer({ scorer: other.scorer, config: CONFIG });
    const shown = await (await fetch(`${its.url}/model`)).json();
    await its.close();
    expect(shown).toMatchObject({ since: '1970-01-01T00:00:00.000Z' });
  });

  it('reports not ready before the first release, but alive', async () => {
    const empty = await startServer({ scorer: scoringBench().scorer, config: CONFIG, host: '::1' });
    const status = async (path: string) => (await fetch(empty.url + path)).status;
    expect([await status('/healthz'), await status('/readyz'), await status('/model')]).toEqual([
      200, 503, 503,
    ]);
    await empty.close();
  });

  it.each([
    ['GET', '/', 404, null],
    ['POST', '/score/', 404, null],
    ['GET', '/score', 405, 'POST'],
    ['PUT', '/score', 405, 'POST'],
    ['DELETE', '/model', 405, 'GET, HEAD'],
    ['POST', '/healthz?a=b', 405, 'GET, HEAD'],
    ['GET', '/%2e%2e/etc/passwd', 404, null],
    ['GET', '/%', 400, null],
  ])('answers %s %s with %i', async (method, path, status, allow) => {
    const reply = await call(path, { method });
    expect([reply.status, reply.headers.get('allow')]).toEqual([status, allow]);
    expect(reply.body).toMatchObject({ requestId: expect.any(String), error: { code: expect.any(String) } });
  });

  it('describes its resources in OpenAPI, with the schema of this model', async () => {
    const { body } = await call('/openapi.json');
    expect(body).toEqual(JSON.parse(JSON.stringify(openApi(CONFIG))));
    expect(Object.keys(body.paths)).toEqual(['/score', '/model', '/health', '/ready']);
    expect(body.components.schemas.Request).toHaveProperty('oneOf.length', 3);
    const pointers = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(pointers.length).toBeGreaterThan(5);
    for (const [, kind, name] of pointers) {
      expect(body.components).toHaveProperty([kind as string, name as string]);
    }
  });

  it('answers as OpenAPI describes', async () => {
    const { components } = openApi(CONFIG) as { components: { schemas: Record<string, object> } };
    const ajv = new Ajv({ strict: false, formats: { 'date-time': true } });
    const fits = (name: string, answer: unknown) => ajv.validate(components.schemas[name] as object, answer);
    const rows = [{ features: GOOD }, { features: { ...GOOD, job: 'unseen' } }];
    expect(fits('Scores', (await post(JSON.stringify({ rows }))).body)).toBe(true);
    expect(fits('Error', (await post('{}')).body)).toBe(true);
    expect(fits('Error', (await post('')).body)).toBe(true);
    expect(fits('Model', (await call('/model')).body)).toBe(true);
    const regression = { ...CONFIG, problem: { type: 'regression', label: 'y' } } as const;
    expect(JSON.stringify(openApi(regression))).not.toContain('decision');
  });
});

describe('broken HTTP', () => {
  it.each([
    ['not HTTP', 'hello\r\n\r\n', 400],
    ['both lengths, as in request smuggling', head('Content-Length: 5\r\nTransfer-Encoding: chunked'), 400],
    ['two different lengths', head('Content-Length: 5\r\nContent-Length: 6'), 400],
    ['a length that is no number', head('Content-Length: five'), 400],
    ['headers above 32 KiB', head(`x-long: ${'a'.repeat(40_000)}`), 431],
    ['a body that never ends', head('content-type: application/json\r\nContent-Length: 10'), 408],
    ['headers that never end', 'POST /score HTTP/1.1\r\nHost: a\r\n', 408],
  ])('gets an answer and a closed connection: %s', async (_title, bytes, status) => {
    const text = await raw(bytes);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(text.slice(text.indexOf('{')))).toMatchObject({ error: { code: expect.any(String) } });
    expect((await call('/healthz')).status).toBe(200);
  });

  it('does no harm when a client leaves in the middle', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
        socket.write(head('content-type: application/json\r\nContent-Length: 10'));
        socket.resetAndDestroy();
        resolve();
      });
    });
    expect((await call('/healthz')).status).toBe(200);
  });
});

function head(headers: string): string {
  return `POST /score HTTP/1.1\r\nHost: a\r\n${headers}\r\n\r\n`;
}

it('listens on loopback only', async () => {
  const host = '0.0.0.0' as '127.0.0.1'; // what an untyped caller might give
  await expect(startServer({ scorer: bench.scorer, config: CONFIG, host })).rejects.toMatchObject({
    code: 'http/not-loopback',
  });
});

it('writes every record before it ends', async () => {
  const other = scoringBench();
  await other.release(1);
  const its = await startServer({ scorer: other.scorer, config: CONFIG });
  await fetch(`${its.url}/score`, {
    method: 'POST',
    body: JSON.stringify({ features: GOOD }),
    headers: { 'content-type': 'application/json' },
  });
  await its.close();
  expect(other.lines).toHaveLength(1);
});
