/** A small stack as CDK for Terraform writes it, by hand: one resource of the kinds that are charged. */

import type { TerraformConfiguration } from '../../../../bin/clouds/terraform.ts';
import {
  type CompiledWorkflow,
  compileMonitorWorkflow,
  compileTrainingWorkflow,
} from '../../../../constructs/gcp/compile-workflow.ts';
import { FUNCTIONS, type FunctionName } from '../../../../lambdas/functions.ts';
import { URLS } from '../../../workflow/run-workflow.ts';

const metadata = (path: string) => ({ '//': { metadata: { path: `bank-marketing-dev-model/${path}` } } });
const pascal = (name: string) => name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
const escaped = ({ source }: CompiledWorkflow) => JSON.stringify(source).replaceAll('${', '$${');

const names = Object.keys(FUNCTIONS) as FunctionName[]; // keys of a constant
const functions = Object.fromEntries(
  names.map((name) => [
    pascal(name),
    {
      ...metadata(`${pascal(name)}/Function/Resource`),
      build_config: {
        source: { storage_source: { object: `\${google_storage_bucket_object.${pascal(name)}_Code.name}` } },
      },
      service_config: { available_cpu: '0.5', available_memory: '512Mi' },
    },
  ]),
);
const archives = Object.fromEntries(
  names.map((name) => [
    `${pascal(name)}_Code`,
    { ...metadata(`${pascal(name)}/Code`), name: `code/${name}-0123456789abcdef.zip` },
  ]),
);

export const MODEL_STACK = {
  resource: {
    google_cloudfunctions2_function: functions,
    google_storage_bucket_object: archives,
    google_workflows_workflow: {
      Training: {
        ...metadata('TrainingPipeline/Workflow/Resource'),
        source_contents: escaped(compileTrainingWorkflow(URLS)),
      },
      Monitoring: {
        ...metadata('DriftMonitor/Workflow/Resource'),
        source_contents: escaped(compileMonitorWorkflow(URLS)),
      },
    },
    google_cloud_scheduler_job: {
      Tick: { ...metadata('ReleaseController/Tick/Resource'), schedule: '* * * * *' },
    },
    google_pubsub_topic: {
      Events: metadata('Events/Resource'),
      Requests: metadata('Events/Requests'),
      Predictions: metadata('PredictionLog/Topic'),
    },
    google_pubsub_subscription: {
      Stored: { ...metadata('PredictionLog/Resource'), cloud_storage_config: { bucket: 'acme' } },
      Approved: {
        ...metadata('ReleaseController/OnApproved/Resource'),
        filter: 'attributes.type = "version.approved"',
        push_config: {},
      },
      Kept: metadata('Events/KeptDeadLetters'),
    },
    google_logging_project_bucket_config: { Logs: metadata('Logs/Bucket') },
    google_logging_metric: {
      Failed: {
        ...metadata('RollbackAlarms/Failed'),
        value_extractor: 'EXTRACT(jsonPayload.values.failed)',
        metric_descriptor: { value_type: 'DISTRIBUTION' },
      },
    },
    google_monitoring_alert_policy: {
      ErrorRate: {
        ...metadata('RollbackAlarms/ErrorRate'),
        conditions: [
          {
            condition_prometheus_query_language: {
              query:
                '(sum(increase(logging_googleapis_com:user_failed_sum{arm!="candidate"}[60s])) / sum(increase(logging_googleapis_com:user_requests_sum[60s])) > 0.02) and (sum(increase(logging_googleapis_com:user_failed_sum[60s])) >= 3)',
              evaluation_interval: '60s',
            },
          },
        ],
      },
      Messages: {
        ...metadata('Notifications/Messages'),
        conditions: [{ condition_matched_log: { filter: 'jsonPayload.message="notification"' } }],
      },
    },
    google_artifact_registry_repository: { Images: metadata('Builder/Repository') },
  },
} as const satisfies TerraformConfiguration;

export const DATA_STACK = {
  resource: {
    google_storage_bucket: {
      Store: {
        ...metadata('ArtifactStore/Resource'),
        soft_delete_policy: { retention_duration_seconds: 0 },
        lifecycle_rule: [
          {
            action: { type: 'Delete' },
            condition: { days_since_noncurrent_time: 90, with_state: 'ARCHIVED' },
          },
          { action: { type: 'Delete' }, condition: { age: 35, matches_prefix: ['exports/'] } },
          {
            action: { type: 'Delete' },
            condition: {
              days_since_noncurrent_time: 7,
              matches_prefix: ['exports/'],
              with_state: 'ARCHIVED',
            },
          },
        ],
      },
    },
    google_secret_manager_secret: { Secret: metadata('PseudonymSecret/Resource') },
    google_secret_manager_secret_version: { Version: metadata('PseudonymSecret/Version') },
    google_storage_managed_folder_iam_member: { Read: metadata('Prepare/Read') },
  },
} as const satisfies TerraformConfiguration;
