/** Append blobs by the hour, each closed before it is full (learn.microsoft.com/rest/api/storageservices/append-block). */

import { RuntimeFailure } from '../../core/errors.ts';
import { type Lazy, lazy } from '../shared/lazy.ts';
import type { RestClient } from '../shared/rest.ts';
import { ABSENT, BLOB_VERSION, blobErrorOf, blobUrl, isUnmet } from './blob-service.ts';

export interface AppendBlobs {
  readonly client: RestClient;
  /** `https://<account>.blob.core.windows.net/<container>` */
  readonly container: string;
  /** Name of the app's instance, which others do not have: one writer keeps its blobs' blocks few. */
  readonly instance: string;
  readonly now: () => number;
  /** @default 40,000 */
  readonly blocks?: number;
}

/**
 * A blob has at most 50,000 blocks (learn.microsoft.com/azure/storage/blobs/scalability-targets). Calls that are under
 * way when the count is read may add some.
 */
const MAX_BLOCKS = 40_000;
/** Blobs that one append may find full, one after the other: more is a fault. */
const MAX_ROTATIONS = 32;

/**
 * Names of answers after which another blob is begun: this one is full, was removed, or is of another type since
 * somebody rewrote it.
 */
const CLOSED: ReadonlySet<string> = new Set(['BlockCountExceedsLimit', 'BlobNotFound', 'InvalidBlobType']);

interface OpenBlob {
  /** `predictions/<date>/<hour>` */
  readonly folder: string;
  readonly number: number;
  readonly url: string;
  /** Makes the blob unless it is there. */
  readonly made: Lazy<void>;
}

/**
 * Appends bytes as one block to `predictions/<date>/<hour>/<instance>-<n>.jsonl`, by the hour in UTC. An instance that
 * restarted goes on with the blob that it finds.
 *
 * @returns the function that appends; it throws RuntimeFailure of the client's area
 */
export function createAppendBlobs({
  client,
  container,
  instance,
  now,
  blocks = MAX_BLOCKS,
}: AppendBlobs): (bytes: Uint8Array, what: string) => Promise<void> {
  let current: OpenBlob | undefined;

  const begin = (folder: string, number: number): OpenBlob => {
    const url = blobUrl(container, `${folder}/${instance}-${number}.jsonl`);
    return { folder, number, url, made: lazy(() => create(url)) };
  };

  async function create(url: string): Promise<void> {
    const headers = { ...BLOB_VERSION, ...ABSENT, 'x-ms-blob-type': 'AppendBlob' };
    const what = 'beginning a file of predictions';
    await client.send({ method: 'PUT', url, headers, what }).catch((error: unknown) => {
      // Made by an earlier attempt, or before a restart.
      if (!isUnmet(error)) throw error;
    });
  }

  function blobOf(hour: number): OpenBlob {
    const folder = folderOf(hour);
    if (current?.folder !== folder) current = begin(folder, 0);
    return current;
  }

  /** Leaves a blob for the next one, unless another call has done so. */
  function leave(blob: OpenBlob): void {
    if (current === blob) current = begin(blob.folder, blob.number + 1);
  }

  return async (bytes, what) => {
    for (let rotation = 0; rotation < MAX_ROTATIONS; rotation += 1) {
      const blob = blobOf(now());
      await blob.made();
      const request = { method: 'PUT', url: `${blob.url}?comp=appendblock`, headers: BLOB_VERSION } as const;
      try {
        const { headers } = await client.send({ ...request, body: bytes, what });
        // The count is absent where a proxy removed it; then the service itself reports a full blob.
        if (Number(headers.get('x-ms-blob-committed-block-count')) >= blocks) leave(blob);
        return;
      } catch (error) {
        if (!CLOSED.has(blobErrorOf(error) ?? '')) throw error;
        leave(blob);
      }
    }
    throw new RuntimeFailure('predictions/refused', `${what}: ${MAX_ROTATIONS} files take no more blocks`);
  };
}

/** `predictions/2026-03-01/09` */
function folderOf(time: number): string {
  const iso = new Date(time).toISOString();
  return `predictions/${iso.slice(0, 10)}/${iso.slice(11, 13)}`;
}
