import { RuntimeFailure } from '../core/errors.ts';
import { type Codec, type PutIfPorts, readState, type Unknown, type Update, update } from './put-if.ts';

/**
 * One holder at a time, with a fencing number.
 *
 * Time only decides when somebody may try: clocks differ, and a holder may be paused past its expiry. What keeps
 * two holders apart is the fence, one higher with each taking. Whoever accepts the holder's results (the
 * registry) refuses a fence lower than the newest it has seen.
 */
export interface LeaseState {
  /** The run that holds it; null when it is free. */
  readonly owner: string | null;
  /** Never decreases. */
  readonly fence: number;
  /** ms since 1970; from then on anybody may take it. */
  readonly expiresAt: number;
}

export type Acquisition =
  | { readonly outcome: 'acquired'; readonly fence: number; readonly expiresAt: number }
  | { readonly outcome: 'held'; readonly owner: string; readonly expiresAt: number }
  | Unknown;

export type Renewal =
  | { readonly outcome: 'renewed'; readonly expiresAt: number }
  | { readonly outcome: 'lost' }
  | Unknown;

/** `lost`: somebody else has taken it since. */
export type Release = { readonly outcome: 'released' } | { readonly outcome: 'lost' } | Unknown;

export interface Lease {
  /** Takes the lease for `ttlMs`. The owner that already holds it gets the same fence again. */
  acquire(owner: string, ttlMs: number): Promise<Acquisition>;
  /** Holds it for `ttlMs` from now, as long as nobody has taken it, even after it expired. */
  renew(owner: string, fence: number, ttlMs: number): Promise<Renewal>;
  /** Gives it back. Twice has the effect of once. */
  release(owner: string, fence: number): Promise<Release>;
}

const FREE: LeaseState = { owner: null, fence: 0, expiresAt: 0 };
/** How often the lease may change hands between our look and our write before we give up. */
const MAX_TURNS = 8;

const leaseCodec: Codec<LeaseState> = {
  encode: (state) => state,
  decode(json) {
    const { owner, fence, expiresAt } = json as Partial<LeaseState>;
    if (owner === null || typeof owner === 'string') {
      if (Number.isSafeInteger(fence) && typeof expiresAt === 'number') return json as LeaseState;
    }
    throw new TypeError('not a lease');
  },
};

/** @param key - Where it lies, `locks/retrain.json`. */
export function createLease(ports: PutIfPorts, key: string): Lease {
  const { objects, clock } = ports;

  const isFree = ({ owner, expiresAt }: LeaseState) => owner === null || expiresAt <= clock.now();

  /** Changes the lease while it is still held by `owner` under `fence`. */
  const changeOwn = (opId: string, owner: string, fence: number, change: Partial<LeaseState>) =>
    update<LeaseState>(
      ports,
      key,
      opId,
      (current) =>
        current?.owner === owner && current.fence === fence ? { ...current, ...change } : undefined,
      leaseCodec,
    );

  return {
    async acquire(owner, ttlMs) {
      for (let turn = 0; turn < MAX_TURNS; turn++) {
        const seen = (await readState(objects, key, leaseCodec))?.state ?? FREE;
        if (seen.owner !== null && !isFree(seen)) return heldBy(seen.owner, seen, owner);
        const fence = seen.fence + 1;
        const expiresAt = clock.now() + ttlMs;
        // A fence is taken once, so owner and fence name the operation.
        const taken: Update<LeaseState> = await update(
          ports,
          key,
          `acquire:${owner}:${fence}`,
          (current = FREE) =>
            current.fence + 1 === fence && isFree(current) ? { owner, fence, expiresAt } : undefined,
          leaseCodec,
        );
        if (taken.outcome === 'unknown') return taken;
        if (taken.state?.owner === owner && taken.state.fence === fence)
          return heldBy(owner, taken.state, owner);
        // Somebody else was faster: look again.
      }
      const cause = new RuntimeFailure('state/contended', `${key} changed hands at every try`, {
        retryable: true,
      });
      return { outcome: 'unknown', cause };
    },

    async renew(owner, fence, ttlMs) {
      const expiresAt = clock.now() + ttlMs;
      const renewed = await changeOwn(`renew:${owner}:${fence}:${expiresAt}`, owner, fence, { expiresAt });
      if (renewed.outcome === 'unknown') return renewed;
      const { state } = renewed;
      return state?.owner === owner && state.fence === fence
        ? { outcome: 'renewed', expiresAt: state.expiresAt }
        : { outcome: 'lost' };
    },

    async release(owner, fence) {
      const released = await changeOwn(`release:${owner}:${fence}`, owner, fence, { owner: null });
      if (released.outcome !== 'unchanged') {
        return released.outcome === 'written' ? { outcome: 'released' } : released;
      }
      const { state } = released;
      return state?.owner === null && state.fence === fence ? { outcome: 'released' } : { outcome: 'lost' };
    },
  };
}

function heldBy(holder: string, { fence, expiresAt }: LeaseState, owner: string): Acquisition {
  return holder === owner
    ? { outcome: 'acquired', fence, expiresAt }
    : { outcome: 'held', owner: holder, expiresAt };
}
