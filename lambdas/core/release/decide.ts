import { judgeShare } from './evidence.ts';
import type { Observation } from './observation.ts';
import type { ReplayVerdict } from './replay.ts';
import type {
  Challenger,
  Fate,
  ReleaseOutcome,
  ReleaseState,
  RunnableStrategy,
  VersionRef,
  Watch,
} from './state.ts';

/** What can happen to a release. `at` is ms since 1970. */
export type ReleaseEvent =
  | {
      readonly kind: 'approved';
      readonly at: number;
      readonly candidate: VersionRef;
      readonly strategy: RunnableStrategy;
      readonly changeExpected: boolean;
    }
  | {
      readonly kind: 'replayed';
      readonly at: number;
      readonly version: number;
      readonly verdict: ReplayVerdict;
    }
  | { readonly kind: 'tick'; readonly at: number; readonly observations: readonly Observation[] }
  | { readonly kind: 'alarm'; readonly at: number; readonly since: number; readonly reason: string }
  | { readonly kind: 'rollback'; readonly at: number; readonly by: string };

export interface ReleasePolicy {
  readonly watchMs: number;
  /** Largest share of invalid answers and errors together. */
  readonly maxBadShare: number;
  /** Largest share of requests slower than the latency limit. */
  readonly maxSlowShare: number;
  readonly minRequests: number;
  readonly alpha: number;
}

/** `ignored` explains why an event changed nothing: late, duplicate, or already decided. */
export type Decision =
  | { readonly kind: 'started' | 'moved' | 'ended'; readonly state: ReleaseState; readonly reason: string }
  | { readonly kind: 'waiting' | 'ignored'; readonly state: ReleaseState; readonly reason: string };

const MAX_OUTCOMES = 64;
const MAX_EARLIER = 16;

/**
 * The release state machine: pure, total, and safe against late, reordered and repeated events.
 *
 * One release at a time. A version that is approved while another is on its way or watched is ignored and stays
 * approved: approving it again, or a second delivery of its event, starts it once the other release has ended.
 */
export function decide(state: ReleaseState, event: ReleaseEvent, policy: ReleasePolicy): Decision {
  switch (event.kind) {
    case 'approved':
      return onApproved(state, event, policy);
    case 'replayed':
      return onReplayed(state, event, policy);
    case 'tick':
      return onTick(state, event, policy);
    case 'alarm':
      if (state.watch === null) return ignored(state, 'no release is being watched');
      if (event.since < state.watch.since) return ignored(state, 'the alarm is older than the release');
      return goBack(state, event.at, 'rolled-back', event.reason);
    case 'rollback':
      return onRollback(state, event);
  }
}

function onApproved(
  state: ReleaseState,
  event: Extract<ReleaseEvent, { kind: 'approved' }>,
  policy: ReleasePolicy,
): Decision {
  const { candidate, strategy, changeExpected, at } = event;
  const { version, digest } = candidate;
  if (state.rejected.includes(version)) return ignored(state, `version ${version} was rejected before`);
  if (state.champion !== null && version <= state.champion.version)
    return ignored(state, `version ${version} is not newer than the champion, ${state.champion.version}`);
  if (state.challenger !== null)
    return ignored(state, `version ${state.challenger.version} is being released`);
  if (state.watch !== null) return ignored(state, 'the champion is still being watched');
  if (state.champion !== null && strategy === 'shadow-replay') {
    const challenger = { version, digest, strategy, changeExpected, startedAt: at };
    return { kind: 'started', state: { ...state, challenger }, reason: 'both versions score past requests' };
  }
  const reason = state.champion === null ? 'first version, nothing to compare with' : 'all at once';
  return { kind: 'moved', state: move(state, candidate, { at, strategy, reason }, policy), reason };
}

function onReplayed(
  state: ReleaseState,
  event: Extract<ReleaseEvent, { kind: 'replayed' }>,
  policy: ReleasePolicy,
): Decision {
  const { challenger } = state;
  if (challenger === null || challenger.version !== event.version)
    return ignored(state, `version ${event.version} is not being released`);
  const { reason } = event.verdict;
  if (event.verdict.kind === 'fail') return abort(state, challenger, event.at, reason);
  const how = { at: event.at, strategy: challenger.strategy, reason };
  return { kind: 'moved', state: move(state, challenger, how, policy), reason };
}

