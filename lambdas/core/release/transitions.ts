/** How a release goes on and ends: what each transition does to the state. */

import type { LivePolicy } from './canary-steps.ts';
import type {
  Challenger,
  EvidenceTest,
  Fate,
  ReleaseOutcome,
  ReleaseState,
  RunnableStrategy,
  Shortfall,
  VersionRef,
  Watch,
} from './state.ts';

export interface ReleasePolicy extends LivePolicy {
  readonly watchMs: number;
  /** The test at the end of the watch, and the answers that it needs. */
  readonly watch: { readonly test: EvidenceTest; readonly needed: number };
}

/** `ignored` explains why an event changed nothing: late, duplicate, or already decided. */
export type Decision =
  | { readonly kind: 'started' | 'moved' | 'ended'; readonly state: ReleaseState; readonly reason: string }
  | { readonly kind: 'waiting' | 'ignored'; readonly state: ReleaseState; readonly reason: string };

const MAX_OUTCOMES = 64;
const MAX_EARLIER = 16;

/** A version takes all requests and is watched from now on. */
export function promoteToAll(
  state: ReleaseState,
  { version, digest }: VersionRef,
  how: { readonly at: number; readonly strategy: RunnableStrategy; readonly reason: string },
  policy: ReleasePolicy,
): ReleaseState {
  const { at, strategy, reason } = how;
  return {
    ...state,
    champion: { version, digest },
    previous: state.champion,
    earlier: state.previous === null ? state.earlier : [...state.earlier, state.previous].slice(-MAX_EARLIER),
    challenger: null,
    watch: { since: at, until: at + policy.watchMs, strategy, reason },
  };
}

/**
 * The version before takes all requests back. One that did harm can never return; one that was merely not seen enough
 * may be approved again.
 */
export function rollBack(
  state: ReleaseState,
  at: number,
  fate: Fate,
  reason: string,
  shortfall?: Shortfall,
): Decision {
  const { champion, previous, watch } = state;
  if (champion === null) return ignored(state, 'nothing has been released yet');
  if (previous === null) {
    if (watch === null)
      return ignored(state, `version ${champion.version} has nothing before it to go back to`);
    return confirm(state, champion, watch, at, `${reason}; kept, because nothing is there to go back to`, {
      unproven: true,
      ...(shortfall && { shortfall }),
    });
  }
  const back: ReleaseState = {
    ...state,
    champion: previous,
    previous: state.earlier.at(-1) ?? null,
    earlier: state.earlier.slice(0, -1),
    watch: null,
    rejected: fate === 'expired' ? state.rejected : [...state.rejected, champion.version],
  };
  const strategy = watch?.strategy ?? 'all-at-once';
  const outcome = {
    version: champion.version,
    strategy,
    fate,
    reason,
    startedAt: watch?.since ?? at,
    endedAt: at,
    ...(shortfall && { shortfall }),
  };
  return { kind: 'ended', state: withOutcome(back, outcome), reason };
}

/**
 * The challenger serves no more. One that was aborted never returns; one that was merely not seen enough may be approved
 * again.
 */
export function abort(
  state: ReleaseState,
  { version, strategy, startedAt }: Challenger,
  at: number,
  fate: 'aborted' | 'expired',
  reason: string,
  shortfall?: Shortfall,
): Decision {
  const rejected = fate === 'aborted' ? [...state.rejected, version] : state.rejected;
  const outcome: ReleaseOutcome = {
    version,
    strategy,
    fate,
    reason,
    startedAt,
    endedAt: at,
    ...(shortfall && { shortfall }),
  };
  return { kind: 'ended', state: withOutcome({ ...state, challenger: null, rejected }, outcome), reason };
}

/** The watch ends and the champion keeps its place. */
export function confirm(
  state: ReleaseState,
  champion: VersionRef,
  watch: Watch,
  at: number,
  evidence: string,
  doubt?: Pick<ReleaseOutcome, 'unproven' | 'shortfall'>,
): Decision {
  const reason = `${watch.reason}; ${evidence}`;
  const { strategy, since } = watch;
  const outcome: ReleaseOutcome = {
    version: champion.version,
    strategy,
    fate: 'promoted',
    reason,
    startedAt: since,
    endedAt: at,
    ...doubt,
  };
  return { kind: 'ended', state: withOutcome({ ...state, watch: null }, outcome), reason };
}

export function withOutcome(state: ReleaseState, outcome: ReleaseOutcome): ReleaseState {
  return { ...state, outcomes: [...state.outcomes, outcome].slice(-MAX_OUTCOMES) };
}

export function ignored(state: ReleaseState, reason: string): Decision {
  return { kind: 'ignored', state, reason };
}
