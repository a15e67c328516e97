/**
 * Refusals of hashicorp/terraform-provider-azurerm v4.55.0 at plan time, by resource type: `ValidateFunc`, `ConflictsWith`,
 * `ExactlyOneOf`, `RequiredWith` and `CustomizeDiff` of its source. Parts of resources that we never write are left out.
 */

import { ALERTING_RULES } from './azurerm-alerting-rules.ts';
import { STORAGE_RULES } from './azurerm-storage-rules.ts';
import { bodiesAt, valuesAt } from './located.ts';
import type { ProviderRule } from './rules.ts';
import { isObject, isTemplate } from './schema.ts';

const on = (type: string, file: string) => ({
  on: `azurerm_${type}`,
  source: `internal/services/${file}.go`,
});
const assignment = on('role_assignment', 'authorization/role_assignment_resource');
const role = on('role_definition', 'authorization/role_definition_resource');
const plan = on('service_plan', 'appservice/service_plan_resource');
const topic = on('eventgrid_topic', 'eventgrid/eventgrid_topic_resource');
const subscription = on('eventgrid_event_subscription', 'eventgrid/event_subscription_schema');
const vault = on('key_vault', 'keyvault/key_vault_resource');
const secret = on('key_vault_secret', 'keyvault/key_vault_secret_resource');
const workspace = on('machine_learning_workspace', 'machinelearning/machine_learning_workspace_resource');

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** An id of Azure Resource Manager: pairs of segments that begin with `subscriptions` or `providers`. */
export const ARM_ID = /^\/(subscriptions\/[^/]+|providers\/[^/]+\/[^/]+\/[^/]+)(\/[^/]+\/[^/]+)*$/;
const IDENTITY = { values: ['SystemAssigned', 'UserAssigned', 'SystemAssigned, UserAssigned'] };

