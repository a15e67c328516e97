/** New content for a blob that lines were appended to, and that Blob Storage lets nobody overwrite by another type. */

import { randomUUID } from 'node:crypto';
import { RuntimeFailure } from '../../core/errors.ts';
import type { ConditionalWrite } from '../../ports/object-store.ts';
import type { RestClient, WholeAnswer } from '../shared/rest.ts';
import { BLOB_VERSION, blobUrl, isBlobAbsence, isUnmet } from './blob-service.ts';

export interface AppendBlobReplacement {
  readonly client: RestClient;
  readonly container: string;
  /** Writes a block blob. */
  readonly put: (key: string, bytes: Uint8Array) => Promise<WholeAnswer>;
}

/**
 * Writes the content beside the blob, under a name of its own. Then it deletes the blob if it has this version. A crash
 * between them leaves both: readers count a record's name once, and the next replacement finds the blob again. An
 * instance that still appends begins the next file.
 *
 * @param key - As `predictions/2026-03-01/09/<name>.jsonl`; the content is in `<name>-<uuid>.jsonl` afterwards.
 */
export async function replaceAppendBlob(
  { client, container, put }: AppendBlobReplacement,
  key: string,
  bytes: Uint8Array,
  version: string,
): Promise<ConditionalWrite> {
  const copy = key.replace(/(\.[^./]*)?$/, `-${randomUUID()}$1`);
  const remove = (one: string, condition: Readonly<Record<string, string>>) =>
    client.send({
      method: 'DELETE',
      url: blobUrl(container, one),
      headers: { ...BLOB_VERSION, 'x-ms-delete-snapshots': 'include', ...condition },
      what: `replacing ${key}`,
      once: true,
    });
  const written = await put(copy, bytes);
  try {
    await remove(key, { 'if-match': version });
    return { outcome: 'written', version: written.headers.get('etag') ?? version };
  } catch (error) {
    if (error instanceof RuntimeFailure && error.code === 'objects/unavailable')
      return { outcome: 'unknown', cause: error };
    // The copy may stay if this fails: its records are in the blob as well.
    await remove(copy, {}).catch(() => {});
    if (isUnmet(error) || isBlobAbsence(error)) return { outcome: 'conflict' };
    throw error;
  }
}
