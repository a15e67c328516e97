/** Parts of a blueprint that Google Cloud cannot run, or this version cannot run there: found before synthesis. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';
import { unixCronProblems } from '../unix-cron.ts';
import { capacityProblems } from './capacity.ts';
import { databaseProblems } from './gcp-database.ts';
import { gcpLabelProblems } from './gcp-labels.ts';
import { gcpNameProblems } from './gcp-names.ts';
import { gcpPeopleProblems } from './gcp-people.ts';
import { gcpPlaceProblems } from './gcp-place.ts';
import { problem } from './problem.ts';
import { scheduleProblems } from './schedules.ts';

/** Everything that is refused on Google Cloud. */
export function gcpProblems(blueprint: Blueprint, environment: Environment): Problem[] {
  return [
    ...gcpPlaceProblems(environment),
    ...gcpPeopleProblems(environment),
    ...gcpLabelProblems(environment),
    ...gcpNameProblems(blueprint, environment),
    ...databaseProblems(blueprint, environment),
    ...byKeyProblems(blueprint),
    ...capacityProblems(blueprint, environment),
    ...scheduleProblems(blueprint, unixCronProblems),
  ];
}

function byKeyProblems({ serving }: Blueprint): Problem[] {
  if (serving.online?.byKey !== true) return [];
  return [
    problem('gcp/by-key', 'serving.online.byKey', 'is not in this version on Google Cloud', {
      got: 'true',
      fix: 'set it to false and send the features with each request, or use AWS',
    }),
  ];
}
