/** How a version of a model comes to serve, and why so. */

import type { Blueprint } from '../../blueprints/index.ts';
import type { RunnableStrategy } from '../../lambdas/core/release/state.ts';
import { checkVolume, resolveStrategy } from '../../lambdas/core/release/strategy.ts';

/** How a version of a model comes to serve. */
export interface ResolvedRelease {
  readonly strategy: RunnableStrategy;
  /** Why `auto` became this strategy, in words; that it is the blueprint's own choice otherwise. */
  readonly reason: string;
}

/** The strategy that runs and why. */
export function resolveRelease({ serving }: Blueprint): ResolvedRelease {
  const { release, online } = serving;
  const strategy = resolveStrategy(serving);
  if (release.strategy !== 'auto') return { strategy, reason: "the blueprint's choice" };
  const { needed } = checkVolume('canary', serving);
  const count = (value: number) => value.toLocaleString('en-US');
  const reason = `auto: ${count(online?.requestsPerDay ?? 0)} requests a day; a canary needs ${count(needed)} in ${release.maxHoursPerStep} h`;
  return { strategy, reason };
}
