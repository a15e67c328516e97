/** Lengths of names on AWS. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import { type Environment, environmentId } from '../schema.ts';
import { problem } from './problem.ts';

/**
 * The longest `<model>-<environment>` that every named resource has room for. A feature group takes 64 characters, six of
 * them for `-v9999` (docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateFeatureGroup.html), a model package group 63.
 */
const MOST_NAME = 57;

/** Returns the problem of a model's name and its environment's that are too long together. */
export function nameProblems({ name }: Blueprint, environment: Environment): Problem[] {
  const whole = `${name}-${environmentId(environment)}`;
  if (whole.length <= MOST_NAME) return [];
  return [
    problem(
      'aws/name-too-long',
      environment.suffix === undefined ? 'name' : 'suffix',
      'makes the names of resources too long',
      {
        got: `'${whole}', ${whole.length} characters`,
        allowed: `at most ${MOST_NAME}`,
        fix: 'shorten the name of the environment, its suffix or the name of the blueprint',
      },
    ),
  ];
}
