/** The HTTP status of a failure, which callers retry by. */

import type { ErrorCode } from '../core/error-codes/index.ts';
import type { CloudError } from './cloud-error.ts';

/** Headers of an answer in JSON. */
export const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' } as const;

const STATUS: { readonly [Code in ErrorCode]?: number } = {
  'http/content-encoding': 415,
  'http/content-type': 415,
  'http/method': 405,
  'http/no-principal': 401,
  'http/not-found': 404,
  'http/not-json': 400,
  'http/too-large': 413,
};

/** 503 for failures that may pass, 400 to 415 for a request that is not of its form, and otherwise 500. */
export function failureStatus({ name, facts: { code } }: CloudError): number {
  if (name === 'Retryable') return 503;
  return STATUS[code] ?? (code.startsWith('event/') ? 400 : 500);
}
