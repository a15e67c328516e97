/** Chooses the version for a request while a challenger takes a share of the requests. */

import { fmix32, hashText } from '../numeric/hash.ts';
import type { LiveStep } from './state.ts';

/**
 * Whether a request is in the challenger's share. A hash of its entity decides, without any state. So the same entity
 * gets the same version for the whole step, on every instance. Each step draws again, because the evidence of several steps
 * must not come from the same entities.
 *
 * @param unit - The entity's pseudonym, or the request's id where no entity is known.
 */
export function goesToChallenger(unit: string, version: number, { step, share }: LiveStep): boolean {
  return fmix32(hashText(`${version}:${step}:${unit}`)) < share * 0x1_0000_0000;
}
