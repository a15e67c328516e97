import { RuntimeFailure } from '../core/errors.ts';

/** One segment of a key. It cannot begin with a dot, so neither `..` nor a hidden file can be written. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._=:-]*$/;

/** S3, Cloud Storage and Blob Storage all end at 1,024. */
const MAX_KEY_CHARACTERS = 1024;

/** The longest file name of the usual file systems, so that a key works in a folder too. */
const MAX_SEGMENT_CHARACTERS = 255;

/** Whether every adapter can store an object under this key. */
export function isKey(key: string): boolean {
  return (
    key.length <= MAX_KEY_CHARACTERS &&
    key.split('/').every((segment) => segment.length <= MAX_SEGMENT_CHARACTERS && SEGMENT.test(segment))
  );
}

/**
 * Accepts a key, or throws. Every adapter calls it first.
 *
 * @throws RuntimeFailure `objects/invalid-key`
 */
export function checkKey(key: string): void {
  if (isKey(key)) return;
  throw new RuntimeFailure('objects/invalid-key', `not an object key: ${JSON.stringify(key.slice(0, 200))}`, {
    fix: "use '/'-separated segments of letters, digits and . _ = : - that begin with a letter, a digit or _",
  });
}

/**
 * Accepts what `list` may be given: nothing, or the beginning of a key, with or without a final `/`.
 *
 * @throws RuntimeFailure `objects/invalid-key`
 */
export function checkPrefix(prefix: string): void {
  if (prefix !== '') checkKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
}
