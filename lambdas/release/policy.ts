import type { ModelConfig } from '../core/config.ts';
import type { ReleasePolicy } from '../core/release/decide.ts';
import { evidenceLimits } from '../core/release/strategy.ts';

const HOUR_MS = 3_600_000;
/** P(ever calling harm on a version that keeps its limits). */
const ALPHA = 0.01;

/** What the blueprint says about releases, in the terms of the state machine. */
export function releasePolicy({ serving }: Pick<ModelConfig, 'serving'>): ReleasePolicy {
  return { watchMs: serving.release.watchHours * HOUR_MS, ...evidenceLimits(serving), alpha: ALPHA };
}
