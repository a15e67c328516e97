import type { TerraformStacks } from '../../../support/terraform/located.ts';
import { type Coarseness, EVERY_ALARM, type TemplateReader } from '../reader.ts';
import { bucketsOf, keptIn, keysOf, logsOf, recipientsIn } from './data.ts';
import { functionUnitsOf } from './functions.ts';
import { givenNamesIn, labelsIn } from './resources.ts';
import { jobsOf, subscribersOf, workflowsOf } from './runs.ts';
import { billingOf, boardsOf, endpointsOf, outsidersOf, policiesOf } from './serving.ts';

/**
 * Roles of Cloud Storage hold for folders, and who replaces an object deletes the one before
 * (cloud.google.com/storage/docs/access-control/iam-permissions). A workflow has no policy of its own. A project has a hundred
 * service accounts at first (cloud.google.com/iam/quotas), so that all starts share one.
 */
const OF_ROLES: Coarseness = {
  folders: true,
  replacing: true,
  runs: true,
  starters: true,
  approvers: true,
  together: {
    'registryMirror.show': ['registryMirror.describe'],
    'registryMirror.describe': ['registryMirror.show'],
  },
  free: ['notifier.notify'],
  alarms: EVERY_ALARM,
};

/** Reads the configurations of the two stacks of a model. */
export const gcpReader = (stacks: TerraformStacks): TemplateReader => ({
  coarse: OF_ROLES,
  units: () => functionUnitsOf(stacks),
  stores: () => bucketsOf(stacks),
  logs: () => logsOf(stacks),
  atRest: () => keysOf(stacks),
  stateful: () => keptIn(stacks),
  runs: () => workflowsOf(stacks),
  schedules: () => jobsOf(stacks),
  listeners: () => subscribersOf(stacks),
  routes: () => endpointsOf(stacks),
  callers: () => outsidersOf(stacks),
  alarms: () => policiesOf(stacks),
  people: () => recipientsIn(stacks),
  dashboards: () => boardsOf(stacks),
  budgets: () => billingOf(stacks),
  labelled: () => labelsIn(stacks),
  names: () => givenNamesIn(stacks),
});
