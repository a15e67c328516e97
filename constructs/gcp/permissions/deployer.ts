import type { GcpRight } from './right.ts';

const ROLES = 'cloud.google.com/iam/docs/roles-permissions';
const project = (role: string): GcpRight => ({ role, on: 'the project', source: ROLES });

/** Roles of the identity that deploys, by the beginning of the types of resources that it makes. */
export const DEPLOYER_RIGHTS = {
  google_artifact_registry_: [project('roles/artifactregistry.admin')],
  google_bigquery_: [project('roles/bigquery.dataOwner')],
  google_billing_budget: [{ role: 'roles/billing.costsManager', on: 'the billing account', source: ROLES }],
  google_cloud_run_: [project('roles/run.admin')],
  google_cloud_scheduler_: [project('roles/cloudscheduler.admin')],
  google_cloudfunctions2_: [project('roles/cloudfunctions.developer')],
  google_eventarc_: [project('roles/eventarc.admin')],
  google_kms_: [{ role: 'roles/cloudkms.admin', on: 'the customer key', source: ROLES }],
  google_logging_: [project('roles/logging.configWriter')],
  google_monitoring_: [project('roles/monitoring.editor')],
  google_project_iam_custom_role: [project('roles/iam.roleAdmin')],
  google_project_iam_member: [project('roles/resourcemanager.projectIamAdmin')],
  google_project_service: [project('roles/serviceusage.serviceUsageAdmin')],
  google_pubsub_: [project('roles/pubsub.admin')],
  google_secret_manager_: [project('roles/secretmanager.admin')],
  google_service_account: [
    project('roles/iam.serviceAccountAdmin'),
    // Functions, workflows and schedules act as accounts of the model.
    project('roles/iam.serviceAccountUser'),
  ],
  google_storage_: [project('roles/storage.admin')],
  google_workflows_: [project('roles/workflows.admin')],
} as const satisfies Readonly<Record<string, readonly GcpRight[]>>;
