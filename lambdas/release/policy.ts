import type { ModelConfig } from '../core/config.ts';
import { ERROR_RATES, evidenceLimits, liveShares } from '../core/release/strategy.ts';
import type { ReleasePolicy } from '../core/release/transitions.ts';

const HOUR_MS = 3_600_000;
/** No step is shorter, however many requests come: what happens every few minutes must have happened. */
const MIN_STEP_MS = 600_000;

/** Returns the blueprint's settings for releases, in the terms of the state machine. */
export function releasePolicy({
  serving,
  releaseStrategy,
}: Pick<ModelConfig, 'serving' | 'releaseStrategy'>): ReleasePolicy {
  const { release } = serving;
  return {
    watchMs: release.watchHours * HOUR_MS,
    ...evidenceLimits(serving),
    alpha: ERROR_RATES.alpha,
    live: {
      shares: liveShares(releaseStrategy, release),
      minStepMs: MIN_STEP_MS,
      maxStepMs: release.maxHoursPerStep * HOUR_MS,
      beta: ERROR_RATES.beta,
    },
  };
}
