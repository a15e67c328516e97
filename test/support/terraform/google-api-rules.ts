/**
 * Refusals of Google's APIs while Terraform applies, by the description of the field in the API's discovery document or its
 * page. The provider does not know them.
 */

import { GCP_NAMES, type GcpName } from '../../../constructs/config/limits/gcp-names.ts';
import { bodiesAt, valueAt, valuesAt } from './located.ts';
import type { ProviderRule } from './rules.ts';
import { isObject, isTemplate } from './schema.ts';

/** Fields with the name of a resource, by the kind of name. */
const NAMED: readonly (readonly [type: string, field: string, kind: GcpName])[] = [
  ['google_storage_bucket', 'name', 'bucket'],
  ['google_service_account', 'account_id', 'serviceAccount'],
  ['google_cloudfunctions2_function', 'name', 'function'],
  ['google_workflows_workflow', 'name', 'workflow'],
  ['google_cloud_scheduler_job', 'name', 'schedulerJob'],
  ['google_eventarc_trigger', 'name', 'trigger'],
  ['google_pubsub_topic', 'name', 'topic'],
  ['google_pubsub_subscription', 'name', 'subscription'],
  ['google_secret_manager_secret', 'secret_id', 'secret'],
  ['google_logging_project_bucket_config', 'bucket_id', 'logBucket'],
  ['google_logging_project_sink', 'name', 'logSink'],
  ['google_logging_project_exclusion', 'name', 'logExclusion'],
  ['google_logging_metric', 'name', 'logMetric'],
  ['google_project_iam_custom_role', 'role_id', 'role'],
  ['google_artifact_registry_repository', 'repository_id', 'repository'],
  ['google_bigquery_dataset', 'dataset_id', 'dataset'],
  ['google_kms_key_ring', 'name', 'keyRing'],
];

/** Variables that Cloud Run sets (cloud.google.com/run/docs/container-contract, cloud.google.com/functions/docs/configuring/env-var). */
const RESERVED =
  /^(X_GOOGLE_.*|PORT|K_SERVICE|K_REVISION|K_CONFIGURATION|FUNCTION_TARGET|FUNCTION_SIGNATURE_TYPE)$/;
const CONDITIONS = [
  'condition_threshold',
  'condition_absent',
  'condition_matched_log',
  'condition_monitoring_query_language',
  'condition_prometheus_query_language',
  'condition_sql',
];
/** Deadline of a subscription that gives none, seconds (pubsub v1 Subscription ackDeadlineSeconds). */
const DEFAULT_ACK_SEC = 10;
/** Bytes of a workflow's source (cloud.google.com/workflows/quotas). */
const WORKFLOW_BYTES = 128 * 1024;

const subscription = (field: string) => ({
  on: 'google_pubsub_subscription',
  source: `pubsub v1 Subscription ${field}`,
});
const alert = { on: 'google_monitoring_alert_policy', source: 'monitoring v3 AlertPolicy' };

