/** Tags on Azure. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import { MODEL_TAGS } from '../model-tags.ts';
import type { Environment } from '../schema.ts';
import { problem } from './problem.ts';

/** Tags of a resource (learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations). */
const MOST_TAGS = 50;
/** Characters that no name of a tag has (same page). */
const REFUSED = /[<>%&\\?/]/;
/** Beginnings that Azure keeps for itself (`createOrUpdate` of tags in learn.microsoft.com/javascript/api/@azure/arm-resources/tagsoperations). */
const RESERVED = /^(microsoft|azure|windows)/i;

/** Returns the problems of an environment's tags: nothing is changed in silence. */
export function azureTagProblems({ tags }: Environment): Problem[] {
  const names = Object.keys(tags);
  const most = MOST_TAGS - MODEL_TAGS.length;
  const tooMany =
    names.length > most
      ? [
          problem(
            'azure/too-many-tags',
            'tags',
            'are more than a resource can have beside those of the model',
            {
              got: `${names.length}`,
              allowed: `at most ${most}`,
            },
          ),
        ]
      : [];
  const wrong = names
    .filter((name) => REFUSED.test(name) || RESERVED.test(name))
    .map((name) =>
      problem('azure/tag-name', `tags.${name}`, 'cannot be the name of a tag', {
        got: `'${name}'`,
        allowed: 'names without < > % & \\ ? / that do not begin with azure, microsoft or windows',
        fix: 'rename it, or give the tag to the other clouds only: on.aws.tags',
      }),
    );
  // Names are compared without upper and lower case.
  const twins = names.filter(
    (name, i) => names.findIndex((one) => one.toLowerCase() === name.toLowerCase()) < i,
  );
  const repeated = twins.map((name) =>
    problem('azure/tag-twice', `tags.${name}`, 'differs from an earlier tag in upper and lower case only', {
      fix: 'remove one of them',
    }),
  );
  return [...tooMany, ...wrong, ...repeated];
}
