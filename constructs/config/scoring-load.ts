/** Requests that a scoring API must be able to answer. */

import type { ModelConfig } from '../../lambdas/core/config.ts';

/** Rate of a busy hour, as a multiple of an even day's rate: more is a mistake and not use, and gets 429. */
const PEAK_FACTOR = 20;
const SECONDS_PER_DAY = 86_400;

/** Returns the most requests of a second that a model expects; 0 without an API. */
export const peakPerSecond = ({ serving }: Pick<ModelConfig, 'serving'>): number =>
  ((serving.online?.requestsPerDay ?? 0) / SECONDS_PER_DAY) * PEAK_FACTOR;
