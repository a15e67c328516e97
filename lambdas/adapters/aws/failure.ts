import { RuntimeFailure } from '../../core/errors.ts';

/** Common shape of the SDK's errors (@smithy/types: ServiceException and its metadata). */
interface SdkError {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly message?: string;
}

/** Error names that services use for throttling (docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html). */
const THROTTLED = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'ThrottledRequestException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'SlowDown',
  'EC2ThrottledException',
  'ServiceUnavailableException',
]);

/** Error names for credentials of the caller that are not valid, or not any more. */
const CREDENTIALS = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'CredentialsProviderError',
  'AuthFailure',
]);

/** Areas of the services that are called here. */
type Service = 'objects' | 'online' | 'predictions' | 'events' | 'notifier' | 'registry' | 'secret';

/** The second halves of their codes. */
type Refusal = 'busy' | 'credentials' | 'forbidden' | 'not-found' | 'refused' | 'unavailable';

/** HTTP status of an SDK error; undefined when no answer came. */
export const statusOf = (error: unknown): number | undefined =>
  (error as SdkError | undefined)?.$metadata?.httpStatusCode;

/** The service's own name of an error. */
export const errorNameOf = (error: unknown): string => (error as SdkError | undefined)?.name ?? 'unknown';

/** Whether a service asked to come back later, and did nothing. */
export const isThrottled = (error: unknown): boolean =>
  THROTTLED.has(errorNameOf(error)) || statusOf(error) === 429;

/** Whether the credentials were refused. */
export const hasBadCredentials = (error: unknown): boolean => CREDENTIALS.has(errorNameOf(error));

/**
 * An SDK's error as this project's failure: `<area>/busy`, `/credentials`, `/forbidden`, `/not-found`, `/refused` for
 * what the service will not do whenever it is asked, `/unavailable` for a lost connection or a 5xx. Messages of the
 * service are kept as the cause only: they may quote a value.
 */
export function failureOf(area: Service, error: unknown, what: string): RuntimeFailure {
  if (error instanceof RuntimeFailure) return error;
  const status = statusOf(error);
  const say = (code: Refusal, message: string, retryable: boolean, fix?: string) =>
    new RuntimeFailure(`${area}/${code}`, `${what}: ${message} (${errorNameOf(error)})`, {
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
  if (status === 403 || errorNameOf(error) === 'AccessDeniedException')
    return say('forbidden', 'not allowed', false, "compare the role's policy with what the function calls");
  if (status === 404) return say('not-found', 'there is no such resource', false);
  if (status !== undefined && status < 500) return say('refused', 'the service refused the request', false);
  return say('unavailable', status === undefined ? 'no answer' : `answer ${status}`, true);
}
