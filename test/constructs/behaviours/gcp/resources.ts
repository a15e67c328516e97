import { blocksOf, type TerraformStacks, valueAt } from '../../../support/terraform/located.ts';
import { isObject } from '../../../support/terraform/schema.ts';
import type { Labelled, Named } from '../reader.ts';

/** Fields with labels that people give: `labels` of a channel is its address. */
const LABELS_IN: Readonly<Record<string, string>> = {
  google_monitoring_alert_policy: 'user_labels',
  google_monitoring_notification_channel: 'user_labels',
};
/** Types without labels in the provider's schema of 6.50.0. */
const UNLABELLED: ReadonlySet<string> = new Set([
  'google_billing_budget',
  'google_cloud_scheduler_job',
  'google_logging_metric',
  'google_logging_project_bucket_config',
  'google_logging_project_exclusion',
  'google_logging_project_sink',
  'google_monitoring_dashboard', // in its JSON, where nothing bills or finds by them
  'google_project_iam_custom_role',
  'google_project_service',
  'google_secret_manager_secret_version',
  'google_service_account',
  'google_storage_bucket_object',
  'google_storage_managed_folder',
  'time_sleep',
]);

export const labelsIn = (stacks: TerraformStacks): Labelled[] =>
  blocksOf(stacks)
    .filter(({ type }) => !UNLABELLED.has(type) && !/_iam_(member|binding|policy)$/.test(type))
    .map(({ id, type, body }) => {
      const labels = body[LABELS_IN[type] ?? 'labels'];
      const {
        'mlops-model': model,
        'mlops-environment': environment,
        ...others
      } = (isObject(labels) ? labels : {}) as Readonly<Record<string, string>>; // the schema's own type
      return { id, model, environment, others };
    });

/** Where a type has its name, and the form that its service's reference gives. */
const NAMES: Readonly<Record<string, readonly [field: string, allowed: RegExp]>> = {
  // cloud.google.com/storage/docs/buckets#naming
  google_storage_bucket: ['name', /^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/],
  // cloud.google.com/iam/docs/service-accounts-create
  google_service_account: ['account_id', /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/],
  // cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions/create; Cloud Run takes fewer than 50
  google_cloudfunctions2_function: ['name', /^[a-z][a-z0-9-]{0,47}[a-z0-9]$/],
  // cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows/create
  google_workflows_workflow: ['name', /^[A-Za-z][\w-]{0,62}[A-Za-z0-9]$/],
  // cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#Job
  google_cloud_scheduler_job: ['name', /^[\w-]{1,500}$/],
  // cloud.google.com/pubsub/docs/pubsub-basics#resource_names
  google_pubsub_topic: ['name', /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/],
  google_pubsub_subscription: ['name', /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/],
  // cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create
  google_secret_manager_secret: ['secret_id', /^[\w-]{1,255}$/],
  // cloud.google.com/bigquery/docs/datasets#dataset-naming
  google_bigquery_dataset: ['dataset_id', /^\w{1,1024}$/],
  // cloud.google.com/logging/docs/reference/v2/rest/v2/projects.locations.buckets/create
  google_logging_project_bucket_config: ['bucket_id', /^[A-Za-z0-9][\w.-]{0,99}$/],
  google_logging_project_sink: ['name', /^[A-Za-z0-9][\w.-]{0,99}$/],
  // cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics#LogMetric
  google_logging_metric: ['name', /^[A-Za-z][\w.]{0,99}$/],
  // cloud.google.com/iam/docs/reference/rest/v1/projects.roles/create
  google_project_iam_custom_role: ['role_id', /^[\w.]{3,64}$/],
  google_eventarc_trigger: ['name', /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/],
  google_artifact_registry_repository: ['repository_id', /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/],
  // cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets
  google_billing_budget: ['display_name', /^.{1,60}$/],
};

export const givenNamesIn = (stacks: TerraformStacks): Named[] =>
  Object.entries(NAMES).flatMap(([type, [field, allowed]]) =>
    blocksOf(stacks, type).flatMap(({ id, body }) => {
      const name = valueAt(body, field);
      return typeof name === 'string' ? [{ id, name, allowed }] : [];
    }),
  );
