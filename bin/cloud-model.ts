import { type LoadedBlueprint, loadBlueprint } from '../blueprints/index.ts';
import { type ResolvedConfig, resolveConfig } from '../constructs/config/resolve.ts';
import { InvalidInput } from '../lambdas/core/errors.ts';
import { type EnvironmentName, parseEnvironment } from '../stacks/config/environments.ts';
import { findBlueprint } from './arguments/model.ts';

export const AWS_ENVIRONMENTS = ['dev', 'staging', 'prod'] as const satisfies EnvironmentName[];
export type AwsEnvironment = (typeof AWS_ENVIRONMENTS)[number];

/** A model with its configuration on AWS in one environment. */
export interface AwsModel extends LoadedBlueprint {
  readonly config: ResolvedConfig;
}

/**
 * Loads a model with the configuration of an environment on AWS.
 *
 * @throws InvalidInput for an unknown model or environment, or what AWS cannot do
 */
export async function loadAwsModel(
  model: string,
  env: string,
  cwd: string,
  command: string,
): Promise<AwsModel> {
  const environment = parseEnvironment(environmentOf(env, command), {}, 'aws');
  const loaded = await loadBlueprint(findBlueprint(model, cwd));
  return { ...loaded, config: resolveConfig(loaded.blueprint, environment, 'aws') };
}

/** @throws InvalidInput naming the environments that there are */
export function environmentOf(env: string, command: string): AwsEnvironment {
  const known = AWS_ENVIRONMENTS.find((one) => one === env);
  if (known !== undefined) return known;
  throw new InvalidInput(`mlops ${command}`, [
    {
      code: 'usage/env',
      path: '--env',
      message: 'is not known',
      got: `'${env}'`,
      allowed: AWS_ENVIRONMENTS.join(', '),
    },
  ]);
}

/** The stacks of a model, as `stacks/aws` names them; the data stack first. */
export function stackNamesOf({ model, environment }: ResolvedConfig): readonly [data: string, model: string] {
  const name = `${model.name}-${environment.name}`;
  return [`${name}-data`, `${name}-model`];
}
