import type { Construct } from 'constructs';
import { regionHas, regionProblems } from '../../constructs/config/limits/aws-place.ts';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { type Narrowing, selectConfigs } from '../selection.ts';
import { ModelStage } from './model-stage.ts';

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
  const configs = await selectConfigs('aws', narrowing, (config) =>
    refuseDefaultRegion(config, defaultRegion),
  );
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
