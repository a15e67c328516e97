/** Tags on AWS. IAM takes two names that differ in case for one and refuses the second. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';
import { problem } from './problem.ts';
import { commonTagProblems } from './tags.ts';

/** Pattern of `tagValueType` in botocore's model of IAM. */
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Returns the problems of an environment's tags that one of the tagged services would have. */
export function tagProblems(environment: Environment): Problem[] {
  const values = Object.entries(environment.tags)
    .filter(([, value]) => !VALUE.test(value))
    .map(([name, value]) =>
      problem('aws/tag-value', `tags.${name}`, 'has a character that tags cannot have', {
        got: `'${value}'`,
        allowed: 'letters, digits, spaces and _ . : / = + - @',
      }),
    );
  return [...commonTagProblems('aws', environment), ...values];
}
