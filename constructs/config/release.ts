/** How a version of a model comes to serve, and why so. */

import type { Blueprint } from '../../blueprints/index.ts';
import type { RunnableStrategy } from '../../lambdas/core/release/state.ts';
import { checkVolume, resolveStrategy } from '../../lambdas/core/release/strategy.ts';
import { testsText } from '../../lambdas/core/release/tests-text.ts';

/** How a version of a model comes to serve. */
export interface ResolvedRelease {
  readonly strategy: RunnableStrategy;
  /** Why `auto` became this strategy, in words; that it is the blueprint's own choice otherwise; then the tests. */
  readonly reason: string;
}

/** The strategy that runs and why. */
export function resolveRelease({ serving }: Blueprint): ResolvedRelease {
  const strategy = resolveStrategy(serving);
  return { strategy, reason: `${choiceOf(serving)}; ${testsText(strategy, serving)}` };
}

function choiceOf(serving: Blueprint['serving']): string {
  const { release, online } = serving;
  if (release.strategy !== 'auto') return "the blueprint's choice";
  const { needed } = checkVolume('canary', serving);
  const count = (value: number) => value.toLocaleString('en-US');
  return `auto: ${count(online?.requestsPerDay ?? 0)} requests a day; a canary needs ${count(needed)} in ${release.maxHoursPerStep} h`;
}
