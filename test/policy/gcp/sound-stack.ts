/** A small stack in which every check finds what it looks at, and nothing is wrong. */

import type { TerraformStacks } from '../../support/terraform/located.ts';

const ref = (text: string): string => `\${${text}}`;
export const AGENT = `serviceAccount:service-${ref('data.google_project.Project.number')}@gcp-sa-pubsub.iam.gserviceaccount.com`;
const KEY = 'projects/acme-ml/locations/europe-west3/keyRings/ring/cryptoKeys/key';
const backend = { local: { path: 'terraform.tfstate' } };

const account = (name: string) => ref(`google_service_account.${name}.email`);

const data = {
  terraform: { backend },
  data: { google_project: { Project: { project_id: 'acme-ml' } } },
  resource: {
    google_project_service: { Run: { service: 'run.googleapis.com', disable_on_destroy: false } },
    google_storage_bucket: {
      Store: {
        name: 'acme-ml-churn-prod',
        location: 'EUROPE-WEST3',
        force_destroy: false,
        uniform_bucket_level_access: true,
        public_access_prevention: 'enforced',
        versioning: { enabled: true },
        soft_delete_policy: { retention_duration_seconds: 604_800 },
        lifecycle_rule: [{ action: { type: 'Delete' }, condition: { days_since_noncurrent_time: 90 } }],
        encryption: { default_kms_key_name: KEY },
      },
    },
    google_storage_managed_folder: {
      Models: { bucket: 'acme-ml-churn-prod', name: 'models/', force_destroy: false },
    },
    google_bigquery_dataset: {
      Features: {
        dataset_id: 'churn_prod',
        location: 'europe-west3',
        delete_contents_on_destroy: false,
        default_encryption_configuration: { kms_key_name: KEY },
      },
    },
    google_bigquery_table: {
      Rows: { dataset_id: 'churn_prod', table_id: 'rows', deletion_protection: true },
    },
    google_secret_manager_secret: {
      Secret: {
        secret_id: 'churn-prod',
        deletion_protection: true,
        replication: {
          user_managed: {
            replicas: [{ location: 'europe-west3', customer_managed_encryption: { kms_key_name: KEY } }],
          },
        },
      },
    },
    google_secret_manager_secret_version: {
      Version: {
        secret: ref('google_secret_manager_secret.Secret.id'),
        secret_data_wo: ref('ephemeral.random_password.Text.result'),
      },
    },
  },
  ephemeral: { random_password: { Text: { length: 32 } } },
};

const subscription = {
  message_retention_duration: '86400s',
  expiration_policy: { ttl: '' },
};

const model = {
  terraform: { backend },
  data: { google_project: { Project: { project_id: 'acme-ml' } } },
  resource: {
    google_service_account: {
      Release: { account_id: 'churn-prod-release' },
      Build: { account_id: 'churn-prod-build' },
      Caller: { account_id: 'churn-prod-caller' },
    },
    google_cloudfunctions2_function: {
      Release: {
        name: 'churn-prod-release',
        location: 'europe-west3',
        kms_key_name: KEY,
        build_config: { service_account: ref('google_service_account.Build.id') },
        service_config: { timeout_seconds: 300, service_account_email: account('Release') },
      },
    },
    google_artifact_registry_repository: {
      Images: { repository_id: 'churn-prod', location: 'europe-west3', kms_key_name: KEY },
    },
    google_workflows_workflow: {
      Run: {
        name: 'run',
        region: 'europe-west3',
        crypto_key_name: KEY,
        deletion_protection: true,
        service_account: ref('google_service_account.Caller.id'),
        source_contents: `$\${input.at}`,
      },
    },
    google_cloud_scheduler_job: {
      Tick: {
        name: 'tick',
        region: 'europe-west3',
        http_target: {
          uri: ref('google_cloudfunctions2_function.Release.url'),
          oidc_token: { service_account_email: account('Caller') },
        },
      },
    },
    google_eventarc_trigger: { Retraining: { location: 'europe-west3', service_account: account('Caller') } },
    google_pubsub_topic: {
      Events: { name: 'events', kms_key_name: KEY },
      Dead: { name: 'dead', kms_key_name: KEY },
      Predictions: { name: 'predictions', kms_key_name: KEY },
    },
    google_pubsub_subscription: {
      Release: {
        ...subscription,
        topic: ref('google_pubsub_topic.Events.id'),
        ack_deadline_seconds: 315,
        dead_letter_policy: { dead_letter_topic: ref('google_pubsub_topic.Dead.id') },
        push_config: {
          push_endpoint: ref('google_cloudfunctions2_function.Release.service_config[0].uri'),
          oidc_token: { service_account_email: account('Caller') },
        },
      },
      Dead: { ...subscription, topic: ref('google_pubsub_topic.Dead.id') },
      Records: {
        ...subscription,
        name: 'records',
        topic: ref('google_pubsub_topic.Predictions.id'),
        cloud_storage_config: { bucket: 'x' },
      },
    },
    google_pubsub_topic_iam_member: {
      Dead: { topic: ref('google_pubsub_topic.Dead.name'), role: 'roles/pubsub.publisher', member: AGENT },
    },
    google_pubsub_subscription_iam_member: {
      Release: {
        subscription: ref('google_pubsub_subscription.Release.name'),
        role: 'roles/pubsub.subscriber',
        member: AGENT,
      },
    },
    google_monitoring_alert_policy: {
      Late: {
        conditions: [
          {
            condition_prometheus_query_language: {
              query: 'max(oldest_unacked_message_age{subscription_id="records"}) > 900',
            },
          },
        ],
      },
    },
    google_project_iam_custom_role: {
      Mirror: { role_id: 'mirror', permissions: ['aiplatform.models.upload'] },
    },
    google_logging_project_bucket_config: {
      Logs: {
        bucket_id: 'churn-prod-logs',
        location: 'europe-west3',
        retention_days: 30,
        cmek_settings: { kms_key_name: KEY },
      },
    },
    google_logging_project_sink: {
      Logs: {
        filter: 'x',
        destination: 'logging.googleapis.com/projects/acme-ml/locations/europe-west3/buckets/churn-prod-logs',
      },
    },
    google_logging_project_exclusion: { Logs: { filter: 'x' } },
  },
};

/** The stacks of a model, by customer key and retained. */
export const soundStacks = (): TerraformStacks => structuredClone({ data, model });
