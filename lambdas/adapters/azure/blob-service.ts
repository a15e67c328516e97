/** Blob Storage as its two adapters reach it: addresses, the version of its API, and the names of its errors. */

import { RuntimeFailure } from '../../core/errors.ts';
import { RefusedAnswer } from '../shared/rest-answer.ts';

/** A version is required with a bearer token (learn.microsoft.com/rest/api/storageservices/versioning-for-the-azure-storage-services). */
export const BLOB_VERSION = { 'x-ms-version': '2025-05-05' };
/** Condition of a blob that must not be there yet. */
export const ABSENT = { 'if-none-match': '*' };

/**
 * Names of 409 and 412 for a condition that does not hold
 * (learn.microsoft.com/rest/api/storageservices/blob-service-error-codes). A blob that is leased has 412 as well.
 */
const UNMET_NAMES: ReadonlySet<string> = new Set(['BlobAlreadyExists', 'ConditionNotMet']);

/**
 * Address of a blob.
 *
 * @param container - `https://<account>.blob.core.windows.net/<container>`
 */
export const blobUrl = (container: string, key: string): string =>
  `${container}/${key.split('/').map(encodeURIComponent).join('/')}`;

/** Blob Storage's name of a failure's error, from its header `x-ms-error-code`; undefined for other failures. */
export const blobErrorOf = (error: unknown): string | undefined =>
  error instanceof RuntimeFailure && error.cause instanceof RefusedAnswer ? error.cause.reason : undefined;

/** Whether a condition did not hold. */
export const isUnmet = (error: unknown): boolean => UNMET_NAMES.has(blobErrorOf(error) ?? '');

/** Whether there is no such blob; a missing container is another error. 403 is never absence. */
export const isBlobAbsence = (error: unknown): boolean => blobErrorOf(error) === 'BlobNotFound';
