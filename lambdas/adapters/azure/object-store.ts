import { RuntimeFailure } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { checkKey, checkPrefix } from '../../ports/object-key.ts';
import type { ConditionalWrite, ObjectStore } from '../../ports/object-store.ts';
import { PART_BYTES, partsOf } from '../shared/parts.ts';
import { createRestClient, type RestRequest, type WholeAnswer } from '../shared/rest.ts';
import type { TokenSource } from '../shared/token-source.ts';
import { checkUnencoded, UNENCODED, unencoded } from '../shared/unencoded.ts';
import { ABSENT, BLOB_VERSION, blobErrorOf, blobUrl, isBlobAbsence, isUnmet } from './blob-service.ts';
import { uploadBlocks } from './block-upload.ts';
import { replaceAppendBlob } from './replace-append-blob.ts';

export interface ObjectStoreOptions {
  /** `https://<account>.blob.core.windows.net/<container>` */
  readonly container: string;
  readonly clock: Clock;
  /** For the resource `https://storage.azure.com`. */
  readonly token: TokenSource;
  /** Longest silence of the service. @default 30,000 */
  readonly timeoutMs?: number;
}

const BLOB = {
  ...BLOB_VERSION,
  'x-ms-blob-type': 'BlockBlob',
  'content-type': 'application/octet-stream',
};

/** Blob Storage, on one container. Encryption and versioning are the account's own. */
export function createObjectStore({ container, clock, token, timeoutMs }: ObjectStoreOptions): ObjectStore {
  const client = createRestClient({
    area: 'objects',
    clock,
    token,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  const content = (key: string): RestRequest => {
    checkKey(key);
    return {
      method: 'GET',
      url: blobUrl(container, key),
      headers: { ...BLOB_VERSION, ...UNENCODED },
      what: `reading ${key}`,
    };
  };

  const put = (
    key: string,
    bytes: Uint8Array,
    condition: Readonly<Record<string, string>>,
    once = false,
  ): Promise<WholeAnswer> =>
    client.send({
      method: 'PUT',
      url: blobUrl(container, key),
      headers: { ...BLOB, ...condition },
      body: bytes,
      what: `writing ${key}`,
      once,
    });

  /** Sends a stream as one request if it is no larger than a part. */
  async function send(
    key: string,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    condition: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    checkKey(key);
    const parts = partsOf(chunks, PART_BYTES);
    const { value: first } = await parts.next();
    if (first === undefined) throw new TypeError('a stream has one part at least');
    if (first.last) {
      await put(key, first.bytes, condition);
      return;
    }
    const upload = {
      client,
      url: blobUrl(container, key),
      headers: BLOB_VERSION,
      condition,
      what: `writing ${key}`,
    };
    try {
      await uploadBlocks(upload, first, parts);
    } finally {
      await parts.return(); // closes the source of an upload that failed
    }
  }

  return {
    async get(key) {
      const request = content(key);
      const answer = await unlessAbsent(client.send(request));
      if (answer === undefined) return undefined;
      checkUnencoded(answer.headers, request.what);
      return { bytes: answer.bytes, version: etagOf(answer, request.what) };
    },

    async read(key) {
      const request = content(key);
      const answer = await unlessAbsent(client.open(request));
      return answer && unencoded(answer, request.what);
    },

    write: (key, chunks) => send(key, chunks),

    async create(key, chunks) {
      try {
        await send(key, chunks, ABSENT);
        return true;
      } catch (error) {
        if (isUnmet(error)) return false;
        throw error;
      }
    },

    async tryPut(key, bytes, condition): Promise<ConditionalWrite> {
      checkKey(key);
      const header = condition.kind === 'absent' ? ABSENT : { 'if-match': condition.version };
      try {
        const answer = await put(key, bytes, header, true);
        return { outcome: 'written', version: etagOf(answer, `writing ${key}`) };
      } catch (error) {
        if (isUnmet(error) || (condition.kind === 'version' && isBlobAbsence(error)))
          return { outcome: 'conflict' };
        if (condition.kind === 'version' && blobErrorOf(error) === 'InvalidBlobType')
          return replaceAppendBlob(
            { client, container, put: (copy, all) => put(copy, all, {}) },
            key,
            bytes,
            condition.version,
          );
        // No answer, a 5xx or one that names no version: it may have been written.
        if (error instanceof RuntimeFailure && error.code === 'objects/unavailable')
          return { outcome: 'unknown', cause: error };
        throw error;
      }
    },

    async *list(prefix) {
      checkPrefix(prefix);
      const query = new URLSearchParams({ restype: 'container', comp: 'list', prefix });
      for (;;) {
        const url = `${container}?${query}`;
        const { bytes } = await client.send({
          method: 'GET',
          url,
          headers: BLOB_VERSION,
          what: `listing ${prefix}`,
        });
        const page = Buffer.from(bytes).toString('utf8');
        // A key has no character that XML escapes.
        for (const [, name = ''] of page.matchAll(/<Blob><Name>([^<]*)<\/Name>/g)) yield name;
        const [, marker] = /<NextMarker>([^<]+)<\/NextMarker>/.exec(page) ?? [];
        if (marker === undefined) return;
        query.set('marker', unescaped(marker));
      }
    },

    async delete(key) {
      checkKey(key);
      const headers = { ...BLOB_VERSION, 'x-ms-delete-snapshots': 'include' };
      await unlessAbsent(
        client.send({ method: 'DELETE', url: blobUrl(container, key), headers, what: `deleting ${key}` }),
      );
    },
  };
}

/** The answer, or undefined where there is no such blob. */
const unlessAbsent = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((error: unknown) => {
    if (isBlobAbsence(error)) return undefined;
    throw error;
  });

function etagOf({ headers }: WholeAnswer, what: string): string {
  const etag = headers.get('etag');
  if (etag !== null) return etag;
  throw new RuntimeFailure('objects/unavailable', `${what}: the answer names no version`, {
    retryable: true,
  });
}

/** A text of XML without its entities. */
const unescaped = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '');
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
