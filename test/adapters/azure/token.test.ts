import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokens } from '../../../lambdas/adapters/azure/token.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { type Reply, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const START = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const STORAGE = 'https://storage.azure.com';
const issued = (value: string, expiresAt = START + HOUR_MS): Reply => ({
  status: 200,
  body: JSON.stringify({ access_token: value, expires_on: String(expiresAt / 1_000), token_type: 'Bearer' }),
});

describe('tokens of the managed identity', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.stop());

  const open = (clientId?: string) => {
    const clock = createVirtualClock(START);
    const endpoint = `${server.endpoint}/msi/token`;
    return {
      clock,
      tokens: createTokens({ clock, endpoint, secret: 'of-the-app', ...(clientId && { clientId }) }),
    };
  };

  it("asks for the token of a resource with the app's own header, by the identity that it names", async () => {
    server.answer(issued('t1'));
    expect(await open('1b2c').tokens.access(STORAGE).get()).toBe('t1');
    const [request] = server.requests;
    expect(request?.headers['x-identity-header']).toBe('of-the-app');
    const { pathname, searchParams } = new URL(request?.url ?? '', server.endpoint);
    expect([pathname, Object.fromEntries(searchParams)]).toEqual([
      '/msi/token',
      { resource: STORAGE, 'api-version': '2019-08-01', client_id: '1b2c' },
    ]);
  });

  it('names no identity where the app has its own', async () => {
    server.answer(issued('t1'));
    await open().tokens.access(STORAGE).get();
    expect(server.requests[0]?.url).not.toContain('client_id');
  });

  it('keeps a token for each resource until five minutes before its end', async () => {
    server.answer(issued('t1'));
    const { clock, tokens } = open();
    for (const resource of [STORAGE, STORAGE, 'https://vault.azure.net']) await tokens.access(resource).get();
    expect(server.requests).toHaveLength(2);
    clock.advanceTo(START + HOUR_MS - 300_000);
    await tokens.access(STORAGE).get();
    expect(server.requests).toHaveLength(3);
  });

  it.each(['', 'not a token', 'null', '{"access_token":"t"}', '{"access_token":"t","expires_on":"soon"}'])(
    'fails for an answer without a token and its end: %j',
    async (body) => {
      server.answer({ status: 200, body });
      await expect(open().tokens.access(STORAGE).get()).rejects.toMatchObject({
        code: 'token/unavailable',
        retryable: true,
      });
    },
  );

  it.each<readonly [string, Reply]>([
    ['429', { status: 429, headers: { 'retry-after': '2' } }],
    ['500', { status: 500 }],
    ['a lost answer', 'cut'],
    ['an answer that breaks off', { status: 200, body: '{"access_token":"t"', cutAfter: 5 }],
  ])('asks again after %s, once for all who wait', async (_, reply) => {
    server.answer(reply, issued('t1'));
    const source = open().tokens.access(STORAGE);
    expect(await Promise.all([source.get(), source.get()])).toEqual(['t1', 't1']);
    expect(server.requests).toHaveLength(2);
  });

  it('gives another token for one that a service refused, and the same to all', async () => {
    server.answer(issued('t1'), issued('t2'));
    const source = open().tokens.access(STORAGE);
    expect(await source.get()).toBe('t1');
    expect(await Promise.all([source.renew('t1'), source.renew('t1')])).toEqual(['t2', 't2']);
    expect(server.requests).toHaveLength(2);
  });

  it('fails where the app does not have the identity', async () => {
    server.answer({
      status: 400,
      body: '{"statusCode":400,"message":"No Managed Identity found of-the-app"}',
    });
    const failure = await open('1b2c')
      .tokens.access(STORAGE)
      .get()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'token/refused', retryable: false });
    expect(String(failure)).not.toContain('of-the-app');
  });
});
