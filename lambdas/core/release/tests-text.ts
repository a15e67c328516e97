import type { ServingConfig } from '../config.ts';
import { POWER } from './power.ts';
import type { EvidenceTest, RunnableStrategy } from './state.ts';
import { checkWatch, ERROR_RATES, EXCLUDED, planSteps } from './strategy.ts';

/**
 * The tests that decide the releases of a model, with their error rates, for people and for the card.
 */
export function testsText(
  strategy: RunnableStrategy,
  serving: Pick<ServingConfig, 'online' | 'release' | 'alarms'>,
): string {
  const { steps } = planSteps(strategy, serving);
  const watch = checkWatch(serving);
  const last = steps.at(-1);
  const parts = [
    ...(last === undefined ? [] : [`the ${last.test} test decides the last live step`]),
    `the ${watch.test} test decides the watch of ${watch.watchHours} h`,
  ];
  const used = new Set(last === undefined ? [watch.test] : [last.test, watch.test]);
  return `${parts.join(' and ')}; ${[...used].map(ratesText).join('; ')}`;
}

/** Both error rates of a test, in words. */
const ratesText = (test: EvidenceTest): string =>
  `the ${test} test passes a version ${EXCLUDED[test]} times as bad as a champion at half of its limits in at most ${percent(ERROR_RATES.beta)}, and fails one that is as bad as that champion in at most ${percent(1 - POWER)}`;

const percent = (share: number): string => `${Math.round(share * 100)} %`;
