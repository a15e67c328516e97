import type { Clock } from '../../ports/clock.ts';
import { createRestClient } from '../shared/rest.ts';
import { restFailure } from '../shared/rest-answer.ts';
import { cachedToken, type TokenSource } from '../shared/token-source.ts';

export interface TokenOptions {
  readonly clock: Clock;
  /** The app's variable IDENTITY_ENDPOINT, a port of the same machine. */
  readonly endpoint: string;
  /** The app's variable IDENTITY_HEADER, which changes; a request of somebody else does not know it. */
  readonly secret: string;
  /** Client id of the identity, where the app has one of its own resource. @default the app's system identity */
  readonly clientId?: string;
}

/** Tokens of the managed identity that an app runs as. */
export interface ServiceTokens {
  /** For a service, by its resource: `https://storage.azure.com`. One source per resource. */
  access(resource: string): TokenSource;
}

/** learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
const API_VERSION = '2019-08-01';
/** The endpoint is on the same machine. */
const TIMEOUT_MS = 5_000;

/**
 * Tokens by the identity endpoint of App Service and Functions.
 *
 * @throws RuntimeFailure, from each token: `token/refused` where the app does not have this identity
 */
export function createTokens({ clock, endpoint, secret, clientId }: TokenOptions): ServiceTokens {
  const client = createRestClient({ area: 'token', clock, timeoutMs: TIMEOUT_MS });
  const sources = new Map<string, TokenSource>();

  async function issue(resource: string) {
    const what = 'asking for an access token';
    const url = new URL(endpoint);
    url.searchParams.set('resource', resource);
    url.searchParams.set('api-version', API_VERSION);
    if (clientId !== undefined) url.searchParams.set('client_id', clientId);
    const headers = { 'x-identity-header': secret };
    const answer = (
      await client.send({ method: 'GET', url: url.href, headers, what })
    ).json() as AccessAnswer;
    const { access_token: value, expires_on: seconds } = answer ?? {};
    if (typeof value !== 'string' || !/^\d+$/.test(String(seconds)))
      throw restFailure('token', new TypeError('no token in the answer'), what);
    return { value, expiresAt: Number(seconds) * 1_000 };
  }

  return {
    access(resource) {
      const known = sources.get(resource) ?? cachedToken(clock, () => issue(resource));
      sources.set(resource, known);
      return known;
    },
  };
}

interface AccessAnswer {
  readonly access_token?: unknown;
  /** Seconds since 1970, as a text. */
  readonly expires_on?: unknown;
}
