/**
 * Lengths and characters of names on Azure, as data. The source is
 * learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, unless a line says otherwise.
 */

import type { NameLimit } from './gcp-names.ts';

const MIXED = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/;
const LOWER = /^[a-z0-9](-?[a-z0-9])*$/;

export const AZURE_NAMES = {
  resourceGroup: { least: 1, most: 90, pattern: /^[\w().-]*[\w()-]$/ },
  /** Names are global. */
  storageAccount: { least: 3, most: 24, pattern: /^[a-z0-9]+$/ },
  container: { least: 3, most: 63, pattern: LOWER },
  queue: { least: 3, most: 63, pattern: LOWER },
  /** Names are global, and that of a deleted vault stays taken for 7 to 90 days. */
  vault: { least: 3, most: 24, pattern: /^[A-Za-z](-?[A-Za-z0-9])+$/ },
  secret: { least: 1, most: 127, pattern: /^[A-Za-z0-9-]+$/ },
  /** Names are global. */
  site: { least: 2, most: 60, pattern: MIXED },
  plan: { least: 1, most: 40, pattern: /^[A-Za-z0-9-]+$/ },
  /** An identity may have 128; its name is also a role of PostgreSQL, which has 63. */
  identity: { least: 3, most: 63, pattern: /^[A-Za-z0-9][\w-]*$/ },
  /** The endpoint of a topic has its name and location only, so that names are global. */
  eventTopic: { least: 3, most: 50, pattern: /^[A-Za-z0-9-]+$/ },
  eventSubscription: { least: 3, most: 64, pattern: /^[A-Za-z0-9-]+$/ },
  /** The name of a deleted workspace stays taken for 14 days in its group. */
  logWorkspace: { least: 4, most: 63, pattern: MIXED },
  insights: { least: 1, most: 260, pattern: /^[^%&\\?/]*[^%&\\?/. ]$/ },
  actionGroup: { least: 1, most: 260, pattern: /^[^/&%\\?]*[^/&%\\?. ]$/ },
  /** `group_short_name` (learn.microsoft.com/azure/azure-monitor/alerts/action-groups). */
  actionGroupShort: { least: 1, most: 12, pattern: /^[^/&%\\?]+$/ },
  logAlarm: { least: 1, most: 260, pattern: /^[^*#&+:<>?@%{}\\/]*[^*#&+:<>?@%{}\\/. ]$/ },
  mlWorkspace: { least: 3, most: 33, pattern: /^[A-Za-z0-9][A-Za-z0-9-]*$/ },
  /** Budgets have letters, digits, _ and - (learn.microsoft.com/rest/api/consumption/budgets/create-or-update). */
  budget: { least: 1, most: 63, pattern: /^[\w-]+$/ },
  /** Display names are unique in a tenant (learn.microsoft.com/azure/role-based-access-control/custom-roles). */
  role: { least: 1, most: 512, pattern: /^[^/]+$/ },
} as const satisfies Readonly<Record<string, NameLimit>>;

export type AzureName = keyof typeof AZURE_NAMES;
