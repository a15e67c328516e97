/** Which version answers a request while a challenger takes a share of them. */

import type { LiveStep } from '../core/release/state.ts';
import { fmix32, hashText } from '../core/table/events.ts';

/**
 * Whether a request is the challenger's share: by a hash of whom it is about, so that the same entity meets the same
 * version for the whole step, on every instance, without any state. Each step draws anew: evidence of several steps
 * must not be the same entities again.
 *
 * @param unit - The entity's pseudonym, or the request's id where no entity is known.
 */
export function isChallengers(unit: string, version: number, { step, share }: LiveStep): boolean {
  return fmix32(hashText(`${version}:${step}:${unit}`)) < share * 0x1_0000_0000;
}
