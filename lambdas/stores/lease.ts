import { RuntimeFailure } from '../core/errors.ts';
import {
  type Codec,
  readState,
  type Unknown,
  type Update,
  updateOnce,
  type WritePorts,
} from './conditional-write.ts';

/**
 * One holder at a time, with a fencing token.
 *
 * Time only decides when somebody may try: clocks differ, and a holder may be paused past its expiry. The fencing token
 * (`fence`) keeps two holders apart: it is one higher with each acquisition. The registry, which accepts the holder's
 * results, rejects a fence lower than the newest it has seen.
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
export type LeaseReturn = { readonly outcome: 'released' } | { readonly outcome: 'lost' } | Unknown;

export interface Lease {
  /** Takes the lease for `ttlMs`. The owner that already holds it gets the same fence, and the time as by `renew`. */
  acquire(owner: string, ttlMs: number): Promise<Acquisition>;
  /** Holds it for at least `ttlMs` from now, never for less than it was promised, as long as nobody has taken it, even after it expired. */
  renew(owner: string, fence: number, ttlMs: number): Promise<Renewal>;
  /** Gives it back. Twice has the effect of once. */
  release(owner: string, fence: number): Promise<LeaseReturn>;
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

/** @param key - Key of the lease, `locks/retrain.json`. */
export function createLease(ports: WritePorts, key: string): Lease {
  const { objects, clock } = ports;

  const isFree = ({ owner, expiresAt }: LeaseState) => owner === null || expiresAt <= clock.now();

  /** Changes the lease while it is still held by `owner` under `fence`; undefined changes nothing. */
  const changeOwn = (
    opId: string,
    owner: string,
    fence: number,
    change: (own: LeaseState) => LeaseState | undefined,
  ) =>
    updateOnce<LeaseState>(
      ports,
      key,
      opId,
      (current) => (isOwn(current, owner, fence) ? change(current) : undefined),
      leaseCodec,
    );

  const extend = (owner: string, fence: number, ttlMs: number) => {
    const expiresAt = clock.now() + ttlMs;
    return changeOwn(`renew:${owner}:${fence}:${expiresAt}`, owner, fence, (own) =>
      own.expiresAt < expiresAt ? { ...own, expiresAt } : undefined,
    );
  };

  return {
    async acquire(owner, ttlMs) {
      for (let turn = 0; turn < MAX_TURNS; turn++) {
        const seen = (await readState(objects, key, leaseCodec))?.state ?? FREE;
        if (seen.owner === owner && !isFree(seen)) {
          const extended = await extend(owner, seen.fence, ttlMs);
          if (extended.outcome === 'unknown') return extended;
          if (isOwn(extended.state, owner, seen.fence)) return acquired(extended.state);
          continue; // taken from us since we looked
        }
        if (seen.owner !== null && !isFree(seen))
          return { outcome: 'held', owner: seen.owner, expiresAt: seen.expiresAt };
        const fence = seen.fence + 1;
        const expiresAt = clock.now() + ttlMs;
        // A fence is taken once, so owner and fence name the operation.
        const taken: Update<LeaseState> = await updateOnce(
          ports,
          key,
          `acquire:${owner}:${fence}`,
          (current = FREE) =>
            current.fence + 1 === fence && isFree(current) ? { owner, fence, expiresAt } : undefined,
          leaseCodec,
        );
        if (taken.outcome === 'unknown') return taken;
        if (isOwn(taken.state, owner, fence)) return acquired(taken.state);
        // Somebody else was faster: look again.
      }
      const cause = new RuntimeFailure('state/contended', `${key} changed hands at every try`, {
        retryable: true,
      });
      return { outcome: 'unknown', cause };
    },

    async renew(owner, fence, ttlMs) {
      const renewed = await extend(owner, fence, ttlMs);
      if (renewed.outcome === 'unknown') return renewed;
      return isOwn(renewed.state, owner, fence)
        ? { outcome: 'renewed', expiresAt: renewed.state.expiresAt }
        : { outcome: 'lost' };
    },

    async release(owner, fence) {
      const released = await changeOwn(`release:${owner}:${fence}`, owner, fence, (own) => ({
        ...own,
        owner: null,
      }));
      if (released.outcome !== 'unchanged') {
        return released.outcome === 'written' ? { outcome: 'released' } : released;
      }
      const { state } = released;
      return state?.owner === null && state.fence === fence ? { outcome: 'released' } : { outcome: 'lost' };
    },
  };
}

function isOwn(state: LeaseState | undefined, owner: string, fence: number): state is LeaseState {
  return state?.owner === owner && state.fence === fence;
}

function acquired({ fence, expiresAt }: LeaseState): Acquisition {
  return { outcome: 'acquired', fence, expiresAt };
}
