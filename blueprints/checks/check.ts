import type { Problem } from '../../lambdas/core/errors.ts';
import type { Blueprint } from '../schema.ts';

/** The sections of a blueprint that the schema accepted. A check needs only those that it reads. */
export type Sections = Partial<Blueprint>;

/** Finds what one field says against another. */
export type BlueprintCheck = (sections: Sections) => Problem[];

/** `min` above `max`, or neither where one is needed. */
export function rangeProblems(
  path: string,
  range: { readonly min?: number | undefined; readonly max?: number | undefined },
  needed: boolean,
): Problem[] {
  const { min, max } = range;
  if (needed && min === undefined && max === undefined)
    return [{ code: 'blueprint/no-limit', path, message: 'needs min, max or both' }];
  if (min === undefined || max === undefined || min <= max) return [];
  return [
    { code: 'blueprint/min-above-max', path, message: 'min must not be above max', got: `${min} and ${max}` },
  ];
}

/** Every name that occurs again, with the position where it does. */
export function repeated(
  names: readonly string[],
): readonly { readonly name: string; readonly index: number }[] {
  return names
    .map((name, index) => ({ name, index }))
    .filter(({ name, index }) => names.indexOf(name) < index);
}
