/** A rollback by hand: a person names the version that is to leave. */

import type { ReleaseOutcome, ReleaseState } from './state.ts';
import { abort, type Decision, ignored, rollBack, withOutcome } from './transitions.ts';

/** A person asks for the version before. */
export interface RollbackEvent {
  readonly kind: 'rollback';
  /** ms since 1970. */
  readonly at: number;
  readonly by: string;
  /**
   * The version that the sender saw and wants to leave. When another one serves by then, nothing changes: so an alarm and
   * a person, or four people at once, go back one step. An event of the older form names none: it takes back the
   * newest release, and nothing once that release has ended otherwise.
   */
  readonly version?: number;
}

/**
 * The version that leaves when a person who sees this state asks for a rollback: the challenger where it answers callers,
 * else the champion; undefined before the first release.
 */
export function versionToLeave({ champion, challenger }: ReleaseState): number | undefined {
  if (challenger?.live !== undefined && !challenger.live.shadow) return challenger.version;
  return champion?.version;
}

/**
 * The champion goes, whatever else is under way: a version that is being replayed or shadowed is dropped without
 * a verdict. A challenger that is named goes alone.
 */
export function onRollback(state: ReleaseState, event: RollbackEvent): Decision {
  const { champion, challenger } = state;
  if (champion === null) return ignored(state, 'nothing has been released yet');
  const version = event.version ?? unnamed(state);
  const reason = `by ${event.by}`;
  if (version !== undefined && version === challenger?.version)
    return abort(state, challenger, event.at, 'aborted', reason);
  if (version === champion.version) return leave(state, event.at, reason);
  const serving = `version ${champion.version} serves`;
  return ignored(
    state,
    version === undefined
      ? `the newest release has ended already and ${serving}: name the version that is to leave`
      : `version ${version} does not serve: ${serving}`,
  );
}

/** Returns the version to roll back if the event has none: the newest only, so several go back one step. */
function unnamed(state: ReleaseState): number | undefined {
  const last = state.outcomes.at(-1);
  const hasEnded = state.watch === null && last !== undefined && last.fate !== 'promoted';
  return hasEnded ? state.challenger?.version : versionToLeave(state);
}

function leave(state: ReleaseState, at: number, reason: string): Decision {
  const { challenger } = state;
  if (challenger === null) return rollBack(state, at, 'rolled-back', reason);
  const { version, strategy, startedAt } = challenger;
  const outcome: ReleaseOutcome = { version, strategy, fate: 'aborted', reason, startedAt, endedAt: at };
  const free = withOutcome({ ...state, challenger: null }, outcome);
  return state.previous === null
    ? { kind: 'ended', state: free, reason }
    : rollBack(free, at, 'rolled-back', reason);
}
