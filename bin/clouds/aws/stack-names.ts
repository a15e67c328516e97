import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';

/** The stacks of a model, as `stacks/aws` names them; the data stack first. */
export function stackNamesOf({ model }: ResolvedConfig): readonly [data: string, model: string] {
  const name = `${model.name}-${model.environment}`;
  return [`${name}-data`, `${name}-model`];
}
