/** Parts of a blueprint that Azure cannot run, or this version cannot run there: found before synthesis. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import { ncrontabProblems } from '../ncrontab.ts';
import type { Environment } from '../schema.ts';
import { azureDatabaseProblems } from './azure-database.ts';
import { azureLoadProblems } from './azure-load.ts';
import { azurePeopleProblems } from './azure-people.ts';
import { azurePlaceProblems } from './azure-place.ts';
import { azureTagProblems } from './azure-tags.ts';
import { capacityProblems } from './capacity.ts';
import { problem } from './problem.ts';
import { scheduleProblems } from './schedules.ts';

/** Everything that is refused on Azure. */
export function azureProblems(blueprint: Blueprint, environment: Environment): Problem[] {
  return [
    ...azurePlaceProblems(environment),
    ...azurePeopleProblems(environment),
    ...azureTagProblems(environment),
    ...azureDatabaseProblems(blueprint, environment),
    ...byKeyProblems(blueprint),
    ...azureLoadProblems(blueprint, environment),
    ...capacityProblems(blueprint, environment),
    ...scheduleProblems(blueprint, ncrontabProblems),
  ];
}

function byKeyProblems({ serving }: Blueprint): Problem[] {
  if (serving.online?.byKey !== true) return [];
  return [
    problem('azure/by-key', 'serving.online.byKey', 'is not in this version on Azure', {
      got: 'true',
      fix: 'set it to false and send the features with each request, or use AWS',
    }),
  ];
}
