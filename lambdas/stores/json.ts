/** Documents of the object store: UTF-8 JSON with a `schemaVersion`. */

import { createHash } from 'node:crypto';
import { RuntimeFailure } from '../core/errors.ts';
import type { WritePorts } from './conditional-write.ts';
import { createOnce } from './conditional-write.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Deterministic bytes of a document: keys in the order given, two-space indent, a final line break.
 *
 * @throws RuntimeFailure `store/not-finite` for NaN or an infinity, which JSON would turn into null unseen
 */
export function encodeJson(document: unknown): Uint8Array {
  const text = JSON.stringify(
    document,
    (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) {
        throw new RuntimeFailure('store/not-finite', `'${key}' is ${value}, which JSON cannot hold`);
      }
      return value;
    },
    2,
  );
  return encoder.encode(`${text}\n`);
}

/** The same, with a checksum of the rest as its last member: for documents that nothing else has a digest of. */
export function sealJson(document: object): Uint8Array {
  return encodeJson({ ...document, checksum: sha256(encodeJson(document)) });
}

/**
 * Reads a document that this project wrote, by its key and its current schema version. Readers accept the
 * current version and the one before it. The type is what the writer of that key promises.
 *
 * A checksum is compared, and is not part of the document.
 *
 * @throws RuntimeFailure `store/unreadable` when it is not JSON or of a schema that this code does not know,
 *   `store/corrupt` when it is not what was sealed
 */
export function decodeJson<T extends { readonly schemaVersion: number }>(
  bytes: Uint8Array,
  key: string,
  schemaVersion: T['schemaVersion'],
): T {
  let document: { readonly schemaVersion?: unknown; readonly checksum?: unknown } | null;
  try {
    document = JSON.parse(decoder.decode(bytes)) as typeof document;
  } catch (cause) {
    throw new RuntimeFailure('store/unreadable', `${key} is not JSON`, { cause });
  }
  const found = document?.schemaVersion;
  if (found !== schemaVersion && found !== schemaVersion - 1) {
    throw new RuntimeFailure(
      'store/unreadable',
      `${key} has schema ${String(found)}, expected ${schemaVersion}`,
      {
        fix: 'deploy the version of the functions that wrote it, or a later one',
      },
    );
  }
  const { checksum, ...rest } = document as { readonly checksum?: unknown };
  if (checksum !== undefined && checksum !== sha256(encodeJson(rest)))
    throw new RuntimeFailure('store/corrupt', `${key} is not what was written`, {
      retryable: true,
      fix: 'restore an earlier version of this object, if reading it again does not help',
    });
  // The only writers of these keys are the functions of this folder.
  return (checksum === undefined ? document : rest) as T;
}

/** Lower-case hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Creates an object that never changes.
 *
 * @returns false when another object has this key; true also when these very bytes were there already
 * @throws RuntimeFailure `store/unknown-outcome` (retryable) when the store gave no answer in time
 */
export async function createFile(ports: WritePorts, key: string, bytes: Uint8Array): Promise<boolean> {
  const creation = await createOnce(ports, key, bytes, key);
  if (creation.outcome === 'unknown') throw unknownOutcome(key, creation.cause);
  return creation.outcome === 'written';
}

/** Returns the error for a write with an unknown result. */
export function unknownOutcome(key: string, cause: unknown): RuntimeFailure {
  return new RuntimeFailure('store/unknown-outcome', `the result of writing ${key} is unknown`, {
    retryable: true,
    fix: 'run the same step again: it reads the result',
    cause,
  });
}
