/** Tags on Azure. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';
import { problem } from './problem.ts';
import { commonTagProblems } from './tags.ts';

/** Characters that no name of a tag has (learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations). */
const REFUSED = /[<>%&\\?/]/;
/** Beginnings that Azure keeps for itself (`createOrUpdate` of tags in learn.microsoft.com/javascript/api/@azure/arm-resources/tagsoperations). */
const RESERVED = /^(microsoft|azure|windows)/i;

/** Returns the problems of an environment's tags: nothing is changed in silence. */
export function azureTagProblems(environment: Environment): Problem[] {
  const wrong = Object.keys(environment.tags)
    .filter((name) => REFUSED.test(name) || RESERVED.test(name))
    .map((name) =>
      problem('azure/tag-name', `tags.${name}`, 'cannot be the name of a tag', {
        got: `'${name}'`,
        allowed: 'names without < > % & \\ ? / that do not begin with azure, microsoft or windows',
        fix: 'rename it, or give the tag to the other clouds only: on.aws.tags',
      }),
    );
  return [...commonTagProblems('azure', environment), ...wrong];
}
