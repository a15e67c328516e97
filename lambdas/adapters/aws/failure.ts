import { serviceFailures } from '../shared/service-failure.ts';

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

/** HTTP status of an SDK error; undefined when no answer came. */
export const statusOf = (error: unknown): number | undefined =>
  (error as SdkError | undefined)?.$metadata?.httpStatusCode;

/** The service's own name of an error. */
export const errorNameOf = (error: unknown): string => (error as SdkError | undefined)?.name ?? 'unknown';

/** The ladder of the codes, with AWS's names. */
export const { failureOf, hasBadCredentials, isThrottled } = serviceFailures({
  statusOf,
  nameOf: errorNameOf,
  throttled: THROTTLED,
  credentials: CREDENTIALS,
  forbidden: new Set(['AccessDeniedException']),
});
