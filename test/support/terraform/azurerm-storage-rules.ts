/** Refusals of hashicorp/terraform-provider-azurerm v4.55.0 at plan time: accounts, containers, queues, blobs, life cycles. */

import { bodiesAt, valueAt, valuesAt } from './located.ts';
import type { ProviderRule } from './rules.ts';

const on = (name: string) => ({
  on: `azurerm_${name}`,
  source: `internal/services/storage/${name}_resource.go`,
});
const account = on('storage_account');
const container = on('storage_container');
const queue = on('storage_queue');
const blob = on('storage_blob');
const policy = on('storage_management_policy');

const ACCOUNT_NAME = /^[a-z0-9]{3,24}$/;
const CONTAINER_NAME = /^(\$root|\$web|[0-9a-z][0-9a-z-]{2,62})$/;
/** `commonids.ValidateStorageAccountID`: names of segments as they are written. */
const ACCOUNT_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Storage\/storageAccounts\/[^/]+$/;
const IDENTITY_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[^/]+$/;
const KEY_URL = /^https:\/\/[^/]+\/keys\/[^/]+(\/[^/]+)?\/?$/;
const MOST_DAYS = 99_999;
/** Fields of a life cycle of which one excludes the others, by the tier that they move to. */
const SINCE = ['tier_to_cool', 'tier_to_cold', 'tier_to_archive', 'delete'].map((verb) =>
  ['modification', 'last_access_time', 'creation'].map(
    (what) => `${verb}_after_days_since_${what}_greater_than`,
  ),
);

