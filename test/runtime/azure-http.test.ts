import { describe, expect, it } from 'vitest';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { HttpRequest } from '../../lambdas/core/http.ts';
import {
  type AzureHttpRequest,
  callHandler,
  requestHandler,
  serviceWork,
} from '../../lambdas/runtime/azure-http.ts';
import type { ResponseLimit } from '../../lambdas/runtime/http.ts';
import { azureBench, invocation } from './azure-bench.ts';

const ADA = '0a1b2c3d-0000-4000-8000-00000000ada1';
const BOB = '0a1b2c3d-0000-4000-8000-00000000b0b1';
const MARKER = 'CANARY-PII-7';
const LONG_CLAIM = 'http://schemas.microsoft.com/identity/claims/objectidentifier';

const claims = (...list: readonly { readonly typ: string; readonly val: string }[]) =>
  Buffer.from(JSON.stringify({ auth_typ: 'aad', claims: list })).toString('base64');
/** The headers of a caller (learn.microsoft.com/azure/app-service/configure-authentication-user-identities). */
const principal = (id: string = ADA, of = claims({ typ: LONG_CLAIM, val: id })) => ({
  'x-ms-client-principal-id': id,
  'x-ms-client-principal': of,
  'x-ms-client-principal-idp': 'aad',
});

const JSON_TYPE = { 'content-type': 'application/json' };

interface Sent extends AzureHttpRequest {
  readonly isRead: () => boolean;
}

function request(body: string | Uint8Array, headers: Record<string, string>, path = '/rollback?x=1'): Sent {
  let read = false;
  return {
    method: 'POST',
    url: `https://churn-dev-release.azurewebsites.net${path}`,
    headers: new Headers(headers),
    async arrayBuffer() {
      read = true;
      return new Uint8Array(Buffer.from(body)).buffer;
    },
    isRead: () => read,
  };
}

const echo = async (_host: unknown, input: unknown, call: unknown) => ({ input, call });
const load = async () => ({ work: echo });
const bodyOf = ({ body }: { readonly body: string }): unknown => JSON.parse(body);

describe('a request that the platform has signed nobody in for', () => {
  const one = claims({ typ: 'oid', val: ADA });
  it.each([
    ['no headers', {}],
    ['an id without claims', { 'x-ms-client-principal-id': ADA }],
    ['claims without an id', { 'x-ms-client-principal': one }],
    ['an empty id', principal('')],
    ['a name in place of the id', principal('ada@example.com')],
    ['an id with a space', principal(`${ADA} x`)],
    ['claims that are not base64', principal(ADA, '####')],
    ['claims that are not JSON', principal(ADA, Buffer.from('{').toString('base64'))],
    ['claims that are no list', principal(ADA, Buffer.from('{"claims":{}}').toString('base64'))],
    ['claims of null', principal(ADA, Buffer.from('null').toString('base64'))],
    ['another id in the claims', principal(ADA, claims({ typ: LONG_CLAIM, val: BOB }))],
    [
      'two ids in the claims',
      principal(ADA, claims({ typ: 'oid', val: ADA }, { typ: LONG_CLAIM, val: BOB })),
    ],
    ['a token alone', { authorization: 'Bearer a.b.c' }],
  ])('is answered 401 before anything is done: %s', async (_, headers) => {
    const { runtime, created } = azureBench();
    const { context, texts } = invocation();
    const sent = request('{"id":"r1"}', { ...JSON_TYPE, ...headers });
    const answer = await callHandler(runtime, load)(sent, context);
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(bodyOf(answer)).toMatchObject({ code: 'http/no-principal' });
    expect([sent.isRead(), created, texts]).toEqual([false, [], []]);
  });
});

