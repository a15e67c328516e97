import type { Clock } from '../../ports/clock.ts';
import { createRestClient, type RestClient, type RestOptions } from '../shared/rest.ts';
import type { TokenSource } from '../shared/token-source.ts';

/** How a service of Google is reached. */
export interface GoogleService {
  readonly clock: Clock;
  readonly token: TokenSource;
  /** URL without a final slash. @default the service's own */
  readonly endpoint?: string;
}

/** A client of a service, with the failures of this area. */
export function googleClient(
  { clock, token }: GoogleService,
  area: RestOptions['area'],
  timeoutMs?: number,
): RestClient {
  return createRestClient({ area, clock, token, ...(timeoutMs !== undefined && { timeoutMs }) });
}

export const JSON_BODY = { 'content-type': 'application/json' } as const;
