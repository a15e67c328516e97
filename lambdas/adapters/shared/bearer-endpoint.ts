import type { Endpoint } from '../../ports/endpoint.ts';
import { postOnce } from './post-once.ts';
import type { TokenSource } from './token-source.ts';

export interface BearerEndpointOptions {
  /** URL of the scoring function, `https://….run.app` or `https://….azurewebsites.net`. */
  readonly url: string;
  /** Tokens whose audience is this function. */
  readonly token: TokenSource;
  /** @default 5,000 */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

/**
 * A service that lets callers in by a bearer token: Cloud Run with IAM
 * (cloud.google.com/run/docs/authenticating/service-to-service), App Service with Entra
 * (learn.microsoft.com/azure/app-service/configure-authentication-provider-aad).
 */
export function createBearerEndpoint({
  url,
  token,
  timeoutMs = TIMEOUT_MS,
}: BearerEndpointOptions): Endpoint {
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
