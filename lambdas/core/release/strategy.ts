import type { ReleaseConfig } from '../config.ts';

/** What a release runs once `auto` is resolved. */
export type ResolvedStrategy = Exclude<ReleaseConfig['strategy'], 'auto'> | 'shadow-replay';

/**
 * Requests that a challenger must have answered before a step can pass: ln(beta/2)/ln(1-ceiling) with beta 0.05
 * is 183 for a ceiling of 2 % bad answers and 368 for 1 %, rounded up.
 */
const EVIDENCE_REQUESTS = { standard: 200, strict: 400 } as const;

/** The second live step of a canary. */
const CANARY_SECOND_SHARE = 0.5;

/** Share of requests that the challenger gets in each step; empty where a strategy needs no live evidence. */
export function liveShares(strategy: ResolvedStrategy, { share, steps }: ReleaseConfig): readonly number[] {
  switch (strategy) {
    case 'canary':
      return share < CANARY_SECOND_SHARE ? [share, CANARY_SECOND_SHARE] : [share];
    case 'linear':
      return Array.from({ length: steps }, (_, step) => share * (step + 1)).filter((part) => part < 1);
    case 'shadow':
      return [share];
    case 'all-at-once':
    case 'shadow-replay':
      return [];
  }
}

/**
 * Requests, of all that arrive, until a healthy version has passed every step: a step that sends a share of the
 * requests to the challenger needs `EVIDENCE_REQUESTS / share` of them. A canary of 10 % and then 50 % needs
 * 200/0.1 + 200/0.5 = 2,400; simulated releases without errors finish there too.
 */
export function requestsNeeded(strategy: ResolvedStrategy, release: ReleaseConfig): number {
  const perStep = EVIDENCE_REQUESTS[release.strictness];
  const needed = liveShares(strategy, release).reduce((sum, share) => sum + perStep / share, 0);
  // 200/0.1 and its kind may end a hair above the whole number; nothing needed stays 0.
  return Math.max(0, Math.ceil(needed - 1e-6));
}

/** What a strategy needs and what the declared volume gives. */
export interface VolumeCheck {
  readonly feeds: boolean;
  /** Requests for the whole release; they must be able to arrive within one step's time. */
  readonly needed: number;
  /** Shortest `maxHoursPerStep` that this volume could feed; Infinity without requests. */
  readonly hours: number;
}

/**
 * Whether the volume gives evidence in time. Strict on purpose: all the evidence must fit into one step's time, so
 * that a release still ends when requests come unevenly.
 *
 * @param requestsPerDay - As the blueprint declares it; 0 without an online API.
 */
export function checkVolume(
  strategy: ResolvedStrategy,
  release: ReleaseConfig,
  requestsPerDay: number,
): VolumeCheck {
  const needed = requestsNeeded(strategy, release);
  const hours = needed === 0 ? 0 : Math.ceil((needed / requestsPerDay) * 24);
  return { feeds: hours <= release.maxHoursPerStep, needed, hours };
}

/**
 * The strategy that runs. `auto` becomes a canary where the target has one and the volume feeds it, else a replay
 * of past requests with a watch window after it: a release always ends.
 */
export function resolveStrategy(
  release: ReleaseConfig,
  requestsPerDay: number,
  canaryAvailable: boolean,
): ResolvedStrategy {
  if (release.strategy !== 'auto') return release.strategy;
  return canaryAvailable && checkVolume('canary', release, requestsPerDay).feeds ? 'canary' : 'shadow-replay';
}