export const API_RULES: readonly ProviderRule[] = [
  ...NAMED.map(([type, field, kind]): ProviderRule => {
    const { least, most, pattern } = GCP_NAMES[kind];
    return {
      on: type,
      source: 'constructs/config/limits/gcp-names.ts',
      field,
      must: { match: new RegExp(`^(?=[\\s\\S]{${least},${most}}$)${pattern.source.replace(/^\^/, '')}`) },
      bad: ' ',
    };
  }),
  {
    on: 'google_storage_bucket',
    source: 'storage v1 Bucket lifecycle.rule.action.type',
    field: 'lifecycle_rule.action.type',
    must: { values: ['Delete', 'SetStorageClass', 'AbortIncompleteMultipartUpload'] },
  },
  {
    on: 'google_storage_bucket',
    source: 'storage v1 Bucket iamConfiguration.publicAccessPrevention',
    field: 'public_access_prevention',
    must: { values: ['inherited', 'enforced'] },
  },
  {
    on: 'google_storage_bucket',
    source: 'cloud.google.com/storage/docs/soft-delete: 0, or 7 to 90 days',
    name: 'soft_delete_policy.retention_duration_seconds: 0, or 7 to 90 days',
    refuse: (body) =>
      valuesAt(body, 'soft_delete_policy.retention_duration_seconds').some(
        (seconds) => seconds !== 0 && (Number(seconds) < 604_800 || Number(seconds) > 7_776_000),
      ),
    bad: { soft_delete_policy: { retention_duration_seconds: 60 } },
  },
  {
    on: 'google_cloudfunctions2_function',
    source: 'cloud.google.com/functions/quotas',
    field: 'service_config.timeout_seconds',
    must: { least: 1, most: 3_600 },
    bad: 3_601,
  },
  {
    on: 'google_cloudfunctions2_function',
    source: 'docs.cloud.google.com/run/docs/configuring/services/cpu',
    field: 'service_config.available_cpu',
    must: { match: /^(0\.(0[89]|[1-9])\d*|[12468])$/ },
    bad: '3',
  },
  {
    on: 'google_cloudfunctions2_function',
    source: 'docs.cloud.google.com/run/docs/configuring/services/cpu',
    name: 'service_config: several requests at a time need a whole core',
    refuse: (body) =>
      bodiesAt(body, 'service_config').some(
        ({ available_cpu: cpu, max_instance_request_concurrency: many }) =>
          Number(many ?? 1) > 1 && Number(cpu ?? 0) < 1,
      ),
    bad: { service_config: { available_cpu: '0.5', max_instance_request_concurrency: 8 } },
  },
  {
    on: 'google_cloudfunctions2_function',
    source: 'cloud.google.com/functions/docs/configuring/env-var',
    name: 'service_config.environment_variables: a name that Cloud Run sets itself',
    refuse: (body) =>
      valuesAt(body, 'service_config.environment_variables').some(
        (variables) => isObject(variables) && Object.keys(variables).some((key) => RESERVED.test(key)),
      ),
    bad: { service_config: { environment_variables: { PORT: '1' } } },
  },
  {
    on: 'google_workflows_workflow',
    source: 'cloud.google.com/workflows/quotas',
    name: `source_contents: at most ${WORKFLOW_BYTES} bytes`,
    refuse: ({ source_contents: text }) => Buffer.byteLength(String(text ?? '')) > WORKFLOW_BYTES,
    bad: { source_contents: 'x'.repeat(WORKFLOW_BYTES + 1) },
  },
  {
    on: 'google_workflows_workflow',
    source: 'workflows v1 Workflow userEnvVars',
    name: 'user_env_vars: at most 20, and none begins with GOOGLE or WORKFLOWS',
    refuse: ({ user_env_vars: variables }) =>
      isObject(variables) &&
      (Object.keys(variables).length > 20 ||
        Object.keys(variables).some((key) => /^(GOOGLE|WORKFLOWS|$)/.test(key))),
    bad: { user_env_vars: { GOOGLE_X: '1' } },
  },
  {
    on: 'google_cloud_scheduler_job',
    source: 'cloudscheduler v1 Job attemptDeadline',
    field: 'attempt_deadline',
    must: { least: 15, most: 1_800, unit: 's' },
    bad: '3600s',
  },
  {
    on: 'google_cloud_scheduler_job',
    source: 'cloudscheduler v1 RetryConfig retryCount',
    field: 'retry_config.retry_count',
    must: { least: 0, most: 5 },
    bad: 6,
  },
  {
    on: 'google_cloud_scheduler_job',
    source: 'docs.cloud.google.com/scheduler/docs/configuring/cron-job-schedules',
    field: 'schedule',
    must: { match: /^[\d*,/-]+( [\d*,/-]+){4}$/ },
    bad: 'rate(1 day)',
  },
  {
    ...subscription('ackDeadlineSeconds'),
    field: 'ack_deadline_seconds',
    must: { least: 10, most: 600 },
    bad: 601,
  },
  {
    ...subscription('deadLetterPolicy.maxDeliveryAttempts'),
    field: 'dead_letter_policy.max_delivery_attempts',
    must: { least: 5, most: 100 },
    bad: 3,
  },
  {
    ...subscription('messageRetentionDuration'),
    field: 'message_retention_duration',
    must: { least: 600, most: 2_678_400, unit: 's' },
    bad: '60s',
  },
  ...['minimum_backoff', 'maximum_backoff'].map(
    (field): ProviderRule => ({
      ...subscription('retryPolicy'),
      field: `retry_policy.${field}`,
      must: { least: 0, most: 600, unit: 's' },
      bad: '601s',
    }),
  ),
  {
    ...subscription('cloudStorageConfig.maxDuration'),
    field: 'cloud_storage_config.max_duration',
    must: { least: 60, most: 600, unit: 's' },
    bad: '30s',
  },
  {
    ...subscription('cloudStorageConfig.maxDuration'),
    name: 'cloud_storage_config.max_duration: at most ack_deadline_seconds',
    refuse: (body) =>
      valuesAt(body, 'cloud_storage_config.max_duration').some(
        (longest) =>
          Number.parseInt(String(longest), 10) > Number(body.ack_deadline_seconds ?? DEFAULT_ACK_SEC),
      ),
    bad: { cloud_storage_config: { max_duration: '60s' } },
  },
  {
    on: 'google_logging_project_bucket_config',
    source: 'logging v2 LogBucket retentionDays',
    field: 'retention_days',
    must: { least: 1, most: 3_650 },
    bad: 0,
  },
  { ...alert, has: 'exactly one of', inside: 'conditions', fields: CONDITIONS },
  {
    ...alert,
    source: 'monitoring v3 AlertStrategy notificationRateLimit',
    name: 'alert_strategy.notification_rate_limit: with condition_matched_log, and only there',
    refuse: (body) =>
      valuesAt(body, 'conditions.condition_matched_log').length > 0 !==
      valuesAt(body, 'alert_strategy.notification_rate_limit').length > 0,
    bad: { conditions: [{ condition_matched_log: { filter: 'x' } }] },
  },
  {
    ...alert,
    source: 'monitoring v3 PrometheusQueryLanguageCondition evaluationInterval',
    name: 'condition_prometheus_query_language.evaluation_interval: 30 s, or a multiple',
    refuse: (body) =>
      valuesAt(body, 'conditions.condition_prometheus_query_language.evaluation_interval').some(
        (interval) =>
          !(Number.parseInt(String(interval), 10) >= 30) || Number.parseInt(String(interval), 10) % 30 !== 0,
      ),
    bad: { conditions: { condition_prometheus_query_language: { evaluation_interval: '45s' } } },
  },
  {
    on: 'google_monitoring_notification_channel',
    source: 'cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannelDescriptors',
    name: 'labels: email_address of an email channel, topic of a pubsub channel',
    refuse: ({ type, labels }) => {
      const needed = { email: 'email_address', pubsub: 'topic' }[String(type)];
      return needed !== undefined && !(isObject(labels) && needed in labels);
    },
    bad: { type: 'email', labels: {} },
  },
  {
    on: 'google_billing_budget',
    source: 'billingbudgets v1 Filter labels: a single key and value',
    name: 'budget_filter.labels: at most one',
    refuse: (body) =>
      valuesAt(body, 'budget_filter.labels').some(
        (labels) => isObject(labels) && Object.keys(labels).length > 1,
      ),
    bad: { budget_filter: { labels: { a: 'x', b: 'y' } } },
  },
  {
    on: 'google_eventarc_trigger',
    source: 'eventarc v1 Trigger eventFilters: one of them is on type',
    name: 'matching_criteria: one on the type of the event',
    refuse: (body) => !bodiesAt(body, 'matching_criteria').some(({ attribute }) => attribute === 'type'),
    bad: { matching_criteria: [{ attribute: 'bucket', value: 'x' }] },
  },
  {
    on: /./,
    source: 'cloud.google.com/resource-manager/docs/labels-overview#requirements',
    name: 'labels: lower-case keys and values of at most 63 characters',
    refuse: (body) => {
      // Labels of a channel are its settings.
      const all = [body.labels, body.user_labels].filter(isObject);
      return all
        .filter((labels) => !('email_address' in labels || 'topic' in labels))
        .some((labels) =>
          Object.entries(labels).some(
            ([key, value]) =>
              !/^[a-z][a-z0-9_-]{0,62}$/.test(key) ||
              (!isTemplate(value) && !/^[a-z0-9_-]{0,63}$/.test(String(value))),
          ),
        );
    },
    bad: { labels: { team: 'Credit' } },
  },
  {
    on: 'google_project_iam_custom_role',
    source: 'iam v1 Role title',
    name: 'title: 1 to 100 characters; description: at most 300',
    refuse: (body) =>
      String(valueAt(body, 'title') ?? '').length > 100 ||
      String(valueAt(body, 'description') ?? '').length > 300,
    bad: { title: 'x'.repeat(101) },
  },
];
