import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { RuntimeFailure } from '../../core/errors.ts';
import { checkKey, checkPrefix } from '../../ports/object-key.ts';
import type { Condition, ConditionalWrite, ObjectStore } from '../../ports/object-store.ts';
import { PART_BYTES } from '../shared/parts.ts';
import { errorNameOf, failureOf, hasBadCredentials, isThrottled, statusOf } from './failure.ts';

export interface ObjectStoreOptions {
  readonly bucket: string;
  /** Region, endpoint and credentials; by default what the SDK finds in the environment. */
  readonly client?: S3ClientConfig;
}

/** In memory, of an upload. */
const PARTS_AT_ONCE = 2;

type Target = Pick<PutObjectCommandInput, 'Bucket' | 'Key' | 'IfNoneMatch'>;

/** S3 judged both writers at once and wrote nothing (docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). */
const NOT_JUDGED = new Set(['ConditionalRequestConflict', 'OperationAborted']);

/** S3, on one bucket. Encryption and versioning are the bucket's own. */
export function createObjectStore({ bucket, client: options = {} }: ObjectStoreOptions): ObjectStore {
  const client = new S3Client(options);
  // One attempt: a retry that meets its own first write would look like a lost race.
  const once = new S3Client({ ...options, maxAttempts: 1 });

  async function open(key: string) {
    checkKey(key);
    try {
      const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (Body === undefined || ETag === undefined)
        throw new RuntimeFailure('objects/unavailable', `${key}: no body`);
      return { body: Body, version: ETag };
    } catch (error) {
      // 403 is never absence: it is what a caller gets that may not list the bucket.
      if (errorNameOf(error) === 'NoSuchKey') return undefined;
      throw failureOf('objects', error, `reading ${key}`);
    }
  }

  /**
   * Sends a stream as one request if it is no larger than a part, else as a multipart upload. Errors of the stream are
   * thrown unchanged.
   *
   * @param failure - Makes the error to throw when S3 rejects the request.
   */
  async function send(
    target: Target,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    failure: (error: unknown) => RuntimeFailure,
  ): Promise<void> {
    const { bytes, rest } = await firstPart(chunks);
    const put = () =>
      rest === undefined
        ? client.send(new PutObjectCommand({ ...target, Body: bytes }))
        : upload(client, target, bytes, rest);
    await put().catch((error: unknown) => {
      throw error instanceof SourceBroke ? error.cause : failure(error);
    });
  }

  return {
    async get(key) {
      const found = await open(key);
      if (found === undefined) return undefined;
      try {
        return { bytes: await found.body.transformToByteArray(), version: found.version };
      } catch (error) {
        throw failureOf('objects', error, `reading ${key}`);
      }
    },

    async read(key) {
      const found = await open(key);
      return found && chunksOf(found.body as AsyncIterable<Uint8Array>, key); // in Node a body is a Readable
    },

    async write(key, chunks) {
      checkKey(key);
      await send({ Bucket: bucket, Key: key }, chunks, (error) =>
        failureOf('objects', error, `writing ${key}`),
      );
    },

    async create(key, chunks) {
      checkKey(key);
      let exists = false;
      const failure = (error: unknown) => {
        exists = statusOf(error) === 412;
        return NOT_JUDGED.has(errorNameOf(error))
          ? notJudged(key, error)
          : failureOf('objects', error, `writing ${key}`);
      };
      // S3 checks the condition of a multipart upload when it completes the upload.
      await send({ Bucket: bucket, Key: key, IfNoneMatch: '*' }, chunks, failure).catch((error: unknown) => {
        if (!exists) throw error;
      });
      return !exists;
    },

    async tryPut(key, bytes, condition) {
      checkKey(key);
      try {
        const { ETag } = await once.send(
          new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ...headersOf(condition) }),
        );
        return { outcome: 'written', version: ETag ?? '' };
      } catch (error) {
        return judge(error, key, condition);
      }
    },

    async *list(prefix) {
      checkPrefix(prefix);
      let from: string | undefined;
      do {
        const page = await client
          .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: from }))
          .catch((error: unknown) => {
            throw failureOf('objects', error, `listing ${prefix}`);
          });
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
        from = page.NextContinuationToken;
      } while (from !== undefined);
    },

    async delete(key) {
      checkKey(key);
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })).catch((error: unknown) => {
        throw failureOf('objects', error, `deleting ${key}`);
      });
    },
  };
}

const headersOf = (condition: Condition) =>
  condition.kind === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: condition.version };

/** Returns the outcome of a failed conditional write, or throws. */
function judge(error: unknown, key: string, condition: Condition): ConditionalWrite {
  const status = statusOf(error);
  if (status === 412) return { outcome: 'conflict' };
  // The object that was to be replaced is gone.
  if (condition.kind === 'version' && errorNameOf(error) === 'NoSuchKey') return { outcome: 'conflict' };
  if (NOT_JUDGED.has(errorNameOf(error)) || isThrottled(error)) throw notJudged(key, error);
  if (hasBadCredentials(error) || (status !== undefined && status < 500))
    throw failureOf('objects', error, `writing ${key}`);
  return { outcome: 'unknown', cause: error };
}

const notJudged = (key: string, cause: unknown) =>
  new RuntimeFailure('objects/busy', `${key} was not written: ${errorNameOf(cause)}`, {
    retryable: true,
    cause,
  });

/** A body's chunks, its errors in our words. */
async function* chunksOf(body: AsyncIterable<Uint8Array>, key: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw failureOf('objects', error, `reading ${key}`);
  }
}

/** The first part of a stream, and what follows it; nothing follows when the whole stream is no larger. */
async function firstPart(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<{
  readonly bytes: Uint8Array;
  readonly rest: AsyncIterator<Uint8Array> | Iterator<Uint8Array> | undefined;
}> {
  const rest = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  const held: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await rest.next();
    if (done) return { bytes: Buffer.concat(held), rest: undefined };
    held.push(value);
    bytes += value.byteLength;
    if (bytes > PART_BYTES) return { bytes: Buffer.concat(held), rest };
  }
}

/** A multipart upload: visible only when whole, ended without a trace when its source fails. */
async function upload(
  client: S3Client,
  target: Target,
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array> | Iterator<Uint8Array>,
): Promise<void> {
  const { Readable } = await import('node:stream');
  const { Upload } = await import('@aws-sdk/lib-storage'); // small objects need none
  let broken: { readonly cause: unknown } | undefined;
  async function* all() {
    try {
      yield head;
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
    } catch (cause) {
      broken = { cause };
      throw cause;
    }
  }
  try {
    await new Upload({
      client,
      params: { ...target, Body: Readable.from(all()) },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
      leavePartsOnError: false,
    }).done();
  } catch (error) {
    throw broken === undefined ? error : new SourceBroke('the source broke', broken);
  }
}

/** Carries what the source of an upload threw past the failures of S3. */
class SourceBroke extends Error {}
