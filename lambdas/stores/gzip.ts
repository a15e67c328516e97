/** Compressed objects, whose digests are of the uncompressed bytes: compressors may change, content does not. */

import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { RuntimeFailure } from '../core/errors.ts';
import type { Ports } from '../ports/index.ts';

/** Fast: level 6 takes twice the time for a tenth less. */
const LEVEL = 1;

export interface WrittenObject {
  /** Uncompressed. */
  readonly bytes: number;
  /** SHA-256 of the uncompressed bytes, hex. */
  readonly sha256: string;
}

/**
 * Compresses a stream into an object that never changes, with bounded memory. If the key already holds the same content,
 * that object stays.
 *
 * @throws RuntimeFailure `store/exists` (retryable: another attempt may be at work) when the key holds other content
 */
export async function writeGzip(
  objects: Ports['objects'],
  key: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<WrittenObject> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
  }
  // The reader of `zipped` gets the source's error; the callback only keeps it from being unhandled.
  const zipped = pipeline(Readable.from(counted()), createGzip({ level: LEVEL }), () => {});
  let created: boolean;
  try {
    created = await objects.create(key, zipped);
  } finally {
    zipped.destroy(); // a store that failed has not read to the end: closes the source
  }
  const digest = hash.digest('hex');
  if (!created) await requireContent(objects, key, digest);
  return { bytes, sha256: digest };
}

/** Attempts of one delivery before something must be wrong. */
const MAX_ATTEMPTS = 8;

/**
 * Writes under the first name that is free, or holds this content already: an attempt that stopped, or is still at
 * work, may have left other content under the names before.
 *
 * @param write - Writes under the name of an attempt, from 0.
 * @throws RuntimeFailure `store/exists` when none is free
 */
export async function writeFirst<T>(write: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await write(attempt);
    } catch (error) {
      const taken = error instanceof RuntimeFailure && error.code === 'store/exists';
      if (!taken || attempt + 1 >= MAX_ATTEMPTS) throw error;
    }
  }
}

/** @throws RuntimeFailure `store/exists` where the object is not what would have been written */
async function requireContent(objects: Ports['objects'], key: string, sha256: string): Promise<void> {
  try {
    for await (const _ of readGzip(objects, key, sha256));
  } catch (cause) {
    if (!(cause instanceof RuntimeFailure && cause.code.startsWith('store/'))) throw cause;
    throw new RuntimeFailure('store/exists', `${key} holds other content`, {
      retryable: true,
      fix: 'start a new run: the data, the configuration or the code changed while this one ran',
      cause,
    });
  }
}

/** Returns the facts that `writeGzip` would return, without a write. */
export function measureChunks(chunks: Iterable<Uint8Array>): WrittenObject {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * The uncompressed bytes of an object. Fails at the end, before the last chunk counts as read, when they are not
 * what was written.
 *
 * @param sha256 - Digest from the manifest; undefined where none has it, and nothing is compared.
 * @throws RuntimeFailure `store/missing`, `store/corrupt`
 */
export async function* readGzip(
  objects: Ports['objects'],
  key: string,
  sha256: string | undefined,
): AsyncGenerator<Uint8Array> {
  const stored = await objects.read(key);
  if (stored === undefined) throw new RuntimeFailure('store/missing', `${key} does not exist`);
  const hash = createHash('sha256');
  const plain = pipeline(Readable.from(stored), createGunzip(), () => {});
  try {
    for await (const chunk of plain as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (cause) {
    if (!isZlibError(cause)) throw cause; // the store's own failure, which may pass
    throw new RuntimeFailure('store/corrupt', `${key} cannot be uncompressed`, { cause });
  }
  if (sha256 !== undefined && hash.digest('hex') !== sha256)
    throw new RuntimeFailure('store/corrupt', `${key} is not what was written`, {
      fix: 'run the step that wrote it again',
    });
}

/** `Z_DATA_ERROR`, `Z_BUF_ERROR`: nodejs.org/api/zlib.html#zlibconstants. */
const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
