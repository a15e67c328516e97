/** Faults of functions, of what holds data, and of resources, in Terraform's configurations. */

import type { DATA_BEHAVIOURS } from '../data.ts';
import type { FUNCTION_BEHAVIOURS } from '../functions.ts';
import type { RESOURCE_BEHAVIOURS } from '../resources.ts';
import { asIf, fault, remove, rewrite, set, type TerraformFaults, twice } from '../terraform-plant.ts';
import { type GcpRefused, grant } from './plant.ts';

const FUNCTION = 'google_cloudfunctions2_function';
const FOLDER = 'google_storage_managed_folder_iam_member';
const TOPIC = 'google_pubsub_topic_iam_member';
const PROJECT = 'google_project_iam_member';
const INVOKER = 'google_cloud_run_v2_service_iam_member';
const BUCKET = 'google_storage_bucket';
const LOG_BUCKET = 'google_logging_project_bucket_config';
const SINK = 'google_logging_project_sink';
const STORE = /^ArtifactStore_/;
const TRAIN = /^TrainingPipeline_Train_[0-9A-F]{8}$/;
const SNAPSHOTS = /^TrainingPipeline_Train_objectUser-snapshots/;
const OF_TRAIN = [FOLDER, SNAPSHOTS] as const;
const MODEL = 'a-model-whose-name-is-as-long-as-allowed';

