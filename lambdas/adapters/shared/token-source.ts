import type { Clock } from '../../ports/clock.ts';

/** An access token for the `Authorization` header, and the time that it ends at. */
export interface IssuedToken {
  readonly value: string;
  /** ms since 1970. */
  readonly expiresAt: number;
}

/** Gives a bearer token to each request. */
export interface TokenSource {
  get(): Promise<string>;
  /** A token that is not the one that a service refused with 401. Callers that were refused at once share it. */
  renew(refused: string): Promise<string>;
}

/**
 * No token is given out in its last five minutes, so that none ends under way. Google's metadata server issues a
 * new one from then on (cloud.google.com/compute/docs/access/authenticate-workloads).
 */
const MARGIN_MS = 5 * 60_000;

/**
 * Keeps a token until five minutes before its end. Callers that ask at once share one request; a failed request is
 * not kept.
 */
export function cachedToken(clock: Clock, issue: () => Promise<IssuedToken>): TokenSource {
  let kept: IssuedToken | undefined;
  let asked: Promise<IssuedToken> | undefined;

  function ask(): Promise<IssuedToken> {
    asked ??= issue()
      .then((token) => {
        kept = token;
        return token;
      })
      .finally(() => {
        asked = undefined;
      });
    return asked;
  }

  async function get(): Promise<string> {
    if (kept !== undefined && clock.now() < kept.expiresAt - MARGIN_MS) return kept.value;
    return (await ask()).value;
  }

  return {
    get,
    async renew(refused) {
      if (kept?.value === refused) kept = undefined;
      return get();
    },
  };
}
