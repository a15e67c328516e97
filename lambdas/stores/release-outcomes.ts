/**
 * How releases ended: `release/outcomes/<version>-<fate>.json`, one file for each outcome that people and systems
 * have been told of. The pointer forgets old ones; these stay.
 */

import type { ReleaseOutcome, ReleaseState } from '../core/release/state.ts';
import type { Ports } from '../ports/index.ts';
import { encodeJson } from './json.ts';

const outcomeKey = ({ version, fate }: Pick<ReleaseOutcome, 'version' | 'fate'>) =>
  `release/outcomes/${version}-${fate}.json`;

/** Keeps an outcome; twice is once. */
export async function keepOutcome(
  { objects }: Pick<Ports, 'objects'>,
  outcome: ReleaseOutcome,
): Promise<void> {
  await objects.write(outcomeKey(outcome), [encodeJson({ schemaVersion: 1, ...outcome })]);
}

/** Whether this outcome has been kept. */
export async function outcomeIsKept(
  { objects }: Pick<Ports, 'objects'>,
  outcome: ReleaseOutcome,
): Promise<boolean> {
  return (await objects.get(outcomeKey(outcome))) !== undefined;
}

/**
 * Whether the champion of this pointer has been rolled back: then an older `release/state.json` was put in the place of a
 * newer one, because no version that was rolled back serves again.
 */
export async function isReplayed(
  { objects }: { readonly objects: Pick<Ports['objects'], 'get'> },
  { champion }: Pick<ReleaseState, 'champion'>,
): Promise<boolean> {
  if (champion === null) return false;
  const { version } = champion;
  return (await objects.get(outcomeKey({ version, fate: 'rolled-back' }))) !== undefined;
}