export const STORAGE_RULES: readonly ProviderRule[] = [
  { ...account, field: 'name', must: { match: ACCOUNT_NAME }, bad: 'bank-marketing' },
  { ...account, field: 'account_tier', must: { values: ['Standard', 'Premium'] } },
  {
    ...account,
    field: 'account_kind',
    must: { values: ['BlobStorage', 'BlockBlobStorage', 'FileStorage', 'Storage', 'StorageV2'] },
  },
  {
    ...account,
    field: 'account_replication_type',
    must: { values: ['LRS', 'ZRS', 'GRS', 'RAGRS', 'GZRS', 'RAGZRS'] },
  },
  { ...account, field: 'min_tls_version', must: { values: ['TLS1_0', 'TLS1_1', 'TLS1_2'] } },
  { ...account, field: 'queue_encryption_key_type', must: { values: ['Service', 'Account'] } },
  { ...account, field: 'table_encryption_key_type', must: { values: ['Service', 'Account'] } },
  {
    ...account,
    field: 'identity.type',
    must: { values: ['SystemAssigned', 'UserAssigned', 'SystemAssigned, UserAssigned'] },
  },
  {
    ...account,
    field: 'customer_managed_key.key_vault_key_id',
    must: { match: KEY_URL },
    bad: '/keys/mlops',
  },
  {
    ...account,
    field: 'customer_managed_key.user_assigned_identity_id',
    must: { match: IDENTITY_ID },
    bad: '/identities/x',
  },
  {
    ...account,
    has: 'exactly one of',
    inside: 'customer_managed_key',
    fields: ['key_vault_key_id', 'managed_hsm_key_id'],
  },
  {
    ...account,
    name: 'customer_managed_key: needs an identity of the user, and the kind StorageV2 or the tier Premium',
    refuse: ({ customer_managed_key: key, identity, account_kind: kind = 'StorageV2', account_tier: tier }) =>
      key !== undefined &&
      (!bodiesAt({ identity }, 'identity').some(({ type }) => String(type).includes('UserAssigned')) ||
        (kind !== 'StorageV2' && tier !== 'Premium')),
    bad: { customer_managed_key: { key_vault_key_id: 'https://v.vault.azure.net/keys/k' } },
  },
  ...['delete_retention_policy', 'container_delete_retention_policy'].map(
    (field): ProviderRule => ({
      ...account,
      field: `blob_properties.${field}.days`,
      must: { least: 1, most: 365 },
      bad: 0,
    }),
  ),
  {
    ...account,
    name: 'versioning_enabled: not with is_hns_enabled',
    refuse: (body) =>
      body.is_hns_enabled === true && valueAt(body, 'blob_properties.versioning_enabled') === true,
    bad: { is_hns_enabled: true, blob_properties: { versioning_enabled: true } },
  },
  {
    ...account,
    name: 'infrastructure_encryption_enabled: needs the kind StorageV2, or a premium account of blobs or files',
    refuse: ({
      infrastructure_encryption_enabled: double,
      account_kind: kind = 'StorageV2',
      account_tier: tier,
    }) =>
      double === true &&
      kind !== 'StorageV2' &&
      !(tier === 'Premium' && ['BlockBlobStorage', 'FileStorage'].includes(String(kind))),
    bad: { infrastructure_encryption_enabled: true, account_kind: 'BlobStorage', account_tier: 'Standard' },
  },
  { ...container, field: 'name', must: { match: CONTAINER_NAME }, bad: '-a' },
  { ...container, field: 'container_access_type', must: { values: ['private', 'blob', 'container'] } },
  { ...container, field: 'storage_account_id', must: { match: ACCOUNT_ID }, bad: 'churn' },
  { ...container, has: 'exactly one of', fields: ['storage_account_id', 'storage_account_name'] },
  {
    ...queue,
    field: 'name',
    must: { match: /^(?=.{3,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/ },
    bad: 'Events',
  },
  { ...queue, field: 'storage_account_id', must: { match: ACCOUNT_ID }, bad: 'churn' },
  { ...queue, has: 'exactly one of', fields: ['storage_account_id', 'storage_account_name'] },
  { ...blob, field: 'storage_account_name', must: { match: ACCOUNT_NAME }, bad: 'Churn' },
  { ...blob, field: 'storage_container_name', must: { match: CONTAINER_NAME }, bad: '-a' },
  { ...blob, field: 'type', must: { values: ['Append', 'Block', 'Page'] } },
  { ...blob, has: 'at most one of', fields: ['source', 'source_content', 'source_uri'] },
  { ...blob, has: 'at most one of', fields: ['content_md5', 'source_uri'] },
  {
    ...blob,
    source: 'internal/services/storage/blobs.go',
    name: 'content_md5: 32 hexadecimal digits, of a block blob',
    refuse: ({ content_md5: md5, type }) =>
      md5 !== undefined && (type !== 'Block' || !/^[0-9a-f]{32}$/i.test(String(md5))),
    bad: { content_md5: 'rL0Y20zC+Fzt72VPzMSk2A==', type: 'Block' },
  },
  { ...policy, field: 'storage_account_id', must: { match: ACCOUNT_ID }, bad: 'churn' },
  { ...policy, field: 'rule.filters.blob_types', must: { values: ['blockBlob', 'appendBlob'] } },
  ...SINCE.map(
    (fields): ProviderRule => ({
      ...policy,
      has: 'at most one of',
      inside: 'rule.actions.base_blob',
      fields,
    }),
  ),
  ...[
    'base_blob.delete_after_days_since_modification_greater_than',
    'version.delete_after_days_since_creation',
  ].map(
    (field): ProviderRule => ({
      ...policy,
      field: `rule.actions.${field}`,
      must: { least: 0, most: MOST_DAYS },
      bad: -1,
    }),
  ),
  {
    ...policy,
    source: 'learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure',
    name: 'rule: at most 100, with names of letters, digits and dashes that differ, and at most 10 prefixes each',
    refuse: (body) => {
      const rules = bodiesAt(body, 'rule');
      const names = rules.map(({ name }) => String(name));
      return (
        rules.length > 100 ||
        new Set(names).size < names.length ||
        names.some((name) => !/^[A-Za-z0-9-]{1,256}$/.test(name)) ||
        rules.some((rule) => valuesAt(rule, 'filters.prefix_match').flat().length > 10)
      );
    },
    bad: { rule: [{ name: 'a' }, { name: 'a' }] },
  },
  {
    ...policy,
    source: 'learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure#rule-filters',
    name: 'rule: append blobs can only be deleted',
    refuse: (body) =>
      bodiesAt(body, 'rule').some(
        (rule) =>
          valuesAt(rule, 'filters.blob_types').flat().includes('appendBlob') &&
          bodiesAt(rule, 'actions.base_blob').some((base) =>
            Object.entries(base).some(([key, value]) => /^tier_/.test(key) && typeof value === 'number'),
          ),
      ),
    bad: {
      rule: [
        {
          filters: { blob_types: ['appendBlob'] },
          actions: { base_blob: { tier_to_cool_after_days_since_modification_greater_than: 1 } },
        },
      ],
    },
  },
];
