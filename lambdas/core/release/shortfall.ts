/** Why a step or a watch ended without evidence, and the setting that helps. */

import type { EvidenceTest, Shortfall } from './state.ts';
import { MARGIN, MAX_HOURS } from './strategy.ts';

/** A step or a watch at its end. */
export interface Unproven {
  readonly test: EvidenceTest;
  /** Answers that count as events: at most one per entity. In a step, those of both versions. */
  readonly seen: number;
  /** All requests in the time. */
  readonly requests: number;
  /** Answers that would have let a version pass that is as bad as the champion. */
  readonly needed: number;
  readonly hours: number;
  /** Bad and slow answers of the new version, for people. */
  readonly found: string;
  /** The setting that gives it more hours. */
  readonly setting: 'watchHours' | 'maxHoursPerStep';
  /** `serving.online.requestsPerDay`. */
  readonly declaredPerDay: number | undefined;
}

/** Returns the reason of an end without evidence, with its shortfall. */
export function shortfallOf(end: Unproven): Shortfall & { readonly reason: string } {
  const { test, seen, requests, needed, hours, found } = end;
  const cause = seen < needed ? 'too-few-requests' : 'near-limits';
  const events = requests > seen ? ` that count (${count(requests)} in all, a customer counts once)` : '';
  const saw = `no evidence of health: the ${test} test saw ${count(seen)} requests${events} in ${count(hours)} h and needs ${count(needed)}`;
  const fix =
    cause === 'too-few-requests'
      ? fixOfVolume(end)
      : 'bring the bad and slow answers down, or raise serving.alarms.errorRate or p99LatencyMs';
  const why = cause === 'too-few-requests' ? compared(end) : found;
  return { cause, fix, reason: `${saw}; ${why}; ${fix}` };
}

/** Requests a day that came beside those that the blueprint declares. */
function compared({ requests, hours, declaredPerDay }: Unproven): string {
  const came = `${count(perDay(requests, hours))} a day came`;
  return declaredPerDay === undefined
    ? `${came}, serving.online is not declared`
    : `${came}, serving.online.requestsPerDay declares ${count(declaredPerDay)}`;
}

function fixOfVolume({ test, seen, requests, needed, hours, setting, declaredPerDay }: Unproven): string {
  const enough = Math.ceil(((needed * hours) / seen) * MARGIN);
  if (enough <= MAX_HOURS) return `raise serving.release.${setting} to ${count(enough)}`;
  if (requests === 0) return 'find out why no request reached it';
  const daily = Math.max(1, perDay(requests, hours));
  if (test === 'full' && daily < (declaredPerDay ?? 0))
    return `set serving.online.requestsPerDay to ${count(daily)}, so that a looser test or a replay decides`;
  return `serve at least ${count(Math.ceil((needed * 24) / MAX_HOURS))} requests a day, the longest ${setting} is ${MAX_HOURS}`;
}

const perDay = (requests: number, hours: number): number => Math.round((requests * 24) / Math.max(hours, 1));

const count = (value: number): string => value.toLocaleString('en-US');
