/**
 * Capabilities of each cloud in each tier, as data. Each has the types of resources that it is made of (on Azure
 * Terraform's, or ARM's where there is none), or the reason why it is not there. A test makes every construct alone and requires these types; a table of stacks/aws/README.md is made of this.
 */

export type TargetCloud = 'aws' | 'gcp' | 'azure';
export type Tier = 'small' | 'large';

/** Types of resources, or why there are none. */
export type Offer = { readonly resources: readonly string[] } | { readonly reason: string };

const LATER = 'is not in this version';
const LARGE: Offer = { reason: `tier large ${LATER}` };

/** In tier small: types of resources, or a reason. The large tier swaps engines. */
const small = (given: readonly string[] | string): Readonly<Record<Tier, Offer>> => ({
  small: typeof given === 'string' ? { reason: given } : { resources: given },
  large: LARGE,
});

const offers = (
  aws: readonly string[],
  gcp: readonly string[] | string,
  azure: readonly string[] | string,
): Offers => ({ aws: small(aws), gcp: small(gcp), azure: small(azure) });

type Offers = Readonly<Record<TargetCloud, Readonly<Record<Tier, Offer>>>>;

/** A construct of several things: a cloud may have one and give a reason for the other. */
type InParts = { readonly parts: Readonly<Record<string, Offers>> };

/** An app of functions on Azure, with an identity and an account of its own. */
const APP = [
  'Microsoft.Web/sites',
  'azurerm_service_plan',
  'azurerm_user_assigned_identity',
  'azurerm_storage_account',
] as const;
/** A rule on logs. */
const LOG_ALARM = 'azurerm_monitor_scheduled_query_rules_alert_v2';

