/** APIs behind the types of resources, and what makes the identities of services. */

/** APIs that a type of resource needs, by the first pattern that matches. */
export const APIS: readonly (readonly [types: RegExp, apis: readonly string[]])[] = [
  [/^google_project_service$/, []],
  [/^google_artifact_registry_/, ['artifactregistry.googleapis.com']],
  [/^google_bigquery_/, ['bigquery.googleapis.com']],
  [/^google_billing_budget$/, ['billingbudgets.googleapis.com']],
  [/^google_cloud_run_v2_/, ['run.googleapis.com']],
  [/^google_cloud_scheduler_/, ['cloudscheduler.googleapis.com']],
  [
    /^google_cloudfunctions2_/,
    [
      'cloudfunctions.googleapis.com',
      'cloudbuild.googleapis.com',
      'run.googleapis.com',
      'artifactregistry.googleapis.com',
    ],
  ],
  [/^google_eventarc_/, ['eventarc.googleapis.com']],
  [/^google_kms_/, ['cloudkms.googleapis.com']],
  [/^google_logging_/, ['logging.googleapis.com']],
  [/^google_monitoring_/, ['monitoring.googleapis.com']],
  [/^google_project_iam_custom_role$/, ['iam.googleapis.com']],
  [/^google_project_iam_/, ['cloudresourcemanager.googleapis.com']],
  [/^google_pubsub_/, ['pubsub.googleapis.com']],
  [/^google_secret_manager_/, ['secretmanager.googleapis.com']],
  [/^google_service_account/, ['iam.googleapis.com']],
  [/^google_storage_/, ['storage.googleapis.com']],
  [/^google_workflows_/, ['workflows.googleapis.com', 'workflowexecutions.googleapis.com']],
];

/** Domains of services' identities, with the types of resources that make them (cloud.google.com/iam/docs/service-agents). */
export const AGENTS: Readonly<Record<string, RegExp>> = {
  'gcp-sa-pubsub': /^google_pubsub_(topic|subscription)\./,
  'gcp-sa-monitoring-notification': /^google_monitoring_notification_channel\./,
  'gcp-sa-eventarc': /^google_eventarc_/,
  'gcp-sa-workflows': /^google_workflows_workflow\./,
  'gcp-sa-artifactregistry': /^google_artifact_registry_repository\./,
  'gcp-sa-secretmanager': /^google_secret_manager_secret\./,
};
