/** Data at rest: whose key, how long, the end of a stack, where it lies and whose it is. */

import {
  blocksOf,
  bodiesAt,
  type LocatedBlock,
  type TerraformStacks,
  valueAt,
  valuesAt,
} from '../../support/terraform/located.ts';
import { isObject } from '../../support/terraform/schema.ts';
import { checkEach, together } from '../check.ts';
import { type AzureCheck, apiBlocks, apiTypeOf } from './check.ts';

/** The artifact store; accounts of apps hold packages and locks, and that of the registry nothing of ours. */
const isStore = (name: string): boolean => name.startsWith('ArtifactStore_');
/** Vaults with a secret of the model; that of the registry stays empty. */
const isSecretVault = (name: string): boolean => name.startsWith('PseudonymSecret_');

/** Accounts have the customer's key for all four services if the environment asks for it, and never one otherwise. */
export const keysOfAccounts: AzureCheck = (stacks, { encryption }) =>
  checkEach(blocksOf(stacks, 'azurerm_storage_account'), ({ body }) => {
    const has = body.customer_managed_key !== undefined;
    return [
      encryption === 'customer' && !has && 'has no customer key',
      encryption === 'provider' && has && 'has a customer key that nobody asked for',
      has &&
        (body.queue_encryption_key_type !== 'Account' || body.table_encryption_key_type !== 'Account') &&
        "encrypts queues or tables with Microsoft's key",
      body.infrastructure_encryption_enabled !== true && 'is encrypted once',
    ];
  });

/** Old versions, messages and logs are kept for a time that somebody chose. */
export const retentionOfAzure: AzureCheck = (stacks) =>
  together(
    checkEach(blocksOf(stacks, 'azurerm_storage_account'), ({ name, body }) => [
      valueAt(body, 'blob_properties.versioning_enabled') !== isStore(name) &&
        `${isStore(name) ? 'has no' : 'has'} versions`,
      ...['delete_retention_policy', 'container_delete_retention_policy'].map(
        (policy) => valueAt(body, `blob_properties.${policy}.days`) === undefined && `has no ${policy}`,
      ),
    ]),
    checkEach(blocksOf(stacks, 'azurerm_storage_management_policy'), ({ body }) => [
      !bodiesAt(body, 'rule').some(
        (rule) =>
          valuesAt(rule, 'filters.prefix_match').flat().includes('artifacts/') &&
          valueAt(rule, 'actions.version.delete_after_days_since_creation') !== undefined,
      ) && 'keeps old versions for ever',
      bodiesAt(body, 'rule').some(({ enabled }) => enabled !== true) && 'has a rule that is off',
    ]),
    checkEach(blocksOf(stacks, 'azurerm_log_analytics_workspace'), ({ body }) => [
      body.retention_in_days === undefined && 'has the default retention',
    ]),
    checkEach(blocksOf(stacks, 'azurerm_application_insights'), ({ body }) => [
      body.workspace_id === undefined && 'keeps its lines outside of the workspace',
    ]),
    checkEach(blocksOf(stacks, 'azurerm_key_vault'), ({ body }) => [
      body.soft_delete_retention_days === undefined && 'has the default time to restore',
    ]),
  );

/** The provider's behaviour at the end, which decides whether a name is free again. */
const FEATURES = [
  ['key_vault.purge_soft_delete_on_destroy', true],
  ['key_vault.recover_soft_deleted_key_vaults', undefined],
  ['log_analytics_workspace.permanently_delete_on_destroy', true],
  ['machine_learning.purge_soft_deleted_workspace_on_destroy', true],
  ['resource_group.prevent_deletion_if_contains_resources', false],
] as const;

/** The end of each resource is written down and is the environment's. */
export const endOfAzure: AzureCheck = (stacks, { removal }) => {
  const goes = removal === 'destroy';
  return together(
    checkEach(blocksOf(stacks, 'azurerm_storage_account'), ({ name, body }) => [
      valueAt(body, 'lifecycle.prevent_destroy') !== (isStore(name) && !goes) &&
        `prevent_destroy is ${String(valueAt(body, 'lifecycle.prevent_destroy'))} where the environment ${removal}s`,
    ]),
    checkEach(blocksOf(stacks, 'azurerm_key_vault'), ({ name, body }) => [
      body.purge_protection_enabled !== (isSecretVault(name) && !goes) &&
        `purge_protection_enabled is ${String(body.purge_protection_enabled)} where the environment ${removal}s`,
      valueAt(body, 'lifecycle.prevent_destroy') !== (isSecretVault(name) && !goes) &&
        'can be destroyed otherwise than the environment says',
    ]),
    checkEach(
      apiBlocks(stacks, 'azapi_resource', 'Microsoft.MachineLearningServices/workspaces'),
      ({ body }) => [
        valuesAt(body, 'delete_query_parameters.forceToPurge').flat()[0] !== 'true' &&
          'keeps its name for two weeks',
        valueAt(body, 'lifecycle.prevent_destroy') !== !goes &&
          'can be destroyed otherwise than the environment says',
      ],
    ),
    checkEach(
      Object.entries(stacks).map(([id, { provider = {} }]) => ({
        id,
        features: valuesAt(provider, 'azurerm.features').flat(),
      })),
      ({ features }) =>
        features.filter(isObject).flatMap((all) =>
          FEATURES.map(([path, whenGone]) => {
            const wanted = whenGone === undefined ? true : whenGone === goes;
            return (
              valueAt(all, path) !== wanted && `${path} is not ${wanted} where the environment ${removal}s`
            );
          }),
        ),
    ),
  );
};

/** Everything lies in the environment's location: organisations restrict locations. */
export const inOneLocation: AzureCheck = (stacks, { location }) =>
  checkEach(
    blocksOf(stacks).filter(({ body }) => 'location' in body),
    ({ body }) => [body.location !== location && `is in ${String(body.location)}`],
  );

/** Types of ours with tags in the provider's schema; the test holds the list to the schema. */
export const TAGGED = [
  'azapi_resource',
  'azurerm_application_insights',
  'azurerm_application_insights_workbook',
  'azurerm_eventgrid_topic',
  'azurerm_key_vault',
  'azurerm_log_analytics_workspace',
  'azurerm_monitor_action_group',
  'azurerm_monitor_metric_alert',
  'azurerm_monitor_scheduled_query_rules_alert_v2',
  'azurerm_resource_group',
  'azurerm_service_plan',
  'azurerm_storage_account',
  'azurerm_user_assigned_identity',
] as const;

/** Parts of a resource of the API have none: `Microsoft.Web/sites` does, and what lies below it does not. */
const takesTags = (one: LocatedBlock): boolean =>
  one.type !== 'azapi_resource' || apiTypeOf(one).split('/').length === 2;

/** Resources that take tags. */
export const taggedIn = (stacks: TerraformStacks): LocatedBlock[] =>
  blocksOf(stacks, ...TAGGED).filter(takesTags);

/** Everything that takes tags has those of the model and of the environment: organisations demand them, and a budget counts by them. */
export const taggedByModel: AzureCheck = (stacks) =>
  checkEach(taggedIn(stacks), ({ body: { tags } }) =>
    ['mlops:model', 'mlops:environment', 'managed-by'].map(
      (tag) => !(isObject(tags) && tags[tag]) && `has no tag ${tag}`,
    ),
  );
