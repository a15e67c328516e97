/** The release pointer, `release/state.json`: which version serves. */

import { EMPTY_RELEASE, type ReleaseState } from '../core/release/state.ts';
import type { Ports } from '../ports/index.ts';
import { type Codec, readState, updateOnce } from './conditional-write.ts';
import { unknownOutcome } from './json.ts';

/** Its key in the object store. */
export const RELEASE_KEY = 'release/state.json';

/** The pointer and how often it has changed. */
export interface Release {
  readonly state: ReleaseState;
  /** Strictly increases with each change; 0 before the first. */
  readonly seq: number;
}

const CODEC: Codec<ReleaseState> = {
  encode: (state) => state,
  decode(json) {
    const state = json as (Omit<ReleaseState, 'schemaVersion'> & { readonly schemaVersion: number }) | null;
    // Version 1 had no live steps, which are optional.
    if (state?.schemaVersion === 1 || state?.schemaVersion === 2) return { ...state, schemaVersion: 2 };
    throw new TypeError('not a release state of schema version 1 or 2');
  },
};

/**
 * The pointer as it lies in the store; `EMPTY_RELEASE` with seq 0 before the first release.
 *
 * @throws RuntimeFailure `state/corrupt`, or what the store throws
 */
export async function readRelease(objects: Pick<Ports['objects'], 'get'>): Promise<Release> {
  const found = await readState(objects, RELEASE_KEY, CODEC);
  return found === undefined ? { state: EMPTY_RELEASE, seq: 0 } : { state: found.state, seq: found.seq };
}

/**
 * Applies `change` to the pointer exactly once per `opId`.
 *
 * @param change - Pure; gets the newest state and returns the next one, or the same when there is nothing to do.
 * @returns the newest state, which may include later changes of others
 * @throws RuntimeFailure `store/unknown-outcome` (retryable with the same `opId`), `state/corrupt`
 */
export async function updateRelease(
  objects: Ports['objects'],
  clock: Ports['clock'],
  opId: string,
  change: (current: ReleaseState) => ReleaseState,
): Promise<ReleaseState> {
  const result = await updateOnce<ReleaseState>(
    { objects, clock },
    RELEASE_KEY,
    opId,
    (stored = EMPTY_RELEASE) => {
      const next = change(stored);
      return next === stored ? undefined : next;
    },
    CODEC,
  );
  if (result.outcome === 'unknown') throw unknownOutcome(RELEASE_KEY, result.cause);
  return result.state ?? EMPTY_RELEASE;
}
