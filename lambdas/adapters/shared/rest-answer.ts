import type { RuntimeFailure } from '../../core/errors.ts';
import type { ReceivedAnswer } from './rest-exchange.ts';
import { type CloudService, serviceFailures } from './service-failure.ts';

/** An answer that was not accepted, as the cause of a failure: its message may quote a value and is never shown. */
export class RefusedAnswer extends Error {
  readonly status: number;
  /** The service's name of the error, as `rateLimitExceeded` or `BlobNotFound`; `status 500` when it has none. */
  readonly reason: string;
  /** The header of this name. */
  readonly retryAfter: string | null;

  constructor(
    status: number,
    message: string,
    {
      reason,
      retryAfter = null,
    }: { readonly reason?: string | undefined; readonly retryAfter?: string | null },
  ) {
    super(message);
    this.status = status;
    this.reason = reason ?? `status ${status}`;
    this.retryAfter = retryAfter;
  }
}

/** The ladder of the codes, with the names of Google's and of Azure's services. */
const { failureOf, hasBadCredentials } = serviceFailures({
  statusOf: (error) => (error instanceof RefusedAnswer ? error.status : undefined),
  nameOf,
  // Google answers 403 to a caller above its rate (cloud.google.com/storage/docs/json_api/v1/status-codes), Azure 503
  // (learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes).
  throttled: new Set([
    'rateLimitExceeded',
    'userRateLimitExceeded',
    'RATE_LIMIT_EXCEEDED',
    'RESOURCE_EXHAUSTED',
    'ServerBusy',
  ]),
  // Blob Storage answers 401 to a token that has ended, and 403 to one that it cannot read.
  credentials: new Set(['UNAUTHENTICATED', 'AuthenticationFailed', 'InvalidAuthenticationInfo']),
  forbidden: new Set(['PERMISSION_DENIED']),
});

/** Whether a service did not accept the token, so that another one may help. */
export const isTokenRefused: (error: unknown) => boolean = hasBadCredentials;

/** An error of a request as a failure of this area; failures of ours pass unchanged. */
export const restFailure = (area: CloudService, error: unknown, what: string): RuntimeFailure =>
  failureOf(area, error, what);

function nameOf(error: unknown): string {
  if (error instanceof RefusedAnswer) return error.reason;
  if (!(error instanceof Error)) return 'unknown';
  // fetch wraps the error of the connection, whose code is the name that people search for.
  const code = (error.cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : error.name;
}

/** A name is a word: nothing else of a body may reach a message. */
const NAME = /^[A-Za-z][A-Za-z_]{0,63}$/;
/** Errors of these services are smaller; a page of some proxy may not be. */
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_ERROR_CHARACTERS = 1_000;

/** Reads the body of an answer that was not accepted, as far as it explains the error. */
export async function explainedRefusal({ status, headers, chunks }: ReceivedAnswer): Promise<RefusedAnswer> {
  const held: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      held.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > MAX_ERROR_BYTES) break;
    }
  } catch {
    // The status is known; an explanation that breaks off changes nothing.
  }
  const text = Buffer.concat(held).toString('utf8');
  const reason = [headers.get('x-ms-error-code'), ...reasonsOf(text)].find(
    (name): name is string => typeof name === 'string' && NAME.test(name),
  );
  return new RefusedAnswer(status, `answer ${status}: ${text.slice(0, MAX_ERROR_CHARACTERS)}`, {
    reason,
    retryAfter: headers.get('retry-after'),
  });
}

/** The shapes of Google's errors (cloud.google.com/apis/design/errors, cloud.google.com/storage/docs/json_api/v1/status-codes). */
interface ErrorBody {
  readonly error?: {
    readonly status?: unknown;
    readonly code?: unknown;
    readonly errors?: readonly { readonly reason?: unknown }[];
    readonly details?: readonly { readonly reason?: unknown }[];
  };
}

/** Names that a JSON body gives its error, the most exact first. */
function reasonsOf(text: string): readonly unknown[] {
  try {
    const { error } = JSON.parse(text) as ErrorBody;
    return [
      ...(error?.details ?? []).map(({ reason }) => reason),
      ...(error?.errors ?? []).map(({ reason }) => reason),
      error?.status,
      error?.code,
    ];
  } catch {
    return [];
  }
}
