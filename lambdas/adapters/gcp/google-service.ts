import type { RestService } from '../shared/rest-service.ts';

/** How a service of Google is reached. */
export interface GoogleService extends RestService {
  /** URL without a final slash. @default the service's own */
  readonly endpoint?: string;
}