export const GCP_FUNCTION_FAULTS: TerraformFaults<typeof FUNCTION_BEHAVIOURS> = {
  'every function that the model needs is deployed once': [
    fault('a function is missing', remove(FUNCTION, TRAIN), /functions: has/),
    fault('a function is there twice', twice(FUNCTION, TRAIN), /train, train/),
    fault(
      'another archive',
      rewrite('google_storage_bucket_object', /Train_Code/, 'code/train', 'code/other'),
      /has/,
    ),
  ],
  'every function has an identity of its own': [
    fault(
      'no account',
      set(FUNCTION, TRAIN, { 'service_config.service_account_email': undefined }),
      /has no identity/,
    ),
    fault('an account of nobody', rewrite(FUNCTION, TRAIN, 'Train_Account_', 'Gone_'), /has no identity/),
    fault(
      'one account of two functions',
      twice(FUNCTION, TRAIN),
      /shares google_service_account.TrainingPipeline_Train_/,
    ),
    fault(
      'the account of a run',
      rewrite(FUNCTION, /Evaluate/, 'Evaluate_Account_D0FC6F8A', 'Workflow_Account_D9B91480'),
      /shares google_service_account.TrainingPipeline_Workflow/,
    ),
  ],
  'a function may make the port calls of its table, and nothing else': [
    fault('no right to read', remove(FOLDER, /^TrainingPipeline_Train_objectViewer-features/), /may read/),
    fault('no right to write', remove(FOLDER, SNAPSHOTS), /may write runs\/; must be/),
    fault('another folder', set(FOLDER, SNAPSHOTS, { managed_folder: 'exports/' }), /may write exports/),
    fault(
      'another bucket',
      set(FOLDER, SNAPSHOTS, { bucket: 'somebody-elses' }),
      /may roles\/storage.objectUser on storage_managed_folder snapshots\//,
    ),
    fault(
      'the whole store',
      grant(OF_TRAIN, 'google_storage_bucket_iam_member', {
        bucket: 'store',
        role: 'roles/storage.objectUser',
      }),
      /may roles\/storage.objectUser on storage_bucket store/,
    ),
    fault(
      'the deletion of what is only made',
      set(FOLDER, /^TrainingPipeline_Train_objectCreator-runs/, { role: 'roles/storage.objectUser' }),
      /may delete runs\//,
    ),
    fault(
      'no list',
      set(FOLDER, /^DriftMonitor_objectViewer-truth/, { role: 'roles/storage.objectCreator' }),
      /may not list truth\//,
    ),
    fault(
      "an administrator's role",
      set(FOLDER, SNAPSHOTS, { role: 'roles/storage.objectAdmin' }),
      /may roles\/storage.objectAdmin on/,
    ),
    fault('no publishing', remove(TOPIC, /^TrainingPipeline_Register_publisher/), /may call/),
    fault(
      'requests for trainings',
      rewrite(TOPIC, /^TrainingPipeline_Register_publisher/, 'Events_D32975C2', 'Events_Requests_F5174F25'),
      /may call events.request/,
    ),
    fault(
      'the topic of dead letters',
      rewrite(
        TOPIC,
        /^TrainingPipeline_Register_publisher/,
        'Events_D32975C2',
        'Events_DeadLetters_39DA8DFA',
      ),
      /may roles\/pubsub.publisher on pubsub_topic google_pubsub_topic.Events_DeadLetters/,
    ),
    fault(
      'more than the mirror needs',
      rewrite('google_project_iam_custom_role', /./, 'models.update', 'models.delete'),
      /may projects\/.*_mirror on project/,
    ),
    fault(
      'every database of the project',
      set(PROJECT, /Export_Function_client/, { condition: undefined }),
      /may roles\/cloudsql.client on project/,
    ),
    fault(
      'half of a login',
      remove(PROJECT, /Export_Function_instanceUser/),
      /may call none; must be source.snapshot/,
    ),
    fault(
      'another secret',
      rewrite('google_secret_manager_secret_iam_member', /^ScoringApi/, '-pseudonyms', '-payments'),
      /may roles\/secretmanager.secretAccessor/,
    ),
    fault(
      'the start of another function',
      rewrite(
        INVOKER,
        /^ScoringProbe_Function_invoker/,
        'ScoringApi_Function_854ABD9E',
        'TrainingPipeline_Train_C4C164EE',
      ),
      /may start train/,
    ),
    fault(
      'everything',
      grant(OF_TRAIN, PROJECT, { project: 'p', role: 'roles/editor' }),
      /may roles\/editor on project/,
    ),
    fault(
      'the start of every run',
      grant(OF_TRAIN, PROJECT, { project: 'p', role: 'roles/workflows.invoker' }),
      /may start (training, monitoring|monitoring, training)/,
    ),
  ],
  'a function has the memory and the time-out of its table': [
    fault(
      'too little memory',
      set(FUNCTION, TRAIN, { 'service_config.available_memory': '512Mi' }),
      /has 512 MB, needs/,
    ),
    fault(
      'memory of another unit',
      set(FUNCTION, TRAIN, { 'service_config.available_memory': '4G' }),
      /has NaN MB/,
    ),
    fault(
      'no time-out',
      set(FUNCTION, TRAIN, { 'service_config.timeout_seconds': undefined }),
      /ends after NaN s/,
    ),
  ],
  'a function keeps an event that it could not handle': [
    fault(
      'no dead letters',
      set('google_pubsub_subscription', /OnApproved/, { dead_letter_policy: undefined }),
      /loses what it cannot handle/,
    ),
    fault(
      'dead letters that nothing keeps',
      remove('google_pubsub_subscription', /KeptDeadLetters/),
      /loses what it cannot handle/,
    ),
  ],
  'every function has a log of its own': [
    fault('a sink that leaves it out', rewrite(SINK, /./, '-train\\"', '-trains\\"'), /has no log/),
    fault('no bucket', remove(LOG_BUCKET, /./), /has no log/),
    fault(
      'a second copy in the bucket of the project',
      remove('google_logging_project_exclusion', /./),
      /has no log/,
    ),
    fault('a shared log', twice(FUNCTION, TRAIN), /shares its log/),
  ],
};

