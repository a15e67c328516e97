import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Construct } from 'constructs';
import { loadBlueprint } from '../../blueprints/index.ts';
import { regionHas, regionProblems } from '../../constructs/config/limits/aws-place.ts';
import { type ResolvedConfig, resolveConfig } from '../../constructs/config/resolve.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { environmentsOn, loadEnvironment } from '../config/load.ts';
import { ProblemCollector } from './collect-problems.ts';
import { ModelStage } from './model-stage.ts';

const BLUEPRINTS = resolve(import.meta.dirname, '../../blueprints');

/** Selection by `-c env=`, `-c blueprint=` and `-c suffix=`. */
export interface Narrowing {
  readonly env?: string;
  readonly blueprint?: string;
  /** Second copies of the environments, such as those of a branch. */
  readonly suffix?: string;
}

/**
 * A stage for every blueprint and environment that is asked for, all by default.
 *
 * @param defaultRegion - Region of the credentials: that of an environment which gives none. It is checked, and changes
 *   no template. @default - not known, not checked
 * @throws InvalidInput with everything that a blueprint or an environment says wrong; an AggregateError of several
 */
export async function addStages(
  app: Construct,
  narrowing: Narrowing = {
    env: app.node.tryGetContext('env'),
    blueprint: app.node.tryGetContext('blueprint'),
    suffix: app.node.tryGetContext('suffix'),
  },
  defaultRegion: string | undefined = undefined,
): Promise<ModelStage[]> {
  const refusals = new ProblemCollector();
  const names = choose('env', narrowing.env, await environmentsOn('aws'));
  const { suffix } = narrowing;
  const environments = await refusals.without(names, (name) =>
    loadEnvironment(name, 'aws', suffix === undefined ? {} : { suffix }),
  );
  const loaded = await refusals.without(choose('blueprint', narrowing.blueprint, blueprintNames()), (name) =>
    loadBlueprint(join(BLUEPRINTS, name, 'blueprint.ts')),
  );
  const pairs = loaded.flatMap(({ blueprint }) =>
    environments.map((environment) => ({ blueprint, environment })),
  );
  const configs = await refusals.without(pairs, ({ blueprint, environment }) => {
    const config = resolveConfig(blueprint, environment, 'aws');
    refuseDefaultRegion(config, defaultRegion);
    return config;
  });
  refusals.throwAny();
  return configs.map((config) => new ModelStage(app, config));
}

/** The templates of an environment without a region fit every region, so none of their types may be missing here. */
function refuseDefaultRegion({ blueprint, environment }: ResolvedConfig, region: string | undefined): void {
  const { cloud, budget, name } = environment;
  if (cloud.provider !== 'aws' || cloud.region !== undefined || region === undefined) return;
  const problems = regionProblems(blueprint, region);
  if (budget !== undefined && !regionHas(region, 'AWS::Budgets::Budget'))
    problems.push({
      code: 'aws/region-lacks',
      path: 'cloud.region',
      message: 'must be given where CloudFormation lacks AWS::Budgets::Budget',
      got: `none; the credentials deploy to '${region}'`,
      fix: `set cloud.region to '${region}': the stack then has no budget`,
    });
  if (problems.length > 0)
    throw new InvalidInput(`region ${region} of the credentials, for environment '${name}'`, problems);
}

function choose<T extends string>(
  flag: 'env' | 'blueprint',
  given: string | undefined,
  all: readonly T[],
): readonly T[] {
  if (given === undefined) return all;
  const found = all.filter((one) => one === given);
  if (found.length > 0) return found;
  throw new InvalidInput('cdk', [
    {
      code: `usage/${flag}`,
      path: `-c ${flag}`,
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
