import type { ModelConfig } from '../core/config.ts';
import { evidenceLimits, liveShares } from '../core/release/strategy.ts';
import type { ReleasePolicy } from '../core/release/transitions.ts';

const HOUR_MS = 3_600_000;
/** P(ever calling harm on a version that keeps its limits). */
const ALPHA = 0.01;
/** P(calling a version safe that is far worse or beyond its limits), per step. */
const BETA = 0.05;
/** No step is shorter, however many requests come: what happens every few minutes must have happened. */
const MIN_STEP_MS = 600_000;

/** What the blueprint says about releases, in the terms of the state machine. */
export function releasePolicy({
  serving,
  releaseStrategy,
}: Pick<ModelConfig, 'serving' | 'releaseStrategy'>): ReleasePolicy {
  const { release } = serving;
  return {
    watchMs: release.watchHours * HOUR_MS,
    ...evidenceLimits(serving),
    alpha: ALPHA,
    live: {
      shares: liveShares(releaseStrategy, release),
      minStepMs: MIN_STEP_MS,
      maxStepMs: release.maxHoursPerStep * HOUR_MS,
      beta: BETA,
    },
  };
}
