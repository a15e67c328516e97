/** Account and region of an environment on AWS. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';
import { MISSING_TYPES, REGION_SCHEMAS, UNVERIFIED_REGIONS } from './aws-regions.ts';
import type { AwsType } from './aws-types.ts';
import { problem } from './problem.ts';

/** Regions with schemas of CloudFormation, without the isolated partitions. */
export const AWS_REGIONS: readonly string[] = Object.keys(MISSING_TYPES);

/** Source of the table of regions, for messages. */
export const REGION_SOURCE = `${REGION_SCHEMAS.source} of ${REGION_SCHEMAS.released}`;

/**
 * Types that a model can do without. The budget is left out with a warning; the rest is refused where the blueprint asks
 * for it.
 */
const OPTIONAL_TYPES: Readonly<
  Partial<Record<AwsType, { readonly wanted: (blueprint: Blueprint) => boolean; readonly fix: string }>>
> = {
  'AWS::Budgets::Budget': { wanted: () => false, fix: '' },
  'AWS::SageMaker::FeatureGroup': {
    wanted: ({ serving }) => serving.online?.byKey === true,
    fix: 'set serving.online.byKey to false, or use another region',
  },
};

/** Returns whether CloudFormation knows a type in a region. A token or an unknown region counts as known. */
export const regionHas = (region: string, type: AwsType): boolean => !MISSING_TYPES[region]?.includes(type);

/** Returns whether what the region lacks is unknown: its published schemas are a copy of another region's. */
export const isUnverified = (region: string): boolean => UNVERIFIED_REGIONS.includes(region);

/** Everything that is wrong with the place where a model is to run on AWS. */
export function placeProblems(blueprint: Blueprint, { cloud }: Environment): Problem[] {
  if (cloud.provider !== 'aws') return [];
  const { region, account } = cloud;
  const problems: Problem[] = region === undefined ? [] : regionProblems(blueprint, region);
  if (account !== undefined && region === undefined)
    problems.push(
      problem('aws/half-a-place', 'cloud.region', 'must be given with the account', {
        fix: 'give both, or neither: then the credentials that deploy decide',
      }),
    );
  return problems;
}

/** Returns the problems of a region: it is not known, or CloudFormation lacks a type there that the model needs. */
export function regionProblems(blueprint: Blueprint, region: string): Problem[] {
  const missing = MISSING_TYPES[region];
  if (missing === undefined)
    return [
      problem('aws/unknown-region', 'cloud.region', `has no schemas of CloudFormation in ${REGION_SOURCE}`, {
        got: `'${region}'`,
        allowed: AWS_REGIONS.join(', '),
      }),
    ];
  return missing
    .filter((type) => OPTIONAL_TYPES[type]?.wanted(blueprint) ?? true)
    .map((type) =>
      problem('aws/region-lacks', 'cloud.region', `lacks ${type} in CloudFormation (${REGION_SOURCE})`, {
        got: `'${region}'`,
        allowed: AWS_REGIONS.filter((other) => regionHas(other, type)).join(', '),
        fix: OPTIONAL_TYPES[type]?.fix ?? 'use another region',
      }),
    );
}
