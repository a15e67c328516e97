import { parseBlueprint, subjectOf } from './parse.ts';
import type { Blueprint, BlueprintInput } from './schema.ts';

/**
 * Returns the checked blueprint that a file exports: `export const blueprint = defineBlueprint({ … })`. The editor
 * completes every field.
 *
 * @throws InvalidInput with all its problems
 *
 * @example
 * import { type BlueprintInput, defineBlueprint } from 'mlops-blueprint/blueprint';
 *
 * export const churn = (source: BlueprintInput['source']) =>
 *   defineBlueprint({ ...input, name: 'churn', source });
 */
export function defineBlueprint(input: BlueprintInput): Blueprint {
  return parseBlueprint(input, subjectOf(input));
}