function onTick(
  state: ReleaseState,
  event: Extract<ReleaseEvent, { kind: 'tick' }>,
  policy: ReleasePolicy,
): Decision {
  const { watch, champion } = state;
  if (watch === null || champion === null) return ignored(state, 'no release is being watched');
  const { alpha, minRequests } = policy;
  const seen = countAnswers(event.observations, champion.version);
  const bad = judgeShare(seen.bad, seen.n, { alpha, minRequests, ceiling: policy.maxBadShare });
  const slow = judgeShare(seen.slow, seen.n, { alpha, minRequests, ceiling: policy.maxSlowShare });
  if (bad === 'harm') {
    const reason = `${seen.bad} of ${seen.n} answers invalid or failed, limit ${percent(policy.maxBadShare)}`;
    return goBack(state, event.at, 'rolled-back', reason);
  }
  if (slow === 'harm') {
    const reason = `${seen.slow} of ${seen.n} answers too slow, limit ${percent(policy.maxSlowShare)}`;
    return goBack(state, event.at, 'rolled-back', reason);
  }
  if (event.at < watch.until) return { kind: 'waiting', state, reason: `${seen.n} requests so far` };
  if (bad === 'safe' && slow === 'safe')
    return stay(state, champion, watch, event.at, `${seen.n} requests without harm`);
  return goBack(state, event.at, 'expired', `${seen.n} requests in the watch window do not show health`);
}

/** A version takes all requests and is watched from now on. */
function move(
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
function goBack(state: ReleaseState, at: number, fate: Fate, reason: string): Decision {
  const { champion, previous, watch } = state;
  if (champion === null) return ignored(state, 'nothing has been released yet');
  if (previous === null) {
    if (watch === null)
      return ignored(state, `version ${champion.version} has nothing before it to go back to`);
    return stay(state, champion, watch, at, `${reason}; kept, because nothing is there to go back to`, true);
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
  };
  return { kind: 'ended', state: withOutcome(back, outcome), reason };
}

/** A person wants the version before, whatever else is under way: a version that is being replayed steps aside, unjudged. */
function onRollback(state: ReleaseState, { at, by }: Extract<ReleaseEvent, { kind: 'rollback' }>): Decision {
  const reason = `by ${by}`;
  const { challenger } = state;
  if (challenger === null) return goBack(state, at, 'rolled-back', reason);
  const { version, strategy, startedAt } = challenger;
  const outcome: ReleaseOutcome = { version, strategy, fate: 'aborted', reason, startedAt, endedAt: at };
  const free = withOutcome({ ...state, challenger: null }, outcome);
  return state.previous === null
    ? { kind: 'ended', state: free, reason }
    : goBack(free, at, 'rolled-back', reason);
}

/** The challenger never served and never will. */
function abort(state: ReleaseState, challenger: Challenger, at: number, reason: string): Decision {
  const { version, strategy, startedAt } = challenger;
  const next = { ...state, challenger: null, rejected: [...state.rejected, version] };
  const outcome: ReleaseOutcome = { version, strategy, fate: 'aborted', reason, startedAt, endedAt: at };
  return { kind: 'ended', state: withOutcome(next, outcome), reason };
}

/** The watch ends and the champion keeps its place. */
function stay(
  state: ReleaseState,
  champion: VersionRef,
  watch: Watch,
  at: number,
  evidence: string,
  unproven?: true,
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
    ...(unproven && { unproven }),
  };
  return { kind: 'ended', state: withOutcome({ ...state, watch: null }, outcome), reason };
}

function withOutcome(state: ReleaseState, outcome: ReleaseOutcome): ReleaseState {
  return { ...state, outcomes: [...state.outcomes, outcome].slice(-MAX_OUTCOMES) };
}

function ignored(state: ReleaseState, reason: string): Decision {
  return { kind: 'ignored', state, reason };
}

function countAnswers(observations: readonly Observation[], version: number) {
  const seen = { n: 0, bad: 0, slow: 0 };
  for (const one of observations) {
    if (one.version !== version) continue;
    seen.n += one.n;
    seen.bad += one.invalid + one.error;
    seen.slow += one.slow;
  }
  return seen;
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
