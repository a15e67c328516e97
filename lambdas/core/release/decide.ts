import { byTest, countAnswers, judgeStep, nextStep, percent } from './canary-steps.ts';
import { judgeShare } from './evidence.ts';
import type { Observation } from './observation.ts';
import type { ReplayVerdict } from './replay.ts';
import { onRollback, type RollbackEvent } from './rollback.ts';
import { shortfallOf, volumeNote } from './shortfall.ts';
import type { Challenger, LiveStep, ReleaseState, RunnableStrategy, VersionRef } from './state.ts';
import { EXCLUDED } from './strategy.ts';
import {
  abort,
  confirm,
  type Decision,
  ignored,
  promoteToAll,
  type ReleasePolicy,
  rollBack,
} from './transitions.ts';

/** An event of a release. `at` is ms since 1970. */
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
  | {
      readonly kind: 'alarm';
      readonly at: number;
      readonly since: number;
      readonly reason: string;
      /** The version that it says something about. @default - the one that is being released */
      readonly version?: number;
    }
  | RollbackEvent;

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
      if (event.version !== undefined && event.version !== releasing(state))
        return ignored(state, `version ${event.version} is not being released`);
      if (state.challenger?.live !== undefined)
        return onAlarm(state, state.challenger, state.challenger.live, event);
      if (state.watch === null) return ignored(state, 'no release is being watched');
      if (event.since < state.watch.since) return ignored(state, 'the alarm is older than the release');
      return rollBack(state, event.at, 'rolled-back', event.reason);
    case 'rollback':
      return onRollback(state, event);
  }
}

/** The version whose release is under way: a challenger that is live, else the champion. */
const releasing = ({ challenger, champion }: ReleaseState): number | undefined =>
  challenger?.live === undefined ? champion?.version : challenger.version;

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
  if (state.champion !== null && strategy !== 'all-at-once') {
    const challenger = { version, digest, strategy, changeExpected, startedAt: at };
    return { kind: 'started', state: { ...state, challenger }, reason: 'both versions score past requests' };
  }
  const reason = state.champion === null ? 'first version, nothing to compare with' : 'all at once';
  return { kind: 'moved', state: promoteToAll(state, candidate, { at, strategy, reason }, policy), reason };
}

function onReplayed(
  state: ReleaseState,
  event: Extract<ReleaseEvent, { kind: 'replayed' }>,
  policy: ReleasePolicy,
): Decision {
  const { challenger } = state;
  if (challenger === null || challenger.version !== event.version)
    return ignored(state, `version ${event.version} is not being released`);
  if (challenger.live !== undefined)
    return ignored(state, `version ${event.version} has been replayed before`);
  const { reason } = event.verdict;
  if (event.verdict.kind === 'fail') return abort(state, challenger, event.at, 'aborted', reason);
  const live = nextStep(challenger.strategy, policy, event.at);
  if (live !== undefined) {
    const next = { ...challenger, replay: reason, live };
    return { kind: 'started', state: { ...state, challenger: next }, reason: `${reason}; ${opening(live)}` };
  }
  const how = { at: event.at, strategy: challenger.strategy, reason };
  return { kind: 'moved', state: promoteToAll(state, challenger, how, policy), reason };
}

function onTick(
  state: ReleaseState,
  event: Extract<ReleaseEvent, { kind: 'tick' }>,
  policy: ReleasePolicy,
): Decision {
  const { watch, champion, challenger } = state;
  if (champion !== null && challenger?.live !== undefined)
    return onStep(state, champion, challenger, challenger.live, event, policy);
  if (watch === null || champion === null) return ignored(state, 'no release is being watched');
  const { alpha, beta } = policy;
  const seen = countAnswers(event.observations, champion.version);
  const rule = { alpha, beta, excluded: EXCLUDED[policy.watch.test] };
  const isLast = event.at >= watch.until;
  const bad = judgeShare(seen.bad, seen.n, { ...rule, ceiling: policy.maxBadShare }, isLast);
  const slow = judgeShare(seen.slow, seen.n, { ...rule, ceiling: policy.maxSlowShare }, isLast);
  if (bad === 'harm') {
    const reason = `${seen.bad} of ${seen.n} answers invalid or failed, limit ${percent(policy.maxBadShare)}${seen.why}`;
    return rollBack(state, event.at, 'rolled-back', reason);
  }
  if (slow === 'harm') {
    const reason = `${seen.slow} of ${seen.n} answers too slow, limit ${percent(policy.maxSlowShare)}`;
    return rollBack(state, event.at, 'rolled-back', reason);
  }
  if (!isLast) return { kind: 'waiting', state, reason: `${seen.n} requests so far` };
  const { test, needed } = policy.watch;
  const volume = {
    requests: seen.requests,
    hours: Math.round((event.at - watch.since) / HOUR_MS),
    declaredPerDay: policy.declaredPerDay,
  };
  if (bad === 'safe' && slow === 'safe') {
    const evidence = `${count(seen.n)} requests without harm${byTest(test)}${volumeNote(volume)}`;
    return confirm(state, champion, watch, event.at, evidence);
  }
  const { reason, ...shortfall } = shortfallOf({
    ...volume,
    test,
    seen: seen.n,
    needed,
    found: `${seen.bad} invalid or failed, ${seen.slow} too slow`,
    setting: 'watchHours',
  });
  return rollBack(state, event.at, 'expired', reason, shortfall);
}

const HOUR_MS = 3_600_000;

const count = (value: number): string => value.toLocaleString('en-US');

/** Both versions answer: the challenger goes one step further, waits, or is dismissed. */
function onStep(
  state: ReleaseState,
  champion: VersionRef,
  challenger: Challenger,
  live: LiveStep,
  { at, observations }: Extract<ReleaseEvent, { kind: 'tick' }>,
  policy: ReleasePolicy,
): Decision {
  const verdict = judgeStep(live, challenger, champion, observations, at, policy);
  const { reason } = verdict;
  switch (verdict.kind) {
    case 'harm':
      return abort(state, challenger, at, 'aborted', reason);
    case 'expired':
      return abort(state, challenger, at, 'expired', reason, verdict.shortfall);
    case 'waiting':
      return { kind: 'waiting', state, reason };
    case 'pass': {
      const following = nextStep(challenger.strategy, policy, at, verdict.live);
      if (following !== undefined) {
        const next = { ...challenger, live: following };
        return {
          kind: 'started',
          state: { ...state, challenger: next },
          reason: `${reason}; ${opening(following)}`,
        };
      }
      const how = {
        at,
        strategy: challenger.strategy,
        reason: [challenger.replay, reason].filter(Boolean).join('; '),
      };
      return { kind: 'moved', state: promoteToAll(state, challenger, how, policy), reason: how.reason };
    }
  }
}

/** An alarm that began while both versions answer is taken for the challenger's: the champion was quiet before. */
function onAlarm(
  state: ReleaseState,
  challenger: Challenger,
  live: LiveStep,
  { at, since, reason }: Extract<ReleaseEvent, { kind: 'alarm' }>,
): Decision {
  if (since < live.since) return ignored(state, 'the alarm is older than the step');
  return abort(state, challenger, at, 'aborted', reason);
}

const opening = ({ share, shadow }: LiveStep): string =>
  shadow
    ? `it scores ${percent(share)} of the requests in shadow`
    : `it answers ${percent(share)} of the requests`;
