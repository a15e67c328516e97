/** Compressed objects, whose digests are of the uncompressed bytes: compressors may change, content does not. */

import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { RuntimeFailure } from '../core/errors.ts';
import type { Ports } from '../ports/index.ts';

/** Fast: level 6 takes twice the time for a tenth less. */
const LEVEL = 1;

export interface Written {
  /** Uncompressed. */
  readonly bytes: number;
  /** Of the uncompressed bytes, hex. */
  readonly sha256: string;
}

/** Compresses a stream into an object, with bounded memory. */
export async function writeGzip(
  objects: Ports['objects'],
  key: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Written> {
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
  try {
    await objects.write(key, zipped);
  } finally {
    zipped.destroy(); // a store that failed has not read to the end: lets go of the source
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** What `writeGzip` would have written. */
export function measureChunks(chunks: Iterable<Uint8Array>): Written {
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
 * @throws RuntimeFailure `store/missing`, `store/corrupt`
 */
export async function* readGzip(
  objects: Ports['objects'],
  key: string,
  sha256: string,
): AsyncGenerator<Uint8Array> {
  const stored = await objects.read(key);
  if (stored === undefined) throw new RuntimeFailure('store/missing', `there is no ${key}`);
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
  if (hash.digest('hex') !== sha256)
    throw new RuntimeFailure('store/corrupt', `${key} is not what was written`, {
      fix: 'run the step that wrote it again',
    });
}

/** `Z_DATA_ERROR`, `Z_BUF_ERROR`: nodejs.org/api/zlib.html#zlibconstants. */
const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
