/** Parts of a blueprint that AWS cannot run, or this tier cannot run there: found before anything is synthesized. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';
import { nameProblems } from './aws-names.ts';
import { peopleProblems } from './aws-people.ts';
import { placeProblems } from './aws-place.ts';
import { expressionProblems } from './aws-schedules.ts';
import { tagProblems } from './aws-tags.ts';
import { capacityProblems } from './capacity.ts';
import { problem } from './problem.ts';
import { scheduleProblems } from './schedules.ts';

/**
 * Names in a feature group (docs.aws.amazon.com/sagemaker/latest/APIReference/API_FeatureDefinition.html). Its 2,500
 * features, and the 63 and 64 characters of the groups' own names, are more than the blueprint's schema lets through.
 */
const FEATURE_NAME = /^[a-zA-Z0-9]([-_]*[a-zA-Z0-9]){0,63}$/;
const RESERVED_FEATURES: readonly string[] = ['is_deleted', 'write_time', 'api_invocation_time'];

/** Ids that `rds-db:connect` names (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html). */
const RESOURCE_ID = /^(db|cluster)-[A-Z0-9]+$/;

/**
 * Periods of a log group (docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html), up to
 * the longest that the environment's schema lets through. A test holds them to the CDK's own list.
 */
export const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
];

/** Everything that is refused on AWS. */
export function awsProblems(blueprint: Blueprint, environment: Environment): Problem[] {
  return [
    ...placeProblems(blueprint, environment),
    ...peopleProblems(environment),
    ...tagProblems(environment),
    ...keyProblems(environment),
    ...budgetProblems(environment),
    ...nameProblems(blueprint, environment),
    ...databaseProblems(environment),
    ...retentionProblems(environment),
    ...featureProblems(blueprint),
    ...capacityProblems(blueprint, environment),
    ...scheduleProblems(blueprint, expressionProblems),
  ];
}

function keyProblems({ cloud, encryption }: Environment): Problem[] {
  if (cloud.provider !== 'aws' || cloud.keyArn === undefined) return [];
  const { keyArn, region } = cloud;
  const unused =
    encryption === 'provider'
      ? [
          problem('aws/unused-key', 'cloud.keyArn', "has no effect with encryption 'provider'", {
            fix: "set encryption: 'customer', or remove keyArn",
          }),
        ]
      : [];
  const elsewhere =
    region !== undefined && keyArn.split(':')[3] !== region
      ? [
          problem(
            'aws/key-region',
            'cloud.keyArn',
            'lies in another region, where no service here can use it',
            {
              got: `'${keyArn}'`,
              allowed: `a key of ${region}`,
            },
          ),
        ]
      : [];
  return [...unused, ...elsewhere];
}

function budgetProblems({ budget }: Environment): Problem[] {
  if (budget === undefined || budget.currency === 'USD') return [];
  return [
    problem('aws/budget-currency', 'budget.currency', 'is not what AWS bills in', {
      got: budget.currency,
      allowed: 'USD',
    }),
  ];
}

function databaseProblems({ database }: Environment): Problem[] {
  if (database === undefined) return [];
  if (database.auth !== 'iam')
    return [
      problem('aws/database-secret', 'database.auth', 'must be iam on AWS', {
        got: 'a secret',
        fix: "grant rds_iam to the database's user and give database.instance: the export has a token of its own role, and its network needs no way to a secret manager",
      }),
    ];
  const { instance } = database;
  if (instance === undefined)
    return [
      problem('aws/no-resource-id', 'database.instance', 'is needed to sign in with IAM', {
        fix: "give the DbiResourceId of the instance, or the DbClusterResourceId of the Aurora cluster ('aws rds describe-db-instances')",
      }),
    ];
  return RESOURCE_ID.test(instance)
    ? []
    : [
        problem('aws/resource-id', 'database.instance', 'must be a resource id of RDS', {
          got: `'${instance}'`,
          allowed: 'db-ABCDEFGHIJKL01234, or cluster- for Aurora',
        }),
      ];
}

function retentionProblems({ logRetentionDays: days }: Environment): Problem[] {
  if (LOG_RETENTION_DAYS.includes(days)) return [];
  const longer = LOG_RETENTION_DAYS.find((one) => one > days);
  return [
    problem('aws/log-retention', 'logRetentionDays', 'is not a period that CloudWatch Logs has', {
      got: `${days}`,
      allowed: LOG_RETENTION_DAYS.join(', '),
      ...(longer !== undefined && { fix: `set it to ${longer}` }),
    }),
  ];
}

function featureProblems({ features }: Blueprint): Problem[] {
  const problems: Problem[] = [];
  for (const [index, { name }] of features.fields.entries()) {
    const path = `features.fields[${index}].name`;
    if (RESERVED_FEATURES.includes(name.toLowerCase()))
      problems.push(
        problem('aws/reserved-feature', path, 'is a name that SageMaker keeps for itself', {
          got: `'${name}'`,
          fix: 'give the feature another name, and name its column',
        }),
      );
    else if (!FEATURE_NAME.test(name))
      problems.push(
        problem('aws/feature-name', path, 'cannot be a name in a SageMaker feature group', {
          got: `'${name}'`,
          allowed: '1 to 64 letters, digits, - and _, the first and the last a letter or digit',
        }),
      );
  }
  return problems;
}
