import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadBlueprint } from '../blueprints/index.ts';
import { type ResolvedConfig, resolveConfig } from '../constructs/config/resolve.ts';
import type { Cloud } from '../constructs/config/schema.ts';
import { InvalidInput } from '../lambdas/core/errors.ts';
import { ProblemCollector } from './collect-problems.ts';
import { environmentsOn, loadEnvironment } from './config/load.ts';

const BLUEPRINTS = resolve(import.meta.dirname, '../blueprints');

/** Selection of environments and blueprints. */
export interface Narrowing {
  readonly env?: string | undefined;
  readonly blueprint?: string | undefined;
  /** Second copies of the environments, such as those of a branch. */
  readonly suffix?: string | undefined;
}

/**
 * The configuration of every blueprint in every environment that is asked for, all by default.
 *
 * @param check - Refuses a configuration by throwing. @default - refuses none
 * @throws InvalidInput with everything that a blueprint or an environment says wrong; an AggregateError of several
 */
export async function selectConfigs(
  cloud: Cloud,
  { env, blueprint, suffix }: Narrowing,
  check: (config: ResolvedConfig) => void = () => {},
): Promise<ResolvedConfig[]> {
  const refusals = new ProblemCollector();
  const names = choose(cloud, 'env', env, await environmentsOn(cloud));
  const environments = await refusals.without(names, (name) =>
    loadEnvironment(name, cloud, suffix === undefined ? {} : { suffix }),
  );
  const loaded = await refusals.without(choose(cloud, 'blueprint', blueprint, blueprintNames()), (name) =>
    loadBlueprint(join(BLUEPRINTS, name, 'blueprint.ts')),
  );
  const pairs = loaded.flatMap((one) =>
    environments.map((environment) => ({ blueprint: one.blueprint, environment })),
  );
  const configs = await refusals.without(pairs, (pair) => {
    const config = resolveConfig(pair.blueprint, pair.environment, cloud);
    check(config);
    return config;
  });
  refusals.throwAny();
  return configs;
}

/** Words of the command line that narrows: `-c env` of the CDK, `--env` of ours. */
const COMMANDS: Readonly<Record<Cloud, { readonly subject: string; readonly flag: string }>> = {
  aws: { subject: 'cdk', flag: '-c ' },
  gcp: { subject: 'synth:terraform', flag: '--' },
  azure: { subject: 'synth:terraform', flag: '--' },
  local: { subject: 'mlops', flag: '--' },
};

function choose<T extends string>(
  cloud: Cloud,
  name: 'env' | 'blueprint',
  given: string | undefined,
  all: readonly T[],
): readonly T[] {
  if (given === undefined) return all;
  const found = all.filter((one) => one === given);
  if (found.length > 0) return found;
  const { subject, flag } = COMMANDS[cloud];
  throw new InvalidInput(subject, [
    {
      code: `usage/${name}`,
      path: `${flag}${name}`,
      message: 'is not known',
      got: `'${given}'`,
      allowed: all.join(', '),
    },
  ]);
}

function blueprintNames(): string[] {
  return readdirSync(BLUEPRINTS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(BLUEPRINTS, entry.name, 'blueprint.ts')))
    .map(({ name }) => name)
    .sort();
}
