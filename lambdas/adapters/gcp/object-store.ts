import { RuntimeFailure } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { checkKey, checkPrefix } from '../../ports/object-key.ts';
import type { ConditionalWrite, ObjectStore } from '../../ports/object-store.ts';
import { PART_BYTES, partsOf } from '../shared/parts.ts';
import { createRestClient, type RestRequest } from '../shared/rest.ts';
import { RefusedAnswer } from '../shared/rest-answer.ts';
import type { TokenSource } from '../shared/token-source.ts';
import { checkUnencoded, UNENCODED, unencoded } from '../shared/unencoded.ts';
import { UNMET, uploadParts } from './resumable-upload.ts';

export interface ObjectStoreOptions {
  readonly bucket: string;
  readonly clock: Clock;
  readonly token: TokenSource;
  /** @default Google's */
  readonly endpoint?: string;
  /** Longest silence of the service. @default 30,000 */
  readonly timeoutMs?: number;
}

const ENDPOINT = 'https://storage.googleapis.com';
/** One write a second of one object, and 429 above it (docs.cloud.google.com/storage/quotas#objects). */
const MIN_REWRITE_MS = 1_100;

/** Cloud Storage by its JSON API, on one bucket. Encryption and versioning are the bucket's own. */
export function createObjectStore(options: ObjectStoreOptions): ObjectStore {
  const { bucket, clock, token, endpoint = ENDPOINT, timeoutMs } = options;
  const client = createRestClient({
    area: 'objects',
    clock,
    token,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  const objects = `/storage/v1/b/${encodeURIComponent(bucket)}/o`;
  const objectUrl = (key: string) => `${endpoint}${objects}/${encodeURIComponent(key)}`;
  /** `objects.insert`; generation 0 is the absence of an object. */
  const insertUrl = (uploadType: 'media' | 'resumable', key: string, generation?: string) =>
    `${endpoint}/upload${objects}?uploadType=${uploadType}&name=${encodeURIComponent(key)}` +
    (generation === undefined ? '' : `&ifGenerationMatch=${encodeURIComponent(generation)}`);

  const media = (key: string): RestRequest => {
    checkKey(key);
    return { method: 'GET', url: `${objectUrl(key)}?alt=media`, headers: UNENCODED, what: `reading ${key}` };
  };

  const insert = (key: string, bytes: Uint8Array, generation?: string, once = false) =>
    client.send({
      method: 'POST',
      url: insertUrl('media', key, generation),
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes,
      what: `writing ${key}`,
      ...(generation !== undefined && { accept: [UNMET] }),
      once,
    });

  /** Sends a stream as one request if it is no larger than a part. Returns whether the condition held. */
  async function send(
    key: string,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    generation?: string,
  ): Promise<boolean> {
    checkKey(key);
    const parts = partsOf(chunks, PART_BYTES);
    const { value: first } = await parts.next();
    if (first === undefined) throw new TypeError('a stream has one part at least');
    if (first.last) return (await insert(key, first.bytes, generation)).status !== UNMET;
    const url = insertUrl('resumable', key, generation);
    try {
      return await uploadParts({ client, clock, url, what: `writing ${key}` }, first, parts);
    } finally {
      await parts.return(); // closes the source of an upload that failed
    }
  }

  return {
    minRewriteMs: MIN_REWRITE_MS,

    async get(key) {
      const request = media(key);
      const answer = await unlessAbsent(client.send(request));
      if (answer === undefined) return undefined;
      checkUnencoded(answer.headers, request.what);
      return {
        bytes: answer.bytes,
        version: generationOf(answer.headers.get('x-goog-generation'), request.what),
      };
    },

    async read(key) {
      const request = media(key);
      const answer = await unlessAbsent(client.open(request));
      return answer && unencoded(answer, request.what);
    },

    async write(key, chunks) {
      await send(key, chunks);
    },

    create: (key, chunks) => send(key, chunks, '0'),

    async tryPut(key, bytes, condition): Promise<ConditionalWrite> {
      checkKey(key);
      try {
        const answer = await insert(key, bytes, condition.kind === 'absent' ? '0' : condition.version, true);
        if (answer.status === UNMET) return { outcome: 'conflict' };
        const { generation } = answer.json() as { readonly generation?: string };
        return { outcome: 'written', version: generationOf(generation, `writing ${key}`) };
      } catch (error) {
        // The object that was to be replaced is gone.
        if (condition.kind === 'version' && isAbsence(error)) return { outcome: 'conflict' };
        // No answer, a 5xx or one that cannot be read: it may have been written.
        if (error instanceof RuntimeFailure && error.code === 'objects/unavailable')
          return { outcome: 'unknown', cause: error };
        throw error;
      }
    },

    async *list(prefix) {
      checkPrefix(prefix);
      const query = new URLSearchParams({ prefix, fields: 'items(name),nextPageToken' });
      for (;;) {
        const url = `${endpoint}${objects}?${query}`;
        const page = (await client.send({ method: 'GET', url, what: `listing ${prefix}` })).json() as Page;
        for (const { name } of page.items ?? []) yield name;
        if (page.nextPageToken === undefined) return; // a page may be empty, and not the last
        query.set('pageToken', page.nextPageToken);
      }
    },

    async delete(key) {
      checkKey(key);
      await unlessAbsent(client.send({ method: 'DELETE', url: objectUrl(key), what: `deleting ${key}` }));
    },
  };
}

/** A page of `objects.list`, with the fields that are asked for. */
interface Page {
  readonly items?: readonly { readonly name: string }[];
  readonly nextPageToken?: string;
}

/** The bucket is missing, or the address is not one of Cloud Storage's. */
const NOT_ABOUT_AN_OBJECT = /bucket does not exist|was not found on this server/i;

/** Whether there is no such object. 403 is never absence: a caller that may not list the bucket gets it for both. */
function isAbsence(error: unknown): boolean {
  return (
    error instanceof RuntimeFailure &&
    error.code === 'objects/not-found' &&
    error.cause instanceof RefusedAnswer &&
    !NOT_ABOUT_AN_OBJECT.test(error.cause.message)
  );
}

/** The answer, or undefined where there is no such object. */
const unlessAbsent = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((error: unknown) => {
    if (isAbsence(error)) return undefined;
    throw error;
  });

/** A generation is 64 bits, so it stays a text: a number would lose digits. */
function generationOf(generation: unknown, what: string): string {
  if (typeof generation === 'string' && /^\d+$/.test(generation)) return generation;
  throw new RuntimeFailure('objects/unavailable', `${what}: the answer names no generation`, {
    retryable: true,
  });
}
