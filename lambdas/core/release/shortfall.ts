/** Why a step or a watch ended without evidence, and the setting that helps. */

import type { EvidenceTest, Shortfall } from './state.ts';
import { MARGIN, MAX_HOURS } from './strategy.ts';

/** Requests of some hours, and those that are declared. */
interface Volume {
  /** All requests in the time. */
  readonly requests: number;
  readonly hours: number;
  /** `serving.online.requestsPerDay`. */
  readonly declaredPerDay: number | undefined;
}

/** A step or a watch at its end. */
interface Unproven extends Volume {
  readonly test: EvidenceTest;
  /** Answers that count as events: at most one per entity. In a step, those of both versions. */
  readonly seen: number;
  /** Answers that would have let a version pass that is as bad as the champion. */
  readonly needed: number;
  /** Bad and slow answers of the new version, for people. */
  readonly found: string;
  /** The setting that gives it more hours. */
  readonly setting: 'watchHours' | 'maxHoursPerStep';
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

/** More requests than declared, or fewer, by so many times are named at a good end too. */
const FAR_OFF = 2;

/** `; …` with both volumes where the blueprint declares far more or far fewer requests than came; else nothing. */
export function volumeNote(end: Volume): string {
  const { requests, hours, declaredPerDay } = end;
  if (declaredPerDay === undefined) return '';
  const ratio = perDay(requests, hours) / declaredPerDay;
  return ratio >= 1 / FAR_OFF && ratio <= FAR_OFF ? '' : `; ${compared(end)}`;
}

/** Requests a day that came beside those that the blueprint declares. */
function compared({ requests, hours, declaredPerDay }: Volume): string {
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
