/**
 * Refusals of hashicorp/terraform-provider-google v6.50.0 at plan time, by resource type: `ValidateFunc`, `ConflictsWith`,
 * `ExactlyOneOf`, `AtLeastOneOf`, `RequiredWith` and `CustomizeDiff` of its source. Parts of resources that we never write,
 * such as targets of App Engine, are left out.
 */

import { OBSERVABILITY_RULES } from './google-observability-rules.ts';
import { valuesAt } from './located.ts';
import type { ProviderRule } from './rules.ts';
import { isObject } from './schema.ts';

const on = (type: string, file: string) => ({ on: type, source: `services/${file}.go` });
const bucket = on('google_storage_bucket', 'storage/resource_storage_bucket');
const object = on('google_storage_bucket_object', 'storage/resource_storage_bucket_object');
const dataset = on('google_bigquery_dataset', 'bigquery/resource_bigquery_dataset');
const table = on('google_bigquery_table', 'bigquery/resource_bigquery_table');
const role = on('google_project_iam_custom_role', 'resourcemanager/resource_google_project_iam_custom_role');
const account = on('google_service_account', 'resourcemanager/resource_google_service_account');
const cloudFunction = on(
  'google_cloudfunctions2_function',
  'cloudfunctions2/resource_cloudfunctions2_function',
);
const repository = on(
  'google_artifact_registry_repository',
  'artifactregistry/resource_artifact_registry_repository',
);
const workflow = on('google_workflows_workflow', 'workflows/resource_workflows_workflow');
const job = on('google_cloud_scheduler_job', 'cloudscheduler/resource_cloud_scheduler_job');
const subscription = on('google_pubsub_subscription', 'pubsub/resource_pubsub_subscription');
const secret = on('google_secret_manager_secret', 'secretmanager/resource_secret_manager_secret');
const version = on(
  'google_secret_manager_secret_version',
  'secretmanager/resource_secret_manager_secret_version',
);
const cryptoKey = on('google_kms_crypto_key', 'kms/kms_utils');
const service = on('google_project_service', 'resourcemanager/resource_google_project_service');
const folder = on('google_storage_managed_folder', 'storage/resource_storage_managed_folder');
const member = { on: /^google_.*_iam_(member|binding)$/, source: 'tpgiamresource/resource_iam_member.go' };
const folderIam = {
  on: /^google_storage_managed_folder_iam_/,
  source: 'services/storage/iam_storage_managed_folder.go',
};
const LIKE_MEMBER =
  /^(?!deleted)(.+:.+|projectOwners|projectReaders|projectWriters|allUsers|allAuthenticatedUsers)$/;

