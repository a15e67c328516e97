import type { ReleaseConfig, ServingConfig } from '../config.ts';
import { ln } from '../numeric/math.ts';
import type { RunnableStrategy } from './state.ts';

/** How often the evidence of a release may mislead. */
export const ERROR_RATES = {
  /** P(ever calling harm on a version that keeps its limits), however often one looks. */
  alpha: 0.01,
  /** P(calling a version safe that is far worse or beyond its limits), per step; of one without a bad answer, half. */
  beta: 0.05,
} as const;
/** A p99 limit is broken when more than 1 % of answers are slower. */
const SLOW_SHARE_AT_P99 = 0.01;
/** `strict` accepts half of every share. */
const ACCEPTED = { standard: 1, strict: 0.5 } as const;

/** Limits for a version while it is new. */
export interface EvidenceLimits {
  /** Largest share of invalid answers and errors together. */
  readonly maxBadShare: number;
  /** Largest share of answers slower than the latency limit. */
  readonly maxSlowShare: number;
  /** Answers without which a version is not called safe; enough for the smaller share. */
  readonly minRequests: number;
}

/** The shares that a new version may reach, and the answers that it takes to show that it keeps them. */
export function evidenceLimits({
  release,
  alarms,
}: Pick<ServingConfig, 'release' | 'alarms'>): EvidenceLimits {
  const maxBadShare = alarms.errorRate * ACCEPTED[release.strictness];
  const maxSlowShare = SLOW_SHARE_AT_P99 * ACCEPTED[release.strictness];
  return { maxBadShare, maxSlowShare, minRequests: requestsFor(Math.min(maxBadShare, maxSlowShare)) };
}

/**
 * Returns how many responses without a bad one bring the Clopper-Pearson upper bound of the bad share down to
 * `ceiling`.
 *
 * With zero failures among n the two-sided bound at level 1 - beta is 1 - (beta/2)^(1/n), so n is
 * ln(beta/2) / ln(1 - ceiling), rounded up: 183 for 2 %, 368 for 1 %, 736 for 0.5 % with beta 0.05.
 *
 * Source: Clopper and Pearson 1934, Biometrika 26(4), doi:10.1093/biomet/26.4.404.
 *
 * @param ceiling - Above 0 and below 1.
 */
function requestsFor(ceiling: number): number {
  return Math.ceil(ln(ERROR_RATES.beta / 2) / ln(1 - ceiling));
}

/** The second live step of a canary. */
const CANARY_SECOND_SHARE = 0.5;

/** Share of requests that the challenger gets in each step; empty where a strategy needs no live evidence. */
export function liveShares(strategy: RunnableStrategy, { share, steps }: ReleaseConfig): readonly number[] {
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

/** Fields that decide whether the requests of a model are enough evidence. */
type Serving = Pick<ServingConfig, 'online' | 'release' | 'alarms'>;

/**
 * Requests, of all that arrive, until a healthy version has passed every step: a step that sends a share of the
 * requests to the challenger needs `minRequests / share` of them. A canary of 10 % and then 50 % with a ceiling of
 * 1 % needs 368/0.1 + 368/0.5 = 4,416.
 */
export function requestsNeeded(strategy: RunnableStrategy, serving: Serving): number {
  const { minRequests } = evidenceLimits(serving);
  const needed = liveShares(strategy, serving.release).reduce((sum, share) => sum + minRequests / share, 0);
  // 368/0.1 and its kind may end a hair above the whole number; nothing needed stays 0.
  return Math.max(0, Math.ceil(needed - 1e-6));
}

/** The needed requests, compared with the declared volume. */
export interface VolumeCheck {
  readonly feeds: boolean;
  /** Requests that must be able to arrive in the time that the blueprint gives. */
  readonly needed: number;
  /** Shortest time that this volume could feed; Infinity without requests. */
  readonly hours: number;
}

/**
 * Whether the volume feeds every live step in time. Strict on purpose: all the evidence must fit into one step's
 * `maxHoursPerStep`, so that a release still ends when requests come unevenly.
 */
export function checkVolume(strategy: RunnableStrategy, serving: Serving): VolumeCheck {
  return volumeFor(requestsNeeded(strategy, serving), serving, serving.release.maxHoursPerStep);
}

/**
 * Whether the volume feeds the watch window that follows every strategy: a window that ends with fewer answers than
 * `minRequests` shows no health, and the version goes back.
 */
export function checkWatch(serving: Serving): VolumeCheck {
  return volumeFor(evidenceLimits(serving).minRequests, serving, serving.release.watchHours);
}

function volumeFor(needed: number, { online }: Serving, given: number): VolumeCheck {
  const hours = needed === 0 ? 0 : Math.ceil((needed * 24) / (online?.requestsPerDay ?? 0));
  return { feeds: hours <= given, needed, hours };
}

/**
 * The strategy that runs. `auto` becomes a canary where the volume feeds it, else a replay of past requests with a
 * watch window after it: a release always ends.
 */
export function resolveStrategy(serving: Serving): RunnableStrategy {
  const { strategy } = serving.release;
  if (strategy !== 'auto') return strategy;
  return checkVolume('canary', serving).feeds ? 'canary' : 'shadow-replay';
}
