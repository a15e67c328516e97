/** What each target cannot do, with the reason and what to use instead: refused before anything is made. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import { attributeName } from '../../../lambdas/core/fairness/attribute.ts';
import type { RunnableStrategy } from '../../../lambdas/core/release/state.ts';
import { checkVolume, resolveStrategy } from '../../../lambdas/core/release/strategy.ts';
import { capturedFeatures } from '../../../lambdas/core/table/model-table.ts';
import { awsProblems } from './aws.ts';
import type { Cloud, Environment } from '../schema.ts';

/** Everything that this blueprint asks for and this target does not do. */
export function targetProblems(blueprint: Blueprint, environment: Environment, cloud: Cloud): Problem[] {
  return [
    ...placeProblems(environment, cloud),
    ...(cloud === 'local' || cloud === 'aws' ? versionProblems(blueprint) : []),
    ...(cloud === 'local' ? [] : cloudProblems(blueprint, environment)),
    ...(cloud === 'aws' ? awsProblems(blueprint, environment) : []),
  ];
}

function placeProblems({ cloud, name }: Environment, target: Cloud): Problem[] {
  if (cloud.provider === target) return [];
  return [
    {
      code: 'environment/other-cloud',
      path: 'cloud.provider',
      message: `environment '${name}' has no ${target} block`,
      got: `'${cloud.provider}'`,
      fix: `give the environment cloud: { provider: '${target}', … }`,
    },
  ];
}

/** How a version of a model comes to serve. */
export interface ResolvedRelease {
  readonly strategy: RunnableStrategy;
  /** Why `auto` became this strategy, in words; that it is the blueprint's own choice otherwise. */
  readonly reason: string;
}

/** The strategy that runs and why. */
export function resolveRelease({ serving }: Blueprint): ResolvedRelease {
  const { release, online } = serving;
  const strategy = resolveStrategy(serving);
  if (release.strategy !== 'auto') return { strategy, reason: "the blueprint's choice" };
  const { needed } = checkVolume('canary', serving);
  const count = (value: number) => value.toLocaleString('en-US');
  const reason = `auto: ${count(online?.requestsPerDay ?? 0)} requests a day; a canary needs ${count(needed)} in ${release.maxHoursPerStep} h`;
  return { strategy, reason };
}

/** What an environment's database has where it does not say. */
const POSTGRES_PORT = 5432;

const refused = (path: string, what: string, fix: string): Problem => ({
  code: 'target/not-available',
  path,
  message: `this version does not run ${what}`,
  fix,
});

/** What no target runs yet. */
function versionProblems(blueprint: Blueprint): Problem[] {
  const { training, environments } = blueprint;
  return [
    ...(training.algorithm === 'kmeans'
      ? [refused('training.algorithm', 'kmeans', "use 'xgboost' with a label")]
      : []),
    ...(environments.tier === 'large' ? [refused('environments.tier', 'tier large', "use 'small'")] : []),
    ...unreadProblems(blueprint),
  ];
}

/** Settings that nothing reads yet: accepted in silence they would promise a protection that is not there. */
function unreadProblems(blueprint: Blueprint): Problem[] {
  const { serving, monitoring, retraining } = blueprint;
  const { level } = serving.automation;
  return [
    ...monitoring.fairness.attributes.flatMap((attribute, i) =>
      capturedFeatures(attribute, blueprint) !== undefined
        ? []
        : [
            refused(
              `monitoring.fairness.attributes[${i}]`,
              `group fairness in production by ${attributeName(attribute)}: that is not recorded with predictions`,
              'name features that serving.capture records and that are not sensitive; training.validation.fairness compares any column before release',
            ),
          ],
    ),
    ...(level === 'shadow' || level === 'partial'
      ? [
          refused(
            'serving.automation.level',
            `automation level ${level}`,
            "use 'assist', where a person decides every case",
          ),
        ]
      : []),
    ...(serving.alarms.business === undefined
      ? []
      : [
          refused(
            'serving.alarms.business',
            'business alarms',
            'remove it, watch the measure yourself, and go back with mlops rollback',
          ),
        ]),
    ...(retraining.on.newData === undefined
      ? []
      : [
          refused(
            'retraining.on.newData',
            'retraining on new data',
            'use retraining.on.drift, or retraining.on.performance with monitoring.groundTruth',
          ),
        ]),
  ];
}

function cloudProblems({ serving, environments, source }: Blueprint, environment: Environment): Problem[] {
  const { cloud, encryption, database, scoringImage } = environment;
  const problems: Problem[] = [];
  if (database === undefined)
    problems.push({
      code: 'environment/no-database',
      path: 'database',
      message: `source.engine ${source.engine} needs a database to read from`,
      fix: 'give host, name, user and auth',
    });
  if (source.engine === 'mysql' && database?.port === POSTGRES_PORT)
    problems.push({
      code: 'environment/port',
      path: 'database.port',
      message: `${POSTGRES_PORT} is where PostgreSQL listens, and source.engine is mysql`,
      fix: 'set it to 3306, or to where the server listens',
    });
  if (encryption === 'customer' && cloud.provider !== 'aws' && keyOf(cloud) === undefined)
    problems.push({
      code: 'environment/no-key',
      path: 'cloud',
      message: 'encryption customer needs the key that it uses',
      fix: "give the cloud block its key, or use encryption 'provider'",
    });
  if (
    environments.tier === 'large' &&
    serving.online !== undefined &&
    cloud.provider !== 'aws' &&
    !scoringImage
  )
    problems.push({
      code: 'environment/no-image',
      path: 'scoringImage',
      message: 'tier large with an online API needs the image of the scoring service',
      fix: 'build and push it in CI, and give its digest',
    });
  return problems;
}

function keyOf(cloud: Environment['cloud']): string | undefined {
  switch (cloud.provider) {
    case 'gcp':
      return cloud.key;
    case 'azure':
      return cloud.keyId;
    case 'aws':
    case 'local':
      return undefined;
  }
}
