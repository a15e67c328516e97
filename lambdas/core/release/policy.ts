import type { ModelConfig } from '../config.ts';
import { checkWatch, ERROR_RATES, evidenceLimits, planSteps } from './strategy.ts';
import type { ReleasePolicy } from './transitions.ts';

const HOUR_MS = 3_600_000;
/** No step is shorter, however many requests come: what happens every few minutes must have happened. */
const MIN_STEP_MS = 600_000;

/** Returns the blueprint's settings for releases, in the terms of the state machine. */
export function releasePolicy({
  serving,
  releaseStrategy,
}: Pick<ModelConfig, 'serving' | 'releaseStrategy'>): ReleasePolicy {
  const { test, needed, watchHours } = checkWatch(serving);
  return {
    watchMs: watchHours * HOUR_MS,
    watch: { test, needed },
    ...evidenceLimits(serving),
    ...ERROR_RATES,
    live: {
      steps: planSteps(releaseStrategy, serving).steps,
      minStepMs: MIN_STEP_MS,
      maxStepMs: serving.release.maxHoursPerStep * HOUR_MS,
    },
    ...(serving.online && { declaredPerDay: serving.online.requestsPerDay }),
  };
}
