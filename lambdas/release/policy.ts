import type { ModelConfig } from '../core/config.ts';
import type { ReleasePolicy } from '../core/release/decide.ts';

const HOUR_MS = 3_600_000;
/** A p99 limit is broken when more than 1 % of answers are slower. */
const SLOW_SHARE_AT_P99 = 0.01;
/** P(ever calling harm on a version that keeps its limits). */
const ALPHA = 0.01;
/**
 * Requests without a single failure that show a share below the ceiling with 95 % two-sided confidence:
 * ln(0.05/2)/ln(1 - ceiling) is 183 for 2 % (standard) and 368 for 1 % (strict), rounded up.
 */
const MIN_REQUESTS = { standard: 200, strict: 400 } as const;

/** What the blueprint says about releases, in the terms of the state machine. */
export function releasePolicy({ serving }: Pick<ModelConfig, 'serving'>): ReleasePolicy {
  const { release, alarms } = serving;
  return {
    watchMs: release.watchHours * HOUR_MS,
    maxBadShare: alarms.errorRate,
    maxSlowShare: SLOW_SHARE_AT_P99,
    minRequests: MIN_REQUESTS[release.strictness],
    alpha: ALPHA,
  };
}
