/** Errors of cloud services as failures of this project: one ladder of codes for every cloud. */

import { RuntimeFailure } from '../../core/errors.ts';

/** Areas of the services that are called here. */
export type CloudService =
  | 'objects'
  | 'online'
  | 'predictions'
  | 'events'
  | 'notifier'
  | 'registry'
  | 'secret'
  | 'source'
  | 'token';

/** The second halves of their codes. */
type Refusal = 'busy' | 'credentials' | 'forbidden' | 'not-found' | 'refused' | 'unavailable';

/** A cloud's errors: how they are read, and the names that mean more than their HTTP status. */
export interface ServiceErrors {
  /** HTTP status; undefined when no answer came. */
  readonly statusOf: (error: unknown) => number | undefined;
  /** The service's own name of an error. */
  readonly nameOf: (error: unknown) => string;
  /** Names for throttling, beside status 429. */
  readonly throttled: ReadonlySet<string>;
  /** Names for credentials of the caller that are not valid, or not any more, beside status 401. */
  readonly credentials: ReadonlySet<string>;
  /** Names for missing rights, beside status 403. */
  readonly forbidden: ReadonlySet<string>;
}

/** Status of a request that arrived too slowly: as little is known as without an answer (rfc-editor.org/rfc/rfc9110#section-15.5.9). */
const LOST = 408;

export interface ServiceFailures {
  /** Whether a service asked to come back later, and did nothing. */
  isThrottled(error: unknown): boolean;
  /** Whether the credentials were refused. */
  hasBadCredentials(error: unknown): boolean;
  /**
   * An error as this project's failure: `<area>/busy`, `/credentials`, `/forbidden`, `/not-found`, `/refused` for what
   * the service will not do whenever it is asked, `/unavailable` for a lost connection, 408 or a 5xx. Messages of the
   * service are kept as the cause only: they may quote a value.
   *
   * @param what - The work that failed, as the message begins: `reading runs/1.json`.
   */
  failureOf(area: CloudService, error: unknown, what: string): RuntimeFailure;
}

/** The ladder from an error of this cloud to a code. */
export function serviceFailures(errors: ServiceErrors): ServiceFailures {
  const { statusOf, nameOf } = errors;
  const isThrottled = (error: unknown) => errors.throttled.has(nameOf(error)) || statusOf(error) === 429;
  const hasBadCredentials = (error: unknown) =>
    errors.credentials.has(nameOf(error)) || statusOf(error) === 401;

  function failureOf(area: CloudService, error: unknown, what: string): RuntimeFailure {
    if (error instanceof RuntimeFailure) return error;
    const status = statusOf(error);
    const say = (code: Refusal, message: string, retryable: boolean, fix?: string) =>
      new RuntimeFailure(`${area}/${code}`, `${what}: ${message} (${nameOf(error)})`, {
        retryable,
        cause: error,
        ...(fix !== undefined && { fix }),
      });
    if (isThrottled(error)) return say('busy', 'the service asks to come back later', true);
    if (hasBadCredentials(error))
      return say(
        'credentials',
        'the credentials are not valid any more',
        false,
        'sign in again, or check the role',
      );
    if (status === 403 || errors.forbidden.has(nameOf(error)))
      return say('forbidden', 'not allowed', false, "compare the role's policy with what the function calls");
    if (status === 404) return say('not-found', 'there is no such resource', false);
    if (status !== undefined && status < 500 && status !== LOST)
      return say('refused', 'the service refused the request', false);
    return say('unavailable', status === undefined ? 'no answer' : `answer ${status}`, true);
  }

  return { isThrottled, hasBadCredentials, failureOf };
}
