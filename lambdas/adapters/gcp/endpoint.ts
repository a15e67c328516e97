import type { Endpoint } from '../../ports/endpoint.ts';
import { postOnce } from '../shared/post-once.ts';
import type { TokenSource } from '../shared/token-source.ts';

export interface EndpointOptions {
  /** URI of the scoring function, `https://….run.app`. */
  readonly url: string;
  /** Identity tokens whose audience is this URI. */
  readonly token: TokenSource;
  /** @default 5,000 */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

/** Cloud Run with IAM: each request has an identity token (cloud.google.com/run/docs/authenticating/service-to-service). */
export function createEndpoint({ url, token, timeoutMs = TIMEOUT_MS }: EndpointOptions): Endpoint {
  return {
    async post({ path, headers, body }) {
      const bearer = await token.get();
      const target = new URL(path.replace(/^\//, ''), url.endsWith('/') ? url : `${url}/`);
      return postOnce(
        target,
        { ...headers, 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
        body,
        timeoutMs,
      );
    },
  };
}
