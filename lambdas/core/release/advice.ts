/** A cause that returns becomes advice once, not news each time. */

import type { ReleaseOutcome } from './state.ts';

/** The time at which a cause becomes advice. */
const ADVICE_AT = 3;

/** The words about an outcome for people. */
export type Telling =
  | { readonly kind: 'news'; readonly text: string }
  /** The cause for the third time: the setting that helps. */
  | { readonly kind: 'advice'; readonly text: string }
  /** The cause once more, after its advice. */
  | { readonly kind: 'known'; readonly text: string };

/**
 * Returns the words about an outcome, by how often its cause was among the outcomes up to it.
 *
 * @param outcomes - The kept ones, oldest first; they hold `outcome`.
 */
export function tellingOf(outcomes: readonly ReleaseOutcome[], outcome: ReleaseOutcome): Telling {
  const { reason, shortfall, version } = outcome;
  if (shortfall === undefined) return { kind: 'news', text: reason };
  const { cause, fix } = shortfall;
  const until = outcomes.findIndex((one) => one.version === version && one.endedAt === outcome.endedAt) + 1;
  const times = outcomes.slice(0, until).filter((one) => one.shortfall?.cause === cause).length;
  if (times < ADVICE_AT) return { kind: 'news', text: reason };
  const why = cause === 'too-few-requests' ? 'too few requests' : 'answers too near their limits';
  if (times > ADVICE_AT) return { kind: 'known', text: `${why}, as ${times - 1} releases before` };
  return { kind: 'advice', text: `${why} for the third time; advice: ${fix}` };
}