/** By the construct that offers it. */
export const CAPABILITIES = {
  artifactStore: offers(
    ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy'],
    ['google_storage_bucket', 'google_storage_managed_folder', 'google_logging_project_bucket_config'],
    [
      'azurerm_resource_group',
      'azurerm_storage_account',
      'azurerm_storage_container',
      'azurerm_storage_management_policy',
      'azurerm_role_definition',
      'azurerm_log_analytics_workspace',
    ],
  ),
  featureStore: {
    parts: {
      offline: offers(
        ['AWS::Glue::Database', 'AWS::Glue::Table'],
        ['google_bigquery_dataset', 'google_bigquery_table'],
        'a catalogue of the features is not in this version on Azure: it needs a workspace of its own',
      ),
      online: offers(
        ['AWS::SageMaker::FeatureGroup'],
        'features by key are not in this version on Google Cloud',
        'features by key are not in this version on Azure',
      ),
    },
  },
  modelRegistry: offers(
    ['AWS::SageMaker::ModelPackageGroup'],
    ['google_project_iam_custom_role'],
    ['Microsoft.MachineLearningServices/workspaces', 'azurerm_role_definition'],
  ),
  pseudonymSecret: offers(
    ['AWS::SecretsManager::Secret'],
    ['google_secret_manager_secret', 'google_secret_manager_secret_version'],
    ['azurerm_key_vault', 'Microsoft.KeyVault/vaults/secrets'],
  ),
  csvExport: offers(
    ['AWS::Lambda::Function', 'AWS::EC2::SecurityGroup', 'AWS::Scheduler::Schedule'],
    ['google_cloudfunctions2_function', 'google_cloud_scheduler_job'],
    APP,
  ),
  trainingPipeline: offers(
    [
      'AWS::Lambda::Function',
      'AWS::StepFunctions::StateMachine',
      'AWS::Scheduler::Schedule',
      'AWS::Events::Rule',
      'AWS::CloudWatch::Alarm',
    ],
    [
      'google_cloudfunctions2_function',
      'google_workflows_workflow',
      'google_cloud_scheduler_job',
      'google_eventarc_trigger',
      'google_monitoring_alert_policy',
    ],
    [...APP, 'azurerm_eventgrid_event_subscription', LOG_ALARM],
  ),
  scoringApi: offers(
    [
      'AWS::Lambda::Function',
      'AWS::Lambda::Alias',
      'AWS::ApiGatewayV2::Api',
      'AWS::ApiGatewayV2::Route',
      'AWS::ApiGatewayV2::Stage',
      'AWS::CodeDeploy::DeploymentGroup',
    ],
    [
      'google_cloudfunctions2_function',
      'google_cloud_run_v2_service_iam_member',
      'google_monitoring_alert_policy',
    ],
    [...APP, LOG_ALARM],
  ),
  scoringProbe: offers(
    ['AWS::Lambda::Function', 'AWS::Scheduler::Schedule', 'AWS::Events::Rule', 'AWS::CloudWatch::Alarm'],
    [
      'google_cloudfunctions2_function',
      'google_cloud_scheduler_job',
      'google_pubsub_subscription',
      'google_monitoring_alert_policy',
    ],
    [...APP, 'azurerm_eventgrid_event_subscription', LOG_ALARM],
  ),
  releaseController: offers(
    ['AWS::Lambda::Function', 'AWS::Events::Rule', 'AWS::Scheduler::Schedule'],
    [
      'google_cloudfunctions2_function',
      'google_cloud_scheduler_job',
      'google_pubsub_subscription',
      'google_monitoring_alert_policy',
    ],
    [...APP, 'azurerm_eventgrid_event_subscription', LOG_ALARM],
  ),
  rollbackAlarms: offers(
    ['AWS::CloudWatch::Alarm'],
    [
      'google_monitoring_alert_policy',
      'google_logging_metric',
      'google_monitoring_notification_channel',
      'google_pubsub_topic',
    ],
    [LOG_ALARM],
  ),
  batchScoring: offers(
    ['AWS::Lambda::Function', 'AWS::Scheduler::Schedule'],
    ['google_cloudfunctions2_function', 'google_cloud_scheduler_job'],
    APP,
  ),
  driftMonitor: offers(
    ['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine', 'AWS::Scheduler::Schedule'],
    ['google_cloudfunctions2_function', 'google_workflows_workflow', 'google_cloud_scheduler_job'],
    APP,
  ),
  predictionLog: offers(
    ['AWS::KinesisFirehose::DeliveryStream', 'AWS::Logs::LogGroup'],
    ['google_pubsub_topic', 'google_pubsub_subscription'],
    'a stream of predictions is not in this version on Azure: the scoring app appends each to a blob',
  ),
  modelEvents: offers(
    ['AWS::Events::EventBus', 'AWS::SQS::Queue'],
    ['google_pubsub_topic', 'google_pubsub_subscription'],
    ['azurerm_eventgrid_topic', 'azurerm_monitor_metric_alert'],
  ),
  notifications: offers(
    ['AWS::SNS::Topic', 'AWS::SNS::Subscription'],
    ['google_monitoring_notification_channel', 'google_monitoring_alert_policy'],
    ['azurerm_monitor_action_group', LOG_ALARM],
  ),
  dashboard: offers(
    ['AWS::CloudWatch::Dashboard'],
    ['google_monitoring_dashboard'],
    ['azurerm_application_insights_workbook'],
  ),
  budget: offers(
    ['AWS::Budgets::Budget'],
    ['google_billing_budget'],
    ['azurerm_consumption_budget_resource_group'],
  ),
} as const satisfies Readonly<Record<string, Offers | InParts>>;

/** A capability by the construct that offers it. */
export type Capability = keyof typeof CAPABILITIES;

/** One construct, or one part of it. */
export interface CapabilityRow {
  readonly construct: Capability;
  readonly part?: string;
  readonly offers: Offers;
}

/** The table with a row for each part. */
export const CAPABILITY_ROWS: readonly CapabilityRow[] = Object.entries(CAPABILITIES).flatMap(
  ([name, offers]): CapabilityRow[] => {
    const construct = name as Capability; // the keys of a literal are its type
    if (!('parts' in offers)) return [{ construct, offers }];
    return Object.entries(offers.parts).map(([part, own]) => ({ construct, part, offers: own }));
  },
);
