import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokens } from '../../../lambdas/adapters/gcp/token.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { type Reply, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const START = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const MARGIN_MS = 300_000;

const access = (value: string): Reply => ({
  status: 200,
  body: JSON.stringify({ access_token: value, expires_in: 3_600, token_type: 'Bearer' }),
});
const identity = (audience: string, expiresAt: number): string => {
  const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ aud: audience, exp: expiresAt / 1_000 })}.signature`;
};

describe('tokens of the metadata server', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.stop());

  const open = () => {
    const clock = createVirtualClock(START);
    return { clock, tokens: createTokens({ clock, endpoint: server.endpoint }) };
  };

  it('asks for an access token with the header that the server demands', async () => {
    server.answer(access('t1'));
    expect(await open().tokens.access.get()).toBe('t1');
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      url: '/computeMetadata/v1/instance/service-accounts/default/token',
      headers: { 'metadata-flavor': 'Google' },
    });
  });

  it('keeps a token until five minutes before its end', async () => {
    server.answer(access('t1'), access('t2'));
    const { clock, tokens } = open();
    expect(await tokens.access.get()).toBe('t1');
    clock.advanceTo(START + HOUR_MS - MARGIN_MS - 1);
    expect(await tokens.access.get()).toBe('t1');
    clock.advanceTo(START + HOUR_MS - MARGIN_MS);
    expect(await tokens.access.get()).toBe('t2');
    expect(server.requests).toHaveLength(2);
  });

  it('makes one request for callers that ask at once', async () => {
    server.answer(access('t1'));
    const { tokens } = open();
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.access.get()));
    expect(new Set(all)).toEqual(new Set(['t1']));
    expect(server.requests).toHaveLength(1);
  });

  it('renews a token once for all callers that were refused with it', async () => {
    server.answer(access('t1'), access('t2'));
    const { tokens } = open();
    await tokens.access.get();
    const renewed = await Promise.all(Array.from({ length: 5 }, () => tokens.access.renew('t1')));
    expect(new Set(renewed)).toEqual(new Set(['t2']));
    expect(await tokens.access.renew('t1')).toBe('t2');
    expect(server.requests).toHaveLength(2);
  });

  it('keeps an identity token for each audience, until five minutes before the end that it names', async () => {
    server.answer(({ url }) => {
      const audience = new URL(url, server.endpoint).searchParams.get('audience') ?? '';
      return { status: 200, body: `${identity(audience, START + HOUR_MS)}\n` };
    });
    const { clock, tokens } = open();
    const a = 'https://score-1.run.app/?x=1&y';
    expect(await tokens.identity(a).get()).toBe(identity(a, START + HOUR_MS));
    expect(await tokens.identity('b').get()).toBe(identity('b', START + HOUR_MS));
    await tokens.identity(a).get();
    expect(server.requests).toHaveLength(2);
    clock.advanceTo(START + HOUR_MS - MARGIN_MS);
    await tokens.identity(a).get();
    expect(server.requests).toHaveLength(3);
  });

  it('asks again after a passing failure, and keeps no failure', async () => {
    server.answer({ status: 503 }, access('t1'));
    expect(await open().tokens.access.get()).toBe('t1');
    const { tokens } = open();
    server.answer({ status: 404 });
    await expect(tokens.access.get()).rejects.toMatchObject({ code: 'token/not-found', retryable: false });
    server.answer(access('t1'));
    expect(await tokens.access.get()).toBe('t1');
  });

  it.each(['', 'not a token', '{}', 'null', '{"access_token":"t"}', '{"access_token":7,"expires_in":1}'])(
    'fails for an answer without a token: %j',
    async (body) => {
      server.answer({ status: 200, body });
      const { tokens } = open();
      const failure = { code: 'token/unavailable', retryable: true };
      await expect(tokens.access.get()).rejects.toMatchObject(failure);
      await expect(tokens.identity('a').get()).rejects.toMatchObject(failure);
    },
  );

  it('fails where there is no metadata server', async () => {
    const tokens = createTokens({ clock: createVirtualClock(0), endpoint: 'http://127.0.0.1:9' });
    await expect(tokens.access.get()).rejects.toMatchObject({ code: 'token/unavailable', retryable: true });
  });
});