export const PROVIDER_RULES: readonly ProviderRule[] = [
  ...OBSERVABILITY_RULES,
  {
    ...bucket,
    field: 'lifecycle_rule.condition.with_state',
    must: { values: ['LIVE', 'ARCHIVED', 'ANY', ''] },
  },
  { ...bucket, field: 'retention_policy.retention_period', must: { least: 1, most: 2_147_483_647 }, bad: 0 },
  {
    ...bucket,
    name: 'labels: keys of lower-case letters, digits, _ and -, at most 63',
    refuse: ({ labels }) =>
      isObject(labels) && Object.keys(labels).some((key) => !/^[a-z0-9_-]{1,63}$/.test(key)),
    bad: { labels: { Team: 'x' } },
  },
  { ...folder, field: 'name', must: { match: /\/$/ }, bad: 'a' },
  { ...folderIam, field: 'managed_folder', must: { match: /\/$/ }, bad: 'a' },
  { ...object, has: 'exactly one of', fields: ['content', 'source'] },
  { ...object, has: 'at most one of', fields: ['content_type', 'force_empty_content_type'] },
  { ...object, has: 'at most one of', fields: ['kms_key_name', 'customer_encryption'] },
  { ...object, has: 'at most one of', fields: ['retention', 'event_based_hold'] },
  { ...object, field: 'deletion_policy', must: { values: ['ABANDON'] } },
  { ...dataset, field: 'dataset_id', must: { match: /^[0-9A-Za-z_]{1,1024}$/ }, bad: 'a-b' },
  {
    ...dataset,
    field: 'default_table_expiration_ms',
    must: { least: 3_600_000, most: Number.MAX_SAFE_INTEGER },
    bad: 1,
  },
  {
    ...table,
    field: 'external_data_configuration.source_format',
    must: {
      values: [
        'CSV',
        'GOOGLE_SHEETS',
        'NEWLINE_DELIMITED_JSON',
        'AVRO',
        'ICEBERG',
        'DATASTORE_BACKUP',
        'PARQUET',
        'ORC',
        'BIGTABLE',
        'DELTA_LAKE',
      ],
    },
  },
  { ...table, field: 'external_data_configuration.compression', must: { values: ['NONE', 'GZIP'] } },
  {
    ...table,
    field: 'external_data_configuration.csv_options.encoding',
    must: { values: ['ISO-8859-1', 'UTF-8'] },
  },
  {
    ...table,
    field: 'external_data_configuration.metadata_cache_mode',
    must: { values: ['AUTOMATIC', 'MANUAL'] },
  },
  { ...table, field: 'external_data_configuration.schema', must: { be: 'json' } },
  { ...table, field: 'schema', must: { be: 'json' } },
  { ...table, field: 'time_partitioning.type', must: { values: ['DAY', 'HOUR', 'MONTH', 'YEAR'] } },
  {
    ...table,
    has: 'at most one of',
    inside: 'external_data_configuration',
    fields: ['object_metadata', 'source_format'],
  },
  { ...role, field: 'role_id', must: { match: /^[a-zA-Z0-9_.]{3,64}$/ }, bad: 'a-b' },
  { ...role, field: 'stage', must: { values: ['ALPHA', 'BETA', 'GA', 'DEPRECATED', 'DISABLED', 'EAP'] } },
  {
    ...account,
    field: 'account_id',
    must: { match: /^(?=.{6,30}$)[a-z]([-a-z0-9]*[a-z0-9])?$/ },
    bad: 'short',
  },
  { ...account, field: 'description', must: { match: /^[\s\S]{0,256}$/ }, bad: 'x'.repeat(257) },
  {
    ...cloudFunction,
    field: 'service_config.ingress_settings',
    must: { values: ['ALLOW_ALL', 'ALLOW_INTERNAL_ONLY', 'ALLOW_INTERNAL_AND_GCLB', ''] },
  },
  {
    ...cloudFunction,
    field: 'event_trigger.retry_policy',
    must: { values: ['RETRY_POLICY_UNSPECIFIED', 'RETRY_POLICY_DO_NOT_RETRY', 'RETRY_POLICY_RETRY', ''] },
  },
  {
    ...cloudFunction,
    field: 'service_config.vpc_connector_egress_settings',
    must: { values: ['VPC_CONNECTOR_EGRESS_SETTINGS_UNSPECIFIED', 'PRIVATE_RANGES_ONLY', 'ALL_TRAFFIC', ''] },
  },
  {
    ...repository,
    field: 'mode',
    must: { values: ['STANDARD_REPOSITORY', 'VIRTUAL_REPOSITORY', 'REMOTE_REPOSITORY', ''] },
  },
  { ...repository, field: 'cleanup_policies.action', must: { values: ['DELETE', 'KEEP', ''] } },
  {
    ...repository,
    field: 'cleanup_policies.condition.tag_state',
    must: { values: ['TAGGED', 'UNTAGGED', 'ANY', ''] },
  },
  {
    ...repository,
    field: 'vulnerability_scanning_config.enablement_config',
    must: { values: ['INHERITED', 'DISABLED', ''] },
  },
  { ...repository, has: 'at most one of', fields: ['remote_repository_config', 'virtual_repository_config'] },
  {
    ...workflow,
    field: 'call_log_level',
    must: { values: ['CALL_LOG_LEVEL_UNSPECIFIED', 'LOG_ALL_CALLS', 'LOG_ERRORS_ONLY', 'LOG_NONE', ''] },
  },
  {
    ...workflow,
    field: 'execution_history_level',
    must: {
      values: [
        'EXECUTION_HISTORY_LEVEL_UNSPECIFIED',
        'EXECUTION_HISTORY_BASIC',
        'EXECUTION_HISTORY_DETAILED',
        '',
      ],
    },
  },
  { ...workflow, has: 'at most one of', fields: ['name', 'name_prefix'] },
  { ...job, has: 'exactly one of', fields: ['pubsub_target', 'http_target', 'app_engine_http_target'] },
  { ...job, field: 'http_target.body', must: { be: 'base64' } },
  { ...job, field: 'pubsub_target.data', must: { be: 'base64' } },
  { ...job, has: 'at most one of', inside: 'http_target', fields: ['oauth_token', 'oidc_token'] },
  {
    ...job,
    has: 'at least one of',
    inside: 'retry_config',
    fields: [
      'retry_count',
      'max_retry_duration',
      'min_backoff_duration',
      'max_backoff_duration',
      'max_doublings',
    ],
  },
  {
    ...job,
    name: 'http_target.headers: not Content-Length, X-Google- or X-AppEngine-',
    refuse: (body) =>
      valuesAt(body, 'http_target.headers').some(
        (headers) =>
          isObject(headers) &&
          Object.keys(headers).some((key) => /^Content-Length$|X-Google-|X-AppEngine-/.test(key)),
      ),
    bad: { http_target: { headers: { 'Content-Length': '1' } } },
  },
  {
    ...subscription,
    has: 'at most one of',
    fields: ['push_config', 'bigquery_config', 'cloud_storage_config'],
  },
  { ...subscription, field: 'filter', must: { match: /^[\s\S]{0,256}$/ }, bad: 'x'.repeat(257) },
  { ...secret, has: 'exactly one of', inside: 'replication', fields: ['user_managed', 'auto'] },
  {
    ...secret,
    name: 'rotation: needs topics, and next_rotation_time needs rotation_period',
    refuse: ({ rotation, topics }) =>
      isObject(rotation) &&
      (topics === undefined ||
        (rotation.next_rotation_time !== undefined && rotation.rotation_period === undefined)),
    bad: { rotation: { rotation_period: '3600s' } },
  },
  { ...version, has: 'exactly one of', fields: ['secret_data', 'secret_data_wo'] },
  {
    ...cryptoKey,
    field: 'rotation_period',
    must: { least: 86_400, most: Number.MAX_SAFE_INTEGER, unit: 's' },
    bad: '60s',
  },
  { ...service, field: 'service', must: { match: /^(?!bigquery-json\.googleapis\.com$).*\./ }, bad: 'run' },
  { ...member, field: 'member', must: { match: LIKE_MEMBER }, bad: 'anna' },
  { ...member, field: 'members', must: { match: LIKE_MEMBER }, bad: ['deleted:user:anna@example.com'] },
];
