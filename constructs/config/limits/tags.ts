/** Limits of tags that two clouds have alike. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import { MODEL_TAGS } from '../model-tags.ts';
import type { Environment } from '../schema.ts';
import { problem } from './problem.ts';

/**
 * Tags of a resource on AWS (docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html, and of S3, Lambda, KMS and SQS) and on Azure
 * (learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations).
 */
const MOST_TAGS = 50;

const CODES = {
  aws: { tooMany: 'aws/too-many-tags', twice: 'aws/tag-twice' },
  azure: { tooMany: 'azure/too-many-tags', twice: 'azure/tag-twice' },
} as const;

/** Returns a problem for too many tags, and for each name that differs from an earlier one in upper and lower case only. */
export function commonTagProblems(cloud: keyof typeof CODES, { tags }: Environment): Problem[] {
  const names = Object.keys(tags);
  const most = MOST_TAGS - MODEL_TAGS.length;
  const { tooMany, twice } = CODES[cloud];
  const lower = names.map((name) => name.toLowerCase());
  return [
    ...(names.length > most
      ? [
          problem(tooMany, 'tags', 'are more than a resource can have beside those of the model', {
            got: `${names.length}`,
            allowed: `at most ${most}`,
          }),
        ]
      : []),
    ...names
      .filter((name, i) => lower.indexOf(name.toLowerCase()) < i)
      .map((name) =>
        problem(twice, `tags.${name}`, 'differs from an earlier tag in upper and lower case only', {
          fix: 'remove one of them',
        }),
      ),
  ];
}
