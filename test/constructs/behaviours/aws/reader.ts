import type { Stacks } from '../../../support/template.ts';
import type { TemplateReader } from '../reader.ts';
import { atRestIn, logsIn, peopleIn, statefulIn, storesOf } from './data.ts';
import { unitsOf } from './functions.ts';
import { labelledIn, namesIn } from './resources.ts';
import { listenersOf, runsOf, schedulesOf } from './runs.ts';
import { alarmsOf, budgetsOf, callersOf, dashboardsOf, routesOf } from './serving.ts';

/** Reads the CloudFormation templates of a stage. */
export const awsReader = (stacks: Stacks): TemplateReader => ({
  units: () => unitsOf(stacks),
  stores: () => storesOf(stacks),
  logs: () => logsIn(stacks),
  atRest: () => atRestIn(stacks),
  stateful: () => statefulIn(stacks),
  runs: () => runsOf(stacks),
  schedules: () => schedulesOf(stacks),
  listeners: () => listenersOf(stacks),
  routes: () => routesOf(stacks),
  callers: () => callersOf(stacks),
  alarms: () => alarmsOf(stacks),
  people: () => peopleIn(stacks),
  dashboards: () => dashboardsOf(stacks),
  budgets: () => budgetsOf(stacks),
  labelled: () => labelledIn(stacks),
  names: () => namesIn(stacks),
});
