import type { Clock } from '../../ports/clock.ts';
import { createRestClient, type RestClient, type RestOptions } from './rest.ts';
import type { TokenSource } from './token-source.ts';

/** How a service with bearer tokens is reached. */
export interface RestService {
  readonly clock: Clock;
  readonly token: TokenSource;
}

/** A client of a service, with the failures of this area. */
export function serviceClient(
  { clock, token }: RestService,
  area: RestOptions['area'],
  timeoutMs?: number,
): RestClient {
  return createRestClient({ area, clock, token, ...(timeoutMs !== undefined && { timeoutMs }) });
}

export const JSON_BODY = { 'content-type': 'application/json' } as const;
