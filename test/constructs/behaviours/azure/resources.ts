import { apiBlocks } from '../../../policy/azure/check.ts';
import { TAGGED } from '../../../policy/azure/data-at-rest.ts';
import { blocksOf, type TerraformStacks, valueAt } from '../../../support/terraform/located.ts';
import { isObject } from '../../../support/terraform/schema.ts';
import type { Labelled, Named } from '../reader.ts';

/** Resources of the types that have tags in the provider's schema. */
export const tagsIn = (stacks: TerraformStacks): Labelled[] =>
  blocksOf(stacks, ...TAGGED).map(({ id, body: { tags } }) => {
    const {
      'mlops:model': model,
      'mlops:environment': environment,
      ...others
    } = (isObject(tags) ? tags : {}) as Readonly<Record<string, string>>; // the schema's own type
    return { id, model, environment, others };
  });

/**
 * Forms of names, by type (learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules). Containers and queues
 * are left out: their names are of an account, and the same in each.
 */
const NAMES: Readonly<Record<string, RegExp>> = {
  azurerm_application_insights: /^[^%&\\?/]{0,259}[^%&\\?/. ]$/,
  azurerm_consumption_budget_resource_group: /^[\w-]{1,63}$/,
  azurerm_eventgrid_event_subscription: /^[A-Za-z0-9-]{3,64}$/,
  azurerm_eventgrid_topic: /^[A-Za-z0-9-]{3,50}$/,
  azurerm_key_vault: /^(?=.{3,24}$)[A-Za-z](?:-?[A-Za-z0-9])+$/,
  azurerm_log_analytics_workspace: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
  azurerm_monitor_action_group: /^[^/&%\\?]{0,259}[^/&%\\?. ]$/,
  azurerm_monitor_scheduled_query_rules_alert_v2: /^[^*#&+:<>?@%{}\\/]{0,259}[^*#&+:<>?@%{}\\/. ]$/,
  azurerm_resource_group: /^[\w().-]{0,89}[\w()-]$/,
  azurerm_service_plan: /^[A-Za-z0-9-]{1,40}$/,
  azurerm_storage_account: /^[a-z0-9]{3,24}$/,
  azurerm_user_assigned_identity: /^[A-Za-z0-9][\w-]{2,127}$/,
};
/** Forms of the names of resources that are made by the API. */
const API_NAMES: Readonly<Record<string, RegExp>> = {
  'Microsoft.Web/sites': /^(?=.{2,60}$)[A-Za-z0-9](?:-?[A-Za-z0-9])*$/,
  'Microsoft.MachineLearningServices/workspaces': /^[A-Za-z0-9][A-Za-z0-9-]{2,32}$/,
};

export const namesOn = (stacks: TerraformStacks): Named[] => [
  ...Object.entries(NAMES).flatMap(([type, allowed]) =>
    blocksOf(stacks, type).map(({ id, body }) => ({ id, name: String(body.name), allowed })),
  ),
  ...Object.entries(API_NAMES).flatMap(([type, allowed]) =>
    apiBlocks(stacks, 'azapi_resource', type).map(({ id, body }) => ({
      id,
      name: String(body.name),
      allowed,
    })),
  ),
  // The name of a group in messages (learn.microsoft.com/azure/azure-monitor/alerts/action-groups).
  ...blocksOf(stacks, 'azurerm_monitor_action_group').map(({ id, body }) => ({
    id,
    name: String(valueAt(body, 'short_name')),
    allowed: /^.{1,12}$/,
  })),
];
