/** Tags on AWS. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import { MODEL_TAGS } from '../model-tags.ts';
import type { Environment } from '../schema.ts';
import { problem } from './problem.ts';

/** Tags of a resource (docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html, and of S3, Lambda, KMS and SQS). */
const MOST_TAGS = 50;
/** Pattern of `tagValueType` in botocore's model of IAM. */
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Returns the problems of an environment's tags that one of the tagged services would have. */
export function tagProblems({ tags }: Environment): Problem[] {
  const names = Object.keys(tags);
  const most = MOST_TAGS - MODEL_TAGS.length;
  const tooMany =
    names.length > most
      ? [
          problem(
            'aws/too-many-tags',
            'tags',
            'are more than a resource can have beside those of the model',
            {
              got: `${names.length}`,
              allowed: `at most ${most}`,
            },
          ),
        ]
      : [];
  const values = Object.entries(tags)
    .filter(([, value]) => !VALUE.test(value))
    .map(([name, value]) =>
      problem('aws/tag-value', `tags.${name}`, 'has a character that tags cannot have', {
        got: `'${value}'`,
        allowed: 'letters, digits, spaces and _ . : / = + - @',
      }),
    );
  // IAM takes two names that differ in case for one and refuses the second.
  const twins = names.filter((name, i) => names.findIndex((one) => sameName(one, name)) < i);
  const repeated = twins.map((name) =>
    problem('aws/tag-twice', `tags.${name}`, 'differs from an earlier tag in upper and lower case only', {
      fix: 'remove one of them',
    }),
  );
  return [...tooMany, ...values, ...repeated];
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
