import type { Clock } from '../../ports/clock.ts';
import { createRestClient } from '../shared/rest.ts';
import { restFailure } from '../shared/rest-answer.ts';
import { cachedToken, type TokenSource } from '../shared/token-source.ts';

export interface TokenOptions {
  readonly clock: Clock;
  /** @default the metadata server of the instance */
  readonly endpoint?: string;
}

/** Tokens of the service account that a function runs as. */
export interface ServiceTokens {
  /** For Google's APIs; its scope is the function's. */
  readonly access: TokenSource;
  /** For a service that is called by its identity, as a private Cloud Run service; one source per audience. */
  identity(audience: string): TokenSource;
}

/** Reached from Cloud Run and nowhere else (docs.cloud.google.com/run/docs/container-contract#metadata-server). */
const METADATA = 'http://metadata.google.internal';
const ACCOUNT = '/computeMetadata/v1/instance/service-accounts/default';
/** The server is on the same machine. */
const TIMEOUT_MS = 5_000;

/**
 * Tokens by the metadata server. It serves only callers that send its header, so that no redirected request of
 * somebody else gets one.
 *
 * @throws RuntimeFailure, from each token: `token/unavailable` (retryable) also where there is no such server
 */
export function createTokens({ clock, endpoint = METADATA }: TokenOptions): ServiceTokens {
  const client = createRestClient({ area: 'token', clock, timeoutMs: TIMEOUT_MS });
  const ask = (path: string, what: string) =>
    client.send({
      method: 'GET',
      url: `${endpoint}${ACCOUNT}${path}`,
      headers: { 'metadata-flavor': 'Google' },
      what,
    });
  const identities = new Map<string, TokenSource>();

  async function issueAccess() {
    const what = 'asking for an access token';
    const answer = (await ask('/token', what)).json() as AccessAnswer;
    const { access_token: value, expires_in: seconds } = answer ?? {};
    if (typeof value !== 'string' || typeof seconds !== 'number')
      throw restFailure('token', new TypeError('no token in the answer'), what);
    return { value, expiresAt: clock.now() + seconds * 1_000 };
  }

  async function issueIdentity(audience: string) {
    const what = 'asking for an identity token';
    const { bytes } = await ask(`/identity?audience=${encodeURIComponent(audience)}`, what);
    const value = Buffer.from(bytes).toString('utf8').trim();
    const seconds = endOf(value);
    if (seconds === undefined) throw restFailure('token', new TypeError('no token in the answer'), what);
    return { value, expiresAt: seconds * 1_000 };
  }

  return {
    access: cachedToken(clock, issueAccess),
    identity(audience) {
      const known = identities.get(audience) ?? cachedToken(clock, () => issueIdentity(audience));
      identities.set(audience, known);
      return known;
    },
  };
}

/** docs.cloud.google.com/compute/docs/access/authenticate-workloads */
interface AccessAnswer {
  readonly access_token?: unknown;
  /** Seconds. */
  readonly expires_in?: unknown;
}

/** The claim `exp` of a JSON Web Token, s since 1970. Its signature is for the service that it goes to. */
function endOf(token: string): number | undefined {
  const [, claims = ''] = token.split('.');
  try {
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { exp?: unknown };
    return typeof exp === 'number' ? exp : undefined;
  } catch {
    return undefined;
  }
}
