/** Limits of each target, with the reason and what to use instead: refused before anything is made. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Cloud, Environment } from '../schema.ts';
import { awsProblems } from './aws.ts';
import { azureProblems } from './azure.ts';
import { azurePlaceWarnings } from './azure-place.ts';
import { capacityWarnings } from './capacity.ts';
import { cloudProblems } from './clouds.ts';
import { gcpProblems } from './gcp.ts';
import { gcpPlaceWarnings } from './gcp-place.ts';
import { retentionProblems } from './retention.ts';
import { versionProblems } from './version.ts';

type Limits = (blueprint: Blueprint, environment: Environment) => readonly Problem[];

/** The limits of each target's services. */
const LIMITS: Readonly<Record<Cloud, Limits>> = {
  local: () => [],
  aws: awsProblems,
  gcp: gcpProblems,
  azure: azureProblems,
};

/** Everything that this blueprint asks for and this target does not do. */
export function targetProblems(blueprint: Blueprint, environment: Environment, cloud: Cloud): Problem[] {
  return [
    ...placeProblems(environment, cloud),
    ...requiredTagProblems(environment),
    ...versionProblems(blueprint),
    ...retentionProblems(blueprint, environment),
    ...(cloud === 'local' ? [] : cloudProblems(blueprint, environment)),
    ...LIMITS[cloud](blueprint, environment),
  ];
}

/** Everything that works on this target now and will not for good. */
export function targetWarnings(blueprint: Blueprint, environment: Environment, cloud: Cloud): Problem[] {
  if (environment.cloud.provider !== cloud) return [];
  return [
    ...gcpPlaceWarnings(environment),
    ...azurePlaceWarnings(environment),
    ...capacityWarnings(blueprint, environment),
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

/** Local runs have no resources, but an environment is the same everywhere. */
function requiredTagProblems({ name, tags, requiredTags }: Environment): Problem[] {
  return requiredTags
    .filter((tag) => !Object.hasOwn(tags, tag) || tags[tag] === '')
    .map((tag) => ({
      code: 'environment/required-tag',
      path: `tags.${tag}`,
      message: `is demanded by requiredTags and has no value in environment '${name}'`,
      fix: `give tags: { '${tag}': '…' } in stacks/config`,
    }));
}