export const AZURERM_RULES: readonly ProviderRule[] = [
  ...STORAGE_RULES,
  ...ALERTING_RULES,
  {
    on: /^azurerm_/,
    source: 'vendor/github.com/hashicorp/go-azure-helpers/resourcemanager/resourcegroups/validate.go',
    field: 'resource_group_name',
    must: { match: /^(?=.{1,90}$)[-\w.()]*[-\w()]$/ },
    bad: 'ends with a dot.',
  },
  {
    on: /^azurerm_/,
    source: 'vendor/github.com/hashicorp/go-azure-helpers/resourcemanager/tags/validate.go',
    name: 'tags: at most 50, keys of 512 and values of 256 characters',
    refuse: ({ tags }) =>
      isObject(tags) &&
      (Object.keys(tags).length > 50 ||
        Object.entries(tags).some(([key, value]) => key.length > 512 || String(value).length > 256)),
    bad: { tags: { team: 'x'.repeat(257) } },
  },
  { ...assignment, field: 'name', must: { match: UUID }, bad: 'reader' },
  { ...assignment, field: 'scope', must: { match: ARM_ID }, bad: 'rg' },
  { ...assignment, has: 'exactly one of', fields: ['role_definition_id', 'role_definition_name'] },
  { ...assignment, field: 'principal_type', must: { values: ['User', 'Group', 'ServicePrincipal'] } },
  { ...assignment, field: 'condition_version', must: { values: ['1.0', '2.0'] } },
  {
    ...assignment,
    name: 'condition_version: not without condition',
    refuse: ({ condition, condition_version: version }) => condition === undefined && version !== undefined,
    bad: { condition_version: '2.0' },
  },
  { ...role, field: 'role_definition_id', must: { match: UUID }, bad: 'mirror' },
  {
    ...role,
    field: 'scope',
    must: { match: /^\/(subscriptions|providers\/Microsoft\.Management\/managementGroups)\// },
    bad: 'rg',
  },
  { ...role, field: 'assignable_scopes', must: { match: ARM_ID }, bad: 'rg' },
  { ...plan, field: 'name', must: { match: /^[0-9a-zA-Z_-]{1,60}$/ }, bad: 'a b' },
  { ...plan, field: 'os_type', must: { values: ['Linux', 'Windows', 'WindowsContainer'] } },
  {
    ...plan,
    source: 'internal/services/appservice/helpers/service_plan.go',
    field: 'sku_name',
    must: {
      match:
        /^([BS][123]|D1|F1|FC1|EP[123]|I[123]|I[1-6]v2|I[1-5]mv2|P[123]v[234]|P0v[34]|P[1-5]mv[34]|SHARED|WS[123]|Y1)$/,
    },
    bad: 'FC2',
  },
  {
    ...plan,
    name: 'zone_balancing_enabled and maximum_elastic_worker_count: not with Flex Consumption',
    refuse: ({ sku_name: sku, zone_balancing_enabled: zones, maximum_elastic_worker_count: most }) =>
      sku === 'FC1' && (zones === true || most !== undefined),
    bad: { sku_name: 'FC1', zone_balancing_enabled: true },
  },
  { ...topic, field: 'name', must: { match: /^[-a-zA-Z0-9]{3,50}$/ }, bad: 'a_b' },
  {
    ...topic,
    field: 'input_schema',
    must: { values: ['CloudEventSchemaV1_0', 'CustomEventSchema', 'EventGridSchema'] },
  },
  { ...topic, field: 'identity.type', must: { values: ['SystemAssigned', 'UserAssigned'] } },
  { ...subscription, field: 'name', must: { match: /^[-a-zA-Z0-9]{3,64}$/ }, bad: 'a_b' },
  {
    ...subscription,
    field: 'event_delivery_schema',
    must: { values: ['CloudEventSchemaV1_0', 'CustomInputSchema', 'EventGridSchema'] },
  },
  {
    ...subscription,
    has: 'exactly one of',
    fields: [
      'azure_function_endpoint',
      'eventhub_endpoint_id',
      'hybrid_connection_endpoint_id',
      'service_bus_queue_endpoint_id',
      'service_bus_topic_endpoint_id',
      'storage_queue_endpoint',
      'webhook_endpoint',
    ],
  },
  {
    ...subscription,
    field: 'storage_queue_endpoint.storage_account_id',
    must: { match: ARM_ID },
    bad: 'churn',
  },
  {
    ...subscription,
    field: 'storage_blob_dead_letter_destination.storage_account_id',
    must: { match: ARM_ID },
    bad: 'churn',
  },
  { ...subscription, field: 'retry_policy.max_delivery_attempts', must: { least: 1, most: 30 }, bad: 31 },
  { ...subscription, field: 'retry_policy.event_time_to_live', must: { least: 1, most: 1_440 }, bad: 1_441 },
  { ...subscription, field: 'delivery_identity.type', must: { values: ['SystemAssigned', 'UserAssigned'] } },
  {
    ...subscription,
    source: 'internal/services/eventgrid/eventgrid_event_subscription_resource.go',
    name: 'dead_letter_identity: with storage_blob_dead_letter_destination alone',
    refuse: (body) =>
      bodiesAt(body, 'dead_letter_identity').length > 0 &&
      bodiesAt(body, 'storage_blob_dead_letter_destination').length === 0,
    bad: { dead_letter_identity: { type: 'SystemAssigned' } },
  },
  {
    on: subscription.on,
    source: 'learn.microsoft.com/azure/event-grid/event-schema: the schema of a topic decides',
    name: 'event_delivery_schema: CloudEvents of a topic cannot be delivered as events of Event Grid',
    refuse: ({ event_delivery_schema: schema }) => schema === undefined || schema === 'EventGridSchema',
    bad: {},
  },
  { ...vault, field: 'name', must: { match: /^[a-zA-Z0-9-]{3,24}$/ }, bad: 'a_b' },
  { ...vault, field: 'sku_name', must: { values: ['standard', 'premium'] } },
  { ...vault, field: 'tenant_id', must: { match: UUID }, bad: 'tenant' },
  { ...vault, field: 'soft_delete_retention_days', must: { least: 7, most: 90 }, bad: 0 },
  { ...vault, field: 'network_acls.default_action', must: { values: ['Allow', 'Deny'] } },
  { ...vault, field: 'network_acls.bypass', must: { values: ['None', 'AzureServices'] } },
  { ...vault, has: 'at most one of', fields: ['rbac_authorization_enabled', 'enable_rbac_authorization'] },
  { ...secret, field: 'name', must: { match: /^[0-9a-zA-Z-]+$/ }, bad: 'a_b' },
  { ...secret, has: 'exactly one of', fields: ['value', 'value_wo'] },
  {
    ...secret,
    name: 'value_wo: with value_wo_version, and only there',
    refuse: ({ value_wo: value, value_wo_version: version }) =>
      (value === undefined) !== (version === undefined),
    bad: { value_wo: 'x' },
  },
  { ...workspace, field: 'name', must: { match: /^[a-zA-Z0-9][\w-]{2,32}$/ }, bad: '-a' },
  { ...workspace, field: 'kind', must: { values: ['Default', 'FeatureStore'] } },
  { ...workspace, field: 'sku_name', must: { values: ['Basic'] } },
  { ...workspace, field: 'identity.type', must: IDENTITY },
  ...['application_insights_id', 'key_vault_id', 'storage_account_id'].map(
    (field): ProviderRule => ({ ...workspace, field, must: { match: ARM_ID }, bad: 'x' }),
  ),
  {
    ...workspace,
    name: 'feature_store: with kind FeatureStore, and only there',
    refuse: ({ kind = 'Default', feature_store: store }) =>
      (kind === 'FeatureStore') !== (store !== undefined),
    bad: { kind: 'FeatureStore' },
  },
  {
    ...on('user_assigned_identity', 'managedidentity/user_assigned_identity_resource'),
    source:
      'learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftmanagedidentity',
    field: 'name',
    must: { match: /^[A-Za-z0-9][\w-]{2,127}$/ },
    bad: '-a',
  },
  {
    on: 'azurerm_role_definition',
    source: 'learn.microsoft.com/azure/role-based-access-control/custom-roles#custom-role-limits',
    name: 'assignable_scopes: no root, and no wildcard',
    refuse: (body) =>
      valuesAt(body, 'assignable_scopes')
        .flat()
        .some((one) => !isTemplate(one) && (one === '/' || String(one).includes('*'))),
    bad: { assignable_scopes: ['/'] },
  },
];
