import type { ReleasePolicy } from '../../../lambdas/core/release/transitions.ts';

export const HOUR = 3_600_000;

/** Two live steps of a day at most, then a watch of a day; the default limits. */
export const POLICY: ReleasePolicy = {
  watchMs: 24 * HOUR,
  maxBadShare: 0.02,
  maxSlowShare: 0.02,
  alpha: 0.01,
  beta: 0.05,
  watch: { test: 'full', needed: 2_803 },
  declaredPerDay: 1_000,
  live: {
    steps: [
      { share: 0.1, test: 'looser', needed: 8_000 },
      { share: 0.5, test: 'full', needed: 8_000 },
    ],
    minStepMs: HOUR / 6,
    maxStepMs: 24 * HOUR,
  },
};