describe('a request of a caller', () => {
  it.each([
    ['the long claim', principal(ADA)],
    ['the short claim', principal(ADA, claims({ typ: 'oid', val: ADA }))],
    ['capitals', principal(ADA.toUpperCase())],
    [
      'claims without an object id, as of another version',
      principal(ADA, claims({ typ: 'appid', val: BOB })),
    ],
  ])('is made in their name, by %s, whatever its body says', async (_, headers) => {
    const { runtime, done } = azureBench();
    const handler = callHandler(runtime, load, { kind: 'rollback' });
    const body = JSON.stringify({ id: 'r1', by: 'entra:boss', kind: 'tick' });
    const answer = await handler(request(body, { ...JSON_TYPE, ...headers }), invocation().context);
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    expect(bodyOf(answer)).toEqual({
      input: { id: 'r1', by: 'entra:boss', kind: 'rollback' },
      call: { caller: `entra:${ADA}` },
    });
    expect(done).toEqual(['settled']);
  });

  it.each([
    [400, 'http/not-json', `{"${MARKER}`, JSON_TYPE],
    [400, 'http/not-json', new Uint8Array([0xff, 0xfe]), JSON_TYPE],
    [400, 'http/not-json', '', JSON_TYPE],
    [415, 'http/content-type', MARKER, { 'content-type': 'text/plain' }],
    [415, 'http/content-type', '{}', {}],
    [415, 'http/content-encoding', '{}', { ...JSON_TYPE, 'content-encoding': 'gzip' }],
    [413, 'http/too-large', JSON.stringify(MARKER.repeat(100_000)), JSON_TYPE],
  ])('is answered %s %s where its body is not of the form', async (status, code, body, headers) => {
    const { runtime } = azureBench();
    const { context, texts } = invocation();
    const answer = await callHandler(runtime, load)(request(body, { ...headers, ...principal() }), context);
    expect(answer.status).toBe(status);
    expect(bodyOf(answer)).toMatchObject({ code });
    expect(`${texts}${answer.body}`).not.toContain('CANARY');
  });

  it.each([
    [503, new RuntimeFailure('objects/busy', 'wait', { retryable: true, fix: 'wait' }), 'objects/busy'],
    [500, new RuntimeFailure('registry/not-an-approver', 'no'), 'registry/not-an-approver'],
    [400, new RuntimeFailure('event/malformed', 'no'), 'event/malformed'],
    [500, new TypeError(MARKER), 'function/unexpected'],
  ])('is answered %s where its work fails, and logged once', async (status, error, code) => {
    const { runtime } = azureBench();
    const { context, lines, texts } = invocation();
    const handler = requestHandler(runtime, async () => {
      throw error;
    });
    const answer = await handler(request('{}', principal()), context);
    expect(answer.status).toBe(status);
    expect(bodyOf(answer)).toMatchObject({ code });
    expect(lines()).toMatchObject([{ event: 'function.failed', code, requestId: 'i-1' }]);
    expect(`${texts}${answer.body}`).not.toContain(MARKER);
  });

  it('reaches the service without the headers that quote its token', async () => {
    const { runtime } = azureBench();
    const requests: HttpRequest[] = [];
    const handler = requestHandler(runtime, async (_host, received) => {
      requests.push(received);
      return { status: 204, headers: {}, body: '' };
    });
    const headers = {
      ...principal(),
      ...JSON_TYPE,
      authorization: `Bearer ${MARKER}`,
      cookie: `AppServiceAuthSession=${MARKER}`,
      'x-ms-token-aad-access-token': MARKER,
      'x-zumo-auth': MARKER,
      'x-probe': 'proof',
    };
    await handler(request('{}', headers, '/score/a%20b?q=1'), invocation().context);
    expect(requests).toMatchObject([{ method: 'POST', path: '/score/a%20b', receivedId: 'i-1' }]);
    expect(requests[0]?.headers).toEqual({ ...JSON_TYPE, 'x-probe': 'proof' });
  });
});

describe('the work of a scoring service', () => {
  it('makes its service once, with the largest answer of Azure', async () => {
    const { runtime } = azureBench();
    const limits: (ResponseLimit | undefined)[] = [];
    const work = serviceWork(async (_ports, _config, _secret, limit) => {
      limits.push(limit);
      return async ({ path }) => ({ status: 200, headers: {}, body: path });
    });
    const handler = requestHandler(runtime, (host, received) => work(host, received));
    for (const path of ['/score', '/model'])
      expect(await handler(request('{}', principal(), path), invocation().context)).toMatchObject({
        body: path,
      });
    expect(limits).toHaveLength(1);
    expect(limits[0]?.bytes).toBe(104_857_600);
    expect(limits[0]?.sizeOf('ä"')).toBe(3);
  });
});
