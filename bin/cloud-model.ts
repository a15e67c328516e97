import { type LoadedBlueprint, loadBlueprint } from '../blueprints/index.ts';
import { type ResolvedConfig, resolveConfig } from '../constructs/config/resolve.ts';
import { InvalidInput } from '../lambdas/core/errors.ts';
import { type EnvironmentName, parseEnvironment } from '../stacks/config/environments.ts';
import { findBlueprint } from './arguments/model.ts';
import type { CloudName } from './clouds/tools.ts';

export const CLOUD_ENVIRONMENTS = ['dev', 'staging', 'prod'] as const satisfies EnvironmentName[];
export type CloudEnvironment = (typeof CLOUD_ENVIRONMENTS)[number];

/** A model in one environment on one cloud. */
export interface CloudModel extends LoadedBlueprint {
  readonly config: ResolvedConfig;
}

/** Who asks for a model. */
export interface Asked {
  readonly cwd: string;
  /** Name of the command, for its errors. */
  readonly command: string;
}

/**
 * Loads a model with the configuration of an environment on a cloud.
 *
 * @throws InvalidInput for an unknown model or environment, or for something that the cloud cannot do
 */
export async function loadCloudModel(
  model: string,
  env: string,
  cloud: CloudName,
  { cwd, command }: Asked,
): Promise<CloudModel> {
  const environment = parseEnvironment(environmentOf(env, command), {}, cloud);
  const loaded = await loadBlueprint(findBlueprint(model, cwd));
  return { ...loaded, config: resolveConfig(loaded.blueprint, environment, cloud) };
}

/** @throws InvalidInput naming the environments that there are */
export function environmentOf(env: string, command: string): CloudEnvironment {
  const known = CLOUD_ENVIRONMENTS.find((one) => one === env);
  if (known !== undefined) return known;
  throw new InvalidInput(`mlops ${command}`, [
    {
      code: 'usage/env',
      path: '--env',
      message: 'is not known',
      got: `'${env}'`,
      allowed: CLOUD_ENVIRONMENTS.join(', '),
    },
  ]);
}
