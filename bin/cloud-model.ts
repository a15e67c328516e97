import { type LoadedBlueprint, loadBlueprint } from '../blueprints/index.ts';
import { type ResolvedConfig, resolveConfig } from '../constructs/config/resolve.ts';
import type { Environment } from '../constructs/config/schema.ts';
import { InvalidInput } from '../lambdas/core/errors.ts';
import { environmentsOn, loadEnvironment } from '../stacks/config/load.ts';
import { findBlueprint } from './arguments/model.ts';
import type { CloudName } from './clouds/tools.ts';

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
  const environment = await environmentOf(env, cloud, command);
  const loaded = await loadBlueprint(findBlueprint(model, cwd));
  return { ...loaded, config: resolveConfig(loaded.blueprint, environment, cloud) };
}

/**
 * The environment of an `--env`: the name of a file in stacks/config, and after a slash the suffix of a second copy,
 * `dev/pr-42`.
 *
 * @throws InvalidInput naming the environments of that cloud
 */
export async function environmentOf(env: string, cloud: CloudName, command: string): Promise<Environment> {
  const [name = '', suffix] = env.split(/\/(.*)/s);
  const known = await environmentsOn(cloud);
  if (known.includes(name)) return loadEnvironment(name, cloud, suffix === undefined ? {} : { suffix });
  throw new InvalidInput(`mlops ${command}`, [
    { code: 'usage/env', path: '--env', message: 'is not known', got: `'${env}'`, allowed: known.join(', ') },
  ]);
}