export const GCP_DATA_FAULTS: TerraformFaults<typeof DATA_BEHAVIOURS, GcpRefused> = {
  'a model has one artifact store': [fault('two buckets', twice(BUCKET, STORE), /2 artifact stores/)],
  'the artifact store refuses the public': [
    fault(
      'the setting of the project',
      set(BUCKET, STORE, { public_access_prevention: 'inherited' }),
      /to the public/,
    ),
    fault('lists of access', set(BUCKET, STORE, { uniform_bucket_level_access: false }), /to the public/),
  ],
  'the artifact store keeps old versions of its objects': [
    fault('no versions', set(BUCKET, STORE, { 'versioning.enabled': false }), /keeps no old versions/),
  ],
  'the artifact store deletes what the retention of the environment ends, and nothing else': [
    fault('for ever', set(BUCKET, STORE, { lifecycle_rule: [] }), /after no days/),
    fault('models too', rewrite(BUCKET, STORE, 'undelivered/', 'models/'), /deletes models\//),
    fault('old versions only', rewrite(BUCKET, STORE, 'LIVE', 'ARCHIVED'), /after no days/),
  ],
  'the artifact store deletes old versions of rows within a week, and their markers': [
    fault(
      'for a month',
      rewrite(BUCKET, STORE, '"days_since_noncurrent_time":7', '"days_since_noncurrent_time":30'),
      /more than a week/,
    ),
    fault(
      'others for ever',
      rewrite(BUCKET, STORE, '"days_since_noncurrent_time":90', '"age":90,"matches_prefix":["none/"]'),
      /keeps old versions for ever/,
    ),
  ],
  'data at rest has the key that the environment asks for': [
    fault(
      'a topic without a key',
      set('google_pubsub_topic', /^Events_Requests/, { kms_key_name: undefined }),
      /'provider'/,
    ),
    fault('a log without a key', set(LOG_BUCKET, /./, { cmek_settings: undefined }), /has key 'provider'/),
    fault('a key that nobody asked for', asIf({ encryption: 'provider' }), /must be 'provider'/),
  ],
  'data stays or goes with its stack, as the environment asks': [
    fault('the store goes', set(BUCKET, STORE, { force_destroy: true }), /goes with its stack/),
    fault(
      'the secret goes',
      set('google_secret_manager_secret_version', /./, { deletion_policy: 'DELETE' }),
      /goes with its stack/,
    ),
    fault('everything stays', asIf({ removal: 'destroy' }), /stays when its stack goes/),
  ],
  'logs are kept for the days that the environment asks for': [
    fault('the default', set(LOG_BUCKET, /./, { retention_days: undefined }), /is kept for ever/),
    fault('another period', set(LOG_BUCKET, /./, { retention_days: 30 }), /is kept 30/),
  ],
  'the people of the environment are notified': [
    fault('one is left out', asIf({ alertTo: ['ml-alerts@example.com'] }), /notifications: has/),
    fault(
      'nobody',
      set('google_monitoring_notification_channel', /^Notifications_/, { type: 'sms' }),
      /has none/,
    ),
    fault(
      'switched off',
      set('google_monitoring_notification_channel', /^Notifications_/, { enabled: false }),
      /has none/,
    ),
  ],
};

export const GCP_RESOURCE_FAULTS: TerraformFaults<typeof RESOURCE_BEHAVIOURS> = {
  'every resource has the labels of its model and environment': [
    fault(
      'a function without labels',
      set(FUNCTION, TRAIN, { labels: undefined }),
      /has the model undefined/,
    ),
    fault('a bucket without labels', set(BUCKET, STORE, { labels: undefined }), /has the model undefined/),
    fault(
      'another environment',
      rewrite(FUNCTION, TRAIN, '"mlops-environment":"prod"', '"mlops-environment":"dev"'),
      /has the environment dev/,
    ),
    fault('a label more', asIf({ tags: { team: 'marketing' } }), /has team undefined/),
  ],
  'every name is one that its service takes': [
    fault(
      'a name that is too long',
      set('google_service_account', /^TrainingPipeline_Train/, { account_id: `${MODEL}-train` }),
      /46 characters/,
    ),
    fault('a name with a space', set(LOG_BUCKET, /./, { bucket_id: 'train logs' }), /must match/),
  ],
};
