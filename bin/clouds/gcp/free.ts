/** Types of resources that Google Cloud does not charge for, each with the reason and the page that has it. */

const IAM = 'IAM is free (cloud.google.com/iam/docs/overview)';
const ALERTING =
  'channels are free; alerts are charged by their policies (cloud.google.com/stackdriver/pricing)';
const BIGQUERY =
  'it stores nothing of its own; queries are charged to the project that makes them (cloud.google.com/bigquery/pricing)';
const TERRAFORM = 'it exists in the state of Terraform only';

/** Rights on a resource, whatever it is. */
const RIGHTS = /^google_.*_iam_(binding|member|policy)$/;

const FREE_TYPES: Readonly<Record<string, string>> = {
  google_service_account: IAM,
  google_project_iam_custom_role: IAM,
  google_project_service: 'switching on an API is free (cloud.google.com/service-usage/docs/enable-disable)',
  google_storage_managed_folder:
    'a folder of rights without objects of its own (cloud.google.com/storage/docs/managed-folders)',
  google_eventarc_trigger:
    'events of Google are free, messages are charged with their topic (cloud.google.com/eventarc/pricing)',
  google_secret_manager_secret: 'charged by its versions (cloud.google.com/secret-manager/pricing)',
  google_logging_project_sink: 'the router of logs is free (cloud.google.com/stackdriver/pricing)',
  google_logging_project_exclusion: 'logs that are left out are free (cloud.google.com/stackdriver/pricing)',
  google_monitoring_notification_channel: ALERTING,
  google_monitoring_dashboard: 'dashboards are free (cloud.google.com/stackdriver/pricing)',
  google_billing_budget: 'budgets are free (cloud.google.com/billing/docs/how-to/budgets)',
  google_bigquery_dataset: BIGQUERY,
  google_bigquery_table: BIGQUERY,
  time_sleep: TERRAFORM,
  terraform_data: TERRAFORM,
};

/** Why a type is free; undefined where it is not, or is not known. */
export const freeOnGcp = (type: string): string | undefined =>
  FREE_TYPES[type] ?? (RIGHTS.test(type) ? IAM : undefined);
