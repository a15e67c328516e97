/** Cores that the apps of a model take at their peak in the Flex Consumption plan. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';
import { peakPerSecond } from '../scoring-load.ts';
import { flexSize } from './azure-flex.ts';
import { problem } from './problem.ts';

/** Requests that an instance of the scoring app answers at a time: the work of one takes milliseconds. */
export const SCORING_CONCURRENCY = 20;
/** Memory of an instance of the scoring app, and of the apps that hold no whole table. */
const APP_MB = 2_048;

/** Returns the instances of the scoring app at the peak: an answer takes less than a second. */
export const scoringInstances = (model: Parameters<typeof peakPerSecond>[0]): number =>
  Math.ceil(peakPerSecond(model) / SCORING_CONCURRENCY);

/** Returns a problem where the scoring app at its peak, and one instance of every other app, have too few cores. */
export function azureLoadProblems(blueprint: Blueprint, { cloud }: Environment): Problem[] {
  const { serving } = blueprint;
  if (cloud.provider !== 'azure' || serving.online === undefined) return [];
  const small = flexSize({ memoryMb: APP_MB }).cores;
  const large = flexSize({ memoryMb: cloud.trainingMemoryMb }).cores;
  // Beside scoring: release, monitor and probe; pipeline, and batch where there is one.
  const others = 3 * small + large * (serving.batch === undefined ? 1 : 2);
  const cores = Math.ceil(scoringInstances(blueprint) * small + others);
  if (cores <= cloud.cores) return [];
  return [
    problem(
      'azure/cores',
      'serving.online.requestsPerDay',
      'takes more cores at its peak than a location has',
      {
        got: `${serving.online.requestsPerDay} requests a day, ${cores} cores`,
        allowed: `at most ${cloud.cores} cores of all apps of the subscription in ${cloud.location}`,
        fix: `ask support for more, and give their number as cloud.cores; or lower requestsPerDay`,
      },
    ),
  ];
}
