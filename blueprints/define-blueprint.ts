import { parseBlueprint, subjectOf } from './parse.ts';
import type { Blueprint, BlueprintInput } from './schema.ts';

/**
 * What a blueprint file exports: `export const blueprint = defineBlueprint({ … })`. The editor knows every field.
 *
 * @throws InvalidInput with all its problems
 */
export function defineBlueprint(input: BlueprintInput): Blueprint {
  return parseBlueprint(input, subjectOf(input));
}
