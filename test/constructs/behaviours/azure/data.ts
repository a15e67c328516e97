import { apiBlocks } from '../../../policy/azure/check.ts';
import {
  blocksOf,
  bodiesAt,
  type LocatedBlock,
  referencesIn,
  type TerraformStacks,
  valueAt,
  valuesAt,
} from '../../../support/terraform/located.ts';
import { isObject } from '../../../support/terraform/schema.ts';
import type { AtRest, Store, TemplateReader } from '../reader.ts';
import { referredOn } from './names.ts';

const ACCOUNT = 'azurerm_storage_account';
const CONTAINER = 'artifacts';

/** The container of the artifacts, with the settings of its account. */
export const containersOf = (stacks: TerraformStacks): Store[] =>
  blocksOf(stacks, 'azurerm_storage_container')
    .filter(({ body }) => body.name === CONTAINER)
    .flatMap(({ id, stack, body }): Store[] => {
      const account = referredOn(stacks, stack, body.storage_account_id, ACCOUNT);
      if (account === undefined) return [];
      const rules = rulesOf(stacks, account);
      return [
        {
          id,
          isPublic:
            body.container_access_type !== 'private' ||
            account.body.allow_nested_items_to_be_public !== false ||
            account.body.shared_access_key_enabled !== false, // a signature by the key would be as good as a public one
          takesPlainHttp: account.body.https_traffic_only_enabled !== true,
          isVersioned: valueAt(account.body, 'blob_properties.versioning_enabled') === true,
          // Records are append blobs.
          expiries: daysIn(rules, 'base_blob.delete_after_days_since_modification_greater_than', [
            'blockBlob',
            'appendBlob',
          ]),
          oldVersionDays: daysIn(rules, 'version.delete_after_days_since_creation', ['blockBlob']),
          clearsMarkers: undefined, // a version is made current by copying it: nothing marks a deletion
        },
      ];
    });

type Rule = ReturnType<typeof bodiesAt>[number];

const rulesOf = (stacks: TerraformStacks, { id, type }: LocatedBlock): readonly Rule[] =>
  blocksOf(stacks, 'azurerm_storage_management_policy')
    .filter(({ stack, body }) => referredOn(stacks, stack, body.storage_account_id, type)?.id === id)
    .flatMap(({ body }) => bodiesAt(body, 'rule'))
    .filter(({ enabled }) => enabled === true);

/** Days of an action by the prefixes within the container (learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure). */
function daysIn(rules: readonly Rule[], action: string, kinds: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    rules.flatMap((rule) => {
      const days = valueAt(rule, `actions.${action}`);
      const types = valuesAt(rule, 'filters.blob_types').flat();
      if (days === undefined || kinds.some((kind) => !types.includes(kind))) return [];
      return valuesAt(rule, 'filters.prefix_match')
        .flat()
        .map(String)
        .filter((prefix) => prefix.startsWith(`${CONTAINER}/`))
        .map((prefix) => [prefix.slice(CONTAINER.length + 1), Number(days)] as const);
    }),
  );
}

/** Accounts of storage: all that has a key of the customer in this project. Microsoft encrypts everything in any case. */
export const encryptedBy = (stacks: TerraformStacks): AtRest[] =>
  blocksOf(stacks, ACCOUNT).map(({ id, body }) => {
    const isWhole =
      body.queue_encryption_key_type === 'Account' && body.table_encryption_key_type === 'Account';
    return { id, key: body.customer_managed_key !== undefined && isWhole ? 'customer' : 'provider' };
  });

/** Resources that hold data of the model: the store, the vault of its secret, and the registry. */
export function keptOn(stacks: TerraformStacks): ReturnType<TemplateReader['stateful']> {
  const stays = ({ body }: LocatedBlock) => valueAt(body, 'lifecycle.prevent_destroy') === true;
  const secrets = blocksOf(stacks, 'azapi_resource_action').flatMap(({ body }) =>
    referencesIn(body.resource_id),
  );
  return [
    ...blocksOf(stacks, 'azurerm_storage_container')
      .filter(({ body }) => body.name === CONTAINER)
      .flatMap(({ stack, body }) => referredOn(stacks, stack, body.storage_account_id, ACCOUNT) ?? [])
      .map((one) => ({ id: one.id, stays: stays(one) })),
    ...blocksOf(stacks, 'azurerm_key_vault')
      .filter(({ type, name }) => secrets.includes(`${type}.${name}`))
      .map((one) => ({ id: one.id, stays: stays(one) && one.body.purge_protection_enabled === true })),
    ...apiBlocks(stacks, 'azapi_resource', 'Microsoft.MachineLearningServices/workspaces').map((one) => ({
      id: one.id,
      stays: stays(one),
    })),
  ];
}

/** The workspace with the lines of every app. One that is made anew within two weeks has its rows again. */
export const workspacesOf = (stacks: TerraformStacks): ReturnType<TemplateReader['logs']> =>
  blocksOf(stacks, 'azurerm_log_analytics_workspace').map(({ id, body }) => ({
    id,
    days: typeof body.retention_in_days === 'number' ? body.retention_in_days : undefined,
    stays: valueAt(body, 'lifecycle.prevent_destroy') === true,
  }));

/** Addresses that a rule mails, through its groups. */
export function mailedBy(stacks: TerraformStacks, { stack, body }: LocatedBlock): string[] {
  if (body.enabled === false) return [];
  return valuesAt(body, 'action.action_groups')
    .flat()
    .flatMap((group) => referredOn(stacks, stack, group, 'azurerm_monitor_action_group') ?? [])
    .filter(({ body: group }) => group.enabled !== false)
    .flatMap(({ body: group }) => valuesAt(group, 'email_receiver').flat())
    .filter(isObject)
    .map(({ email_address: address }) => String(address));
}

/** Those who get the messages of functions: a rule on lines of the log mails them. */
export const readersOf = (stacks: TerraformStacks): ReturnType<TemplateReader['people']> =>
  blocksOf(stacks, 'azurerm_monitor_scheduled_query_rules_alert_v2')
    .filter(({ body }) =>
      String(valueAt(body, 'criteria.query')).includes("where tostring(line.message) == 'notification'"),
    )
    .flatMap((rule) => mailedBy(stacks, rule).map((address) => ({ id: rule.id, address })));
