import { RuntimeFailure } from '../../core/errors.ts';
import type { ObjectStore } from '../../ports/object-store.ts';

/** Somebody wins each round, so this many losses in a row mean that something is broken. */
const MAX_ROUNDS = 100;

/**
 * Replaces an object by `merge` of its newest content, losing nobody's part. For merges that have the effect of
 * once when they are done twice; no operation id is needed then.
 *
 * @param merge - Gets the content, or undefined when there is none; returns undefined to leave it as it is.
 * @returns the content as it is now
 * @throws RuntimeFailure `objects/busy` (retryable)
 */
export async function mergeObject(
  objects: Pick<ObjectStore, 'get' | 'tryPut'>,
  key: string,
  merge: (current: string | undefined) => string | undefined,
): Promise<string | undefined> {
  let cause: unknown;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await objects.get(key);
    const current = found === undefined ? undefined : Buffer.from(found.bytes).toString('utf8');
    const next = merge(current);
    if (next === undefined) return current;
    const condition =
      found === undefined
        ? ({ kind: 'absent' } as const)
        : ({ kind: 'version', version: found.version } as const);
    const written = await objects.tryPut(key, Buffer.from(next), condition);
    if (written.outcome === 'written') return next;
    if (written.outcome === 'unknown') cause = written.cause;
  }
  throw new RuntimeFailure('objects/busy', `${key} could not be merged`, { retryable: true, cause });
}
