import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InvalidInput, RuntimeFailure } from '../../lambdas/core/errors.ts';
import { gcpHandler } from '../../lambdas/runtime/gcp.ts';
import { gcpHttpHandler } from '../../lambdas/runtime/gcp-http.ts';
import type { GcpHandler } from '../../lambdas/runtime/gcp-server.ts';
import type { CloudPorts, CreatePorts } from '../../lambdas/runtime/host.ts';
import type { CreateService } from '../../lambdas/runtime/http.ts';
import { CONFIG } from '../score/fixture.ts';
import { tempDir } from '../support/temp-dir.ts';

const NOW = Date.UTC(2026, 2, 12, 19, 3, 58, 999);
const servers: ReturnType<typeof createServer>[] = [];
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

/** The URL of a handler behind a server of its own, as the framework's. */
async function serve(handler: GcpHandler): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
}

/** A function's folder, and ports that note what is done with them. */
function bench(document: unknown = { schemaVersion: 1, codeVersion: '0.1.0', model: CONFIG }) {
  const folder = mkdtempSync(join(tempDir(), 'function-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(document));
  const done: string[] = [];
  const log: object[] = [];
  const created: unknown[] = [];
  const faults: { settle?: Error } = {};
  const ports = {
    clock: { now: () => NOW },
    logger: { error: (event: string, fields: object) => void log.push({ event, ...fields }) },
    secret: async () => 'secret',
    async settled() {
      done.push('settled');
      if (faults.settle) throw faults.settle;
    },
  } as unknown as CloudPorts; // the runtime uses nothing else
  const createPorts: CreatePorts = (...given) => {
    created.push(given);
    return ports;
  };
  const env = { FUNCTION_SOURCE: folder, MLOPS_BUCKET: 'b' };
  const serving = (work: Parameters<typeof gcpHandler>[1]) => serve(gcpHandler(createPorts, work, env));
  return { done, log, created, faults, ports, createPorts, env, serving };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const post = (url: string, body: unknown, headers: Record<string, string> = JSON_TYPE) =>
  fetch(url, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
const facts = async (answer: Response) => ({
  status: answer.status,
  type: answer.headers.get('content-type'),
  body: await answer.json(),
});

const failing = (error: unknown) => async () => {
  throw error;
};

describe('a handler on Cloud Run', () => {
  it('reads nothing before its first request', () => {
    expect(() => gcpHandler(failing(0) as never, failing(0), {})).not.toThrow();
  });

  it('makes its ports once, from the environment and the configuration in its folder', async () => {
    const { created, env, ports, createPorts } = bench();
    const hosts: unknown[] = [];
    const url = await serve(gcpHandler(createPorts, async (host) => void hosts.push(host), env));
    await post(url, {});
    await post(url, {});
    const config = { schemaVersion: 1, codeVersion: '0.1.0', model: CONFIG };
    expect(created).toEqual([[env, config]]);
    expect(hosts[0]).toEqual({ ports, config, identity: 'run:unknown' });
    expect(hosts[1]).toBe(hosts[0]);
  });

  it('answers 200 with JSON, after everything is written', async () => {
    const { done, serving } = bench();
    const url = await serving(async () => {
      done.push('worked');
      return { rows: 3 };
    });
    const type = 'application/json; charset=utf-8';
    expect(await facts(await post(url, {}))).toEqual({ status: 200, type, body: { rows: 3 } });
    expect(done).toEqual(['worked', 'settled']);
    expect(await facts(await post(await serving(async () => undefined), {}))).toMatchObject({ body: null });
  });

  it('fails when its writes fail, and reports the first failure when both do', async () => {
    const { faults, serving, log } = bench();
    faults.settle = new RuntimeFailure('predictions/busy', 'slow down', { retryable: true });
    expect((await post(await serving(async () => 1), {})).status).toBe(503);
    const failure = new RuntimeFailure('objects/io', 'the first');
    expect(await facts(await post(await serving(failing(failure)), {}))).toMatchObject({
      status: 500,
      body: { code: 'objects/io' },
    });
    expect(log).toHaveLength(2);
  });
});

describe('the answer to a failure on Cloud Run', () => {
  it.each([
    [503, new RuntimeFailure('pipeline/busy', 'wait', { retryable: true, fix: 'wait' })],
    [500, new RuntimeFailure('pipeline/bad-start', 'no', { fix: 'mend it' })],
    [400, new RuntimeFailure('event/malformed', 'no', { fix: 'mend it' })],
    [400, new RuntimeFailure('event/in-the-future', 'no', { fix: 'mend it' })],
  ])('is %s with code, message and fix', async (status, failure) => {
    const { serving, log } = bench();
    const { code, message, fix } = failure;
    const trace = { ...JSON_TYPE, 'x-cloud-trace-context': 'trace-1/2;o=1' };
    const answer = await facts(await post(await serving(failing(failure)), {}, trace));
    expect(answer).toMatchObject({ status, body: { code, message, fix } });
    const retryable = status === 503;
    expect(log).toEqual([{ event: 'function.failed', code, message, fix, retryable, requestId: 'trace-1' }]);
  });

  it('is 500 for invalid input of a person', async () => {
    const problems = [{ code: 'export/invalid-input', path: 'a', message: 'is bad' }] as const;
    const url = await bench().serving(failing(new InvalidInput('the export', problems)));
    expect(await facts(await post(url, {}))).toMatchObject({
      status: 500,
      body: { code: 'export/invalid-input', message: 'the export: a: is bad' },
    });
  });

  it('hides the message of an unexpected error, which may quote data', async () => {
    const { serving, log } = bench();
    const answer = await post(await serving(failing(new TypeError("cannot read 'CANARY-PII-7'"))), {});
    expect(JSON.stringify([log, await answer.json()])).not.toContain('CANARY');
    expect(answer.status).toBe(500);
  });
});

describe('a request to a handler on Cloud Run', () => {
  const marker = 'CANARY-PII-7';
  it.each<[string, RequestInit, number, string]>([
    ['malformed JSON', { body: `{"${marker}` }, 400, 'http/not-json'],
    ['bytes that are not UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'http/not-json'],
    ['no body', {}, 400, 'http/not-json'],
    [
      'another content type',
      { body: marker, headers: { 'content-type': 'text/plain' } },
      415,
      'http/content-type',
    ],
    [
      'a form',
      { body: `a=${marker}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'http/content-type',
    ],
    [
      'a compressed body',
      { body: marker, headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } },
      415,
      'http/content-encoding',
    ],
    ['a body above the limit', { body: `"${marker.repeat(300_000)}"` }, 413, 'http/too-large'],
    ['another method', { method: 'PUT', body: '{}' }, 405, 'http/method'],
  ])('is refused with %s, and no part of it is logged', async (_, init, status, code) => {
    const { serving, log } = bench();
    const url = await serving(async () => 'worked');
    const answer = await facts(await fetch(url, { method: 'POST', headers: JSON_TYPE, ...init }));
    expect(answer).toMatchObject({ status, type: 'application/json; charset=utf-8', body: { code } });
    expect(JSON.stringify([log, answer])).not.toContain('CANARY');
  });

  it('is refused at another path', async () => {
    const url = await bench().serving(async () => 'worked');
    expect(await facts(await post(`${url}healthz`, {}))).toMatchObject({
      status: 404,
      body: { code: 'http/not-found' },
    });
  });

  it('is given up when it breaks off, and the next one is answered', async () => {
    const { serving } = bench();
    const url = await serving(async () => 'worked');
    const { connect } = await import('node:net');
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    );
    await new Promise((sent) => setTimeout(sent, 50));
    socket.destroy();
    expect((await post(url, {})).status).toBe(200);
  });
});

describe('an event on Cloud Run', () => {
  const eventOf = async (body: unknown, headers: Record<string, string> = {}) => {
    const events: unknown[] = [];
    const url = await bench().serving(async (_, event) => void events.push(event));
    const answer = await post(url, body, { ...JSON_TYPE, ...headers });
    return { status: answer.status, event: events[0] };
  };
  const envelope = (data: unknown) => ({
    message: {
      data: Buffer.from(JSON.stringify(data)).toString('base64'),
      attributes: { type: 'version.approved' },
      messageId: '1',
      message_id: '1',
      publishTime: '2026-03-12T19:03:58Z',
    },
    subscription: 'projects/p/subscriptions/s',
  });

  it('is the body, or the data of the Pub/Sub message in it', async () => {
    expect(await eventOf({ runId: 'r', at: 1 })).toMatchObject({ event: { runId: 'r', at: 1 } });
    expect(await eventOf(envelope({ type: 'probe.failed', at: 5, ü: 'ключ' }))).toMatchObject({
      event: { type: 'probe.failed', at: 5, ü: 'ключ' },
    });
    expect(await eventOf([1])).toMatchObject({ event: [1] });
  });

  it('has the minute of its request where it has no time', async () => {
    expect(await eventOf({ kind: 'tick' })).toMatchObject({ event: { at: '2026-03-12T19:03:00.000Z' } });
  });

  it('has the minute that Cloud Scheduler planned, however late it comes', async () => {
    const planned = { 'x-cloudscheduler-scheduletime': '2026-03-12T12:00:00.5-07:00' };
    expect(await eventOf({}, planned)).toMatchObject({ event: { at: '2026-03-12T19:00:00.000Z' } });
    const odd = { 'x-cloudscheduler-scheduletime': 'soon' };
    expect(await eventOf({}, odd)).toMatchObject({ event: { at: '2026-03-12T19:03:00.000Z' } });
  });

  it.each([
    ['no data, as a message of attributes only', { message: { attributes: { a: 'b' } }, subscription: 's' }],
    ['empty data', { message: { data: '' }, subscription: 's' }],
    ['data that is not JSON', { message: { data: 'AAAA' }, subscription: 's' }],
    ['data that is not base64', { message: { data: '{"type":"tick"}' }, subscription: 's' }],
    ['a message that is not an object', { message: 'x', subscription: 's' }],
  ])('is refused with %s', async (_, body) => {
    expect(await eventOf(body)).toEqual({ status: 400, event: undefined });
  });
});

describe('the caller of a function on Cloud Run', () => {
  const token = (claims: object, signature = 'SIGNATURE_REMOVED_BY_GOOGLE') =>
    `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
  const ada = { email: 'ada@example.com', email_verified: true };
  const callerOf = async (headers: Record<string, string>) => {
    const callers: unknown[] = [];
    const url = await bench().serving(async (_, __, caller) => void callers.push(caller));
    await post(url, {}, { ...JSON_TYPE, ...headers });
    return callers[0];
  };

  it('is the verified e-mail address of the token that Cloud Run has checked', async () => {
    expect(await callerOf({ authorization: token(ada) })).toBe('ada@example.com');
  });

  it('is never read from a token beside the one that Cloud Run has checked', async () => {
    const forged = token({ ...ada, email: 'eve@example.com' });
    expect(await callerOf({ authorization: forged, 'x-serverless-authorization': token(ada) })).toBe(
      'ada@example.com',
    );
    expect(await callerOf({ authorization: forged, 'x-serverless-authorization': 'x' })).toBeUndefined();
  });

  it.each([
    ['no token', {}],
    ['a token with a signature, which nobody has checked', { authorization: token(ada, 'c2lnbmF0dXJl') }],
    ['an address that is not verified', { authorization: token({ ...ada, email_verified: false }) }],
    ['a token without an address', { authorization: token({ email_verified: true }) }],
    ['claims that are not JSON', { authorization: 'Bearer e30.AAAA.SIGNATURE_REMOVED_BY_GOOGLE' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
  ])('is unknown with %s', async (_, headers) => {
    expect(await callerOf(headers as Record<string, string>)).toBeUndefined();
  });
});

describe('a scoring service on Cloud Run', () => {
  it('gets method, path without its query, headers and bytes, and its answer goes out unchanged', async () => {
    const { createPorts, env } = bench();
    const got: unknown[] = [];
    const createService: CreateService = async (_ports, _config, _secret, limit) => async (request) => {
      got.push({ ...request, body: Buffer.from(request.body).toString(), limit: limit.bytes });
      return { status: 422, headers: { 'x-request-id': 'r', 'content-type': 'a/b' }, body: '{"ü":1}' };
    };
    const url = await serve(gcpHttpHandler(createPorts, createService, env));
    const answer = await fetch(`${url}score?a=1`, { method: 'POST', body: '"ü"', headers: { 'X-Up': 'Ab' } });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      422,
      'a/b',
      '{"ü":1}',
    ]);
    expect(got).toMatchObject([{ method: 'POST', path: '/score', body: '"ü"', headers: { 'x-up': 'Ab' } }]);
    // cloud.google.com/run/quotas: 32 MiB over HTTP/1
    expect(got).toMatchObject([{ limit: 33_538_048 }]);
  });
});
