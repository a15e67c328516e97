import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { Checked } from '../../policy/check.ts';
import type { TemplateReader } from './reader.ts';

/** Compares the facts of the templates with what the configuration asks for. */
export type Check = (reader: TemplateReader, config: ResolvedConfig) => Checked;

/** Both lists have the same members, in any order; `looked` counts the ones that were found. */
export function sameMembers(
  id: string,
  got: readonly (string | undefined)[],
  wanted: readonly string[],
): Checked {
  const [has, asks] = [got.map(String).sort(), [...wanted].sort()];
  const same = JSON.stringify(has) === JSON.stringify(asks);
  return {
    looked: got.length,
    findings: same ? [] : [`${id}: has ${has.join(', ') || 'none'}; must have ${asks.join(', ') || 'none'}`],
  };
}

/** A finding where two texts differ. */
export const differs = (what: string, got: string, wanted: string): string | undefined =>
  got === wanted ? undefined : `${what} ${got || 'none'}; must be ${wanted || 'none'}`;
