/**
 * Object storage: S3, Cloud Storage, Blob Storage, or a folder. Keys are `/`-separated segments of
 * `[A-Za-z0-9_][A-Za-z0-9._=:-]*` (object-key.ts); `..` cannot be written, so no key leaves its prefix.
 */

/** Precondition of a conditional write (compare-and-swap). */
export type Condition =
  | { readonly kind: 'absent' }
  /** The object still has this version (ETag on S3 and Azure, generation on GCS). */
  | { readonly kind: 'version'; readonly version: string };

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly version: string;
}

/** `unknown`: the answer was lost and it cannot be told whether the write happened. Never a reason to delete. */
export type ConditionalWrite =
  | { readonly outcome: 'written'; readonly version: string }
  | { readonly outcome: 'conflict' }
  | { readonly outcome: 'unknown'; readonly cause: unknown };

export interface ObjectStore {
  /** Shortest time between two writes of one object: 1,100 on Cloud Storage (429 above one a second), else none. */
  readonly minRewriteMs?: number;
  /** The whole object, or undefined when there is none. For small objects: pointers, manifests, models. */
  get(key: string): Promise<StoredObject | undefined>;
  /** The object's bytes in chunks, or undefined when there is none. To be read to its end, or left by `break`. */
  read(key: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Writes an object from a stream with bounded memory. Visible only when whole; replaces what was there. */
  write(key: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>;
  /**
   * As `write`, but only where there is no object: what is there is never replaced. The stream is read to its end also
   * where there is one.
   *
   * @returns false when there is an object, which may be from an earlier attempt of this very call: compare its bytes
   * @throws RuntimeFailure `objects/busy` (retryable) as `tryPut` does
   */
  create(key: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<boolean>;
  /**
   * ONE attempt at a conditional write, without retries underneath: a retry that meets its own first write
   * would look like a lost race. `update` (stores/conditional-write.ts) is the safe operation on top of it.
   *
   * `conflict`: the condition did not hold, nothing was written.
   *
   * @throws RuntimeFailure only when it is certain that nothing was written: `objects/busy` (throttled or not
   *   judged, retryable), `objects/forbidden`, `objects/invalid-key`
   */
  tryPut(key: string, bytes: Uint8Array, condition: Condition): Promise<ConditionalWrite>;
  /** Keys that begin with this text (`''` for all), in ascending order of their bytes. */
  list(prefix: string): AsyncIterable<string>;
  /** The object's path on this machine, whether or not it is there; absent where objects are elsewhere. */
  locate?(key: string): string;
  /**
   * Replaces an object's bytes while nobody else writes or appends to it; absent where objects are never appended to,
   * because `tryPut` does there. Nothing happens when there is none, or when `change` returns undefined.
   */
  rewrite?(key: string, change: (bytes: Uint8Array) => Uint8Array | undefined): Promise<void>;
  /** Removes an object; nothing happens when there is none. */
  delete(key: string): Promise<void>;
}
