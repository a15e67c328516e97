import type { Stacks } from '../../../support/template.ts';
import { type Coarseness, EVERY_ALARM, type TemplateReader } from '../reader.ts';
import { atRestIn, logsIn, peopleIn, statefulIn, storesOf } from './data.ts';
import { unitsOf } from './functions.ts';
import { labelledIn, namesIn } from './resources.ts';
import { listenersOf, runsOf, schedulesOf } from './runs.ts';
import { alarmsOf, budgetsOf, callersOf, dashboardsOf, routesOf } from './serving.ts';

/** IAM tells everything apart, but the types of events on one bus. */
const EXACT: Coarseness = {
  folders: false,
  replacing: false,
  runs: false,
  starters: false,
  approvers: false,
  together: { 'events.publish': ['events.request'], 'events.request': ['events.publish'] },
  free: [],
  alarms: EVERY_ALARM,
};

/** Reads the CloudFormation templates of a stage. */
export const awsReader = (stacks: Stacks): TemplateReader => ({
  coarse: EXACT,
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
