import { EVALUATED_EACH_SEC, LONGEST_LOOK_BACK_SEC } from '../../../../constructs/azure/log-alarms.ts';
import type { TerraformStacks } from '../../../support/terraform/located.ts';
import type { Coarseness, TemplateReader } from '../reader.ts';
import { containersOf, encryptedBy, keptOn, readersOf, workspacesOf } from './data.ts';
import { appUnitsOf } from './functions.ts';
import { namesOn, tagsIn } from './resources.ts';
import { runsIn, subscriptionsOf, timersOf } from './runs.ts';
import { alarmsIn, groupBudgets, scoringSites, strangersOf, workbooksOf } from './serving.ts';

/**
 * Conditions tell keys apart, and one role publishes every type of events. The topic has one identity for its subscriptions. A
 * database knows identities itself. The platform answers 429 before the log, which a rule reads four times an hour.
 */
const OF_AZURE: Coarseness = {
  folders: false,
  replacing: false,
  runs: false,
  starters: true,
  approvers: true,
  together: {
    'events.publish': ['events.request'],
    'events.request': ['events.publish'],
    'registryMirror.show': ['registryMirror.describe'],
    'registryMirror.describe': ['registryMirror.show'],
  },
  free: ['notifier.notify', 'source.snapshot'],
  alarms: { unseen: ['Throttles'], leastSec: EVALUATED_EACH_SEC, mostSec: LONGEST_LOOK_BACK_SEC },
};

/** Reads the configurations of the two stacks of a model, with the archives of its apps. */
export const azureReader = (stacks: TerraformStacks): TemplateReader => ({
  coarse: OF_AZURE,
  units: () => appUnitsOf(stacks),
  stores: () => containersOf(stacks),
  logs: () => workspacesOf(stacks),
  atRest: () => encryptedBy(stacks),
  stateful: () => keptOn(stacks),
  runs: () => runsIn(stacks),
  schedules: () => timersOf(stacks),
  listeners: () => subscriptionsOf(stacks),
  routes: () => scoringSites(stacks),
  callers: () => strangersOf(stacks),
  alarms: () => alarmsIn(stacks),
  people: () => readersOf(stacks),
  dashboards: () => workbooksOf(stacks),
  budgets: () => groupBudgets(stacks),
  labelled: () => tagsIn(stacks),
  names: () => namesOn(stacks),
});
