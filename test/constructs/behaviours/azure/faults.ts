/** Faults of apps, of what holds data, and of resources, in Azure's configurations. */

import type { DATA_BEHAVIOURS } from '../data.ts';
import type { FUNCTION_BEHAVIOURS } from '../functions.ts';
import type { RESOURCE_BEHAVIOURS } from '../resources.ts';
import { asIf, fault, remove, rewrite, set, type TerraformFaults, twice } from '../terraform-plant.ts';
import { type AzureRefused, assign } from './plant.ts';

const API = 'azapi_resource';
const ROLE = 'azurerm_role_assignment';
const DEFINITION = 'azurerm_role_definition';
const ACCOUNT = 'azurerm_storage_account';
const CONTAINER = 'azurerm_storage_container';
const LIFECYCLE = 'azurerm_storage_management_policy';
const LOGS = 'azurerm_log_analytics_workspace';
const GROUP = 'azurerm_monitor_action_group';
const STORE = /^ArtifactStore_/;
const ARTIFACTS = /^ArtifactStore_Container/;
const SITE = /^TrainingPipeline_App_[0-9A-F]{8}$/;
const OBJECTS = /^TrainingPipeline_App_Host_Artifacts/;
const OF_TRAINING = [ROLE, OBJECTS] as const;
const MODEL = 'a-model-whose-name-is-as-long-as-allowed';
const MEMORY = 'body.properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB';

export const AZURE_FUNCTION_FAULTS: TerraformFaults<typeof FUNCTION_BEHAVIOURS, AzureRefused> = {
  'every function that the model needs is deployed once': [
    fault('an app is missing', remove(API, SITE), /functions: has approve, batch-score/),
    fault(
      'an archive of another app',
      set('archive', /^BatchScoring/, { app: 'export' }),
      /functions: has approve, evaluate, export, export/,
    ),
    fault('no archive', remove('azapi_resource_action', /^TrainingPipeline_App_Package/), /functions: has/),
  ],
  'every function has an identity of its own': [
    fault('no identity', set(API, SITE, { identity: undefined }), /has no identity/),
    fault('an identity of nobody', rewrite(API, SITE, 'App_Host_Identity_', 'Gone_'), /has no identity/),
    fault(
      'one identity of two apps',
      twice(API, SITE),
      /shares azurerm_user_assigned_identity.TrainingPipeline/,
    ),
  ],
  'a function may make the port calls of its table, and nothing else': [
    fault('no right on objects', remove(ROLE, OBJECTS), /may read none/),
    fault(
      'one key more',
      rewrite(ROLE, /^BatchScoring_App_Host_Artifacts/, "'batch/'", "'snapshots/'"),
      /may write snapshots\/; must be batch\//,
    ),
    fault('no condition', set(ROLE, OBJECTS, { condition: undefined }), /may read everything/),
    fault('a condition of version 1', set(ROLE, OBJECTS, { condition_version: '1.0' }), /may read none/),
    fault(
      'no list',
      rewrite(
        ROLE,
        /^BatchScoring_App_Host_Artifacts/,
        ":prefix] StringStartsWith 'batch/'",
        ":prefix] StringStartsWith 'none/'",
      ),
      /may not list batch\//,
    ),
    fault(
      'the pattern of a key',
      rewrite(ROLE, /^ReleaseC.*Artifacts/, "StringEquals 'rel", "StringStartsWith 'rel"),
      /state.json\*/,
    ),
    fault(
      'the right to delete',
      rewrite(
        DEFINITION,
        STORE,
        'blobs/add/action"',
        'blobs/add/action","Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete"',
      ),
      /may delete everything/,
    ),
    fault(
      'more than objects',
      rewrite(
        DEFINITION,
        STORE,
        '"actions":[]',
        '"actions":["Microsoft.Storage/storageAccounts/listKeys/action"]',
      ),
      /may .*roleDefinitions.* on/,
    ),
    fault(
      'the artifacts of somebody else',
      rewrite(ROLE, OBJECTS, '/storageAccounts/amodel', '/storageAccounts/bmodel'),
      /may .*roleDefinitions.* on .*bmodel/,
    ),
    fault('no publishing', remove(ROLE, /^TrainingPipeline_App_Host_EventGrid/), /may call registryMirror/),
    fault(
      'events of the whole group',
      set(ROLE, /^TrainingPipeline_App_Host_EventGrid/, { scope: '/subscriptions/s/resourceGroups/g' }),
      /may EventGrid Data Sender on/,
    ),
    fault(
      'more than the mirror needs',
      rewrite(DEFINITION, /^ModelRegistry/, 'models/write', 'models/delete'),
      /may .*roleDefinitions.* on/,
    ),
    fault(
      'another secret',
      rewrite(ROLE, /^ScoringApi_App_Host_KeyVault/, '/secrets/pseudonyms', '/secrets/payments'),
      /may Key Vault Secrets User on/,
    ),
    fault(
      'every secret of the vault',
      rewrite(ROLE, /^ScoringApi_App_Host_KeyVault/, '/secrets/pseudonyms', ''),
      /may Key Vault Secrets User on/,
    ),
    fault(
      'no sign-in of the probe',
      rewrite('azapi_update_resource', /^ScoringApi_App_SignIn/, 'ScoringProbe_App_Host', 'Gone'),
      /may call events.publish, events.request, secret.read; must be endpoint.post/,
    ),
    fault(
      'everything of the group',
      assign(OF_TRAINING, ROLE, {
        scope: '/subscriptions/s/resourceGroups/g',
        role_definition_name: 'Contributor',
      }),
      /may Contributor on \/subscriptions\/s/,
    ),
    fault(
      'the account of another host',
      rewrite(
        ROLE,
        /^BatchScoring_App_Host_StorageBlobDataOwner/,
        '.BatchScoring_App_Host_Account_2DBB1764',
        '.ScoringApi_App_Host_Account_7D0A2B6A',
      ),
      /may Storage Blob Data Owner on/,
    ),
    fault(
      'the start of a training',
      assign([ROLE, /^BatchScoring_App_Host_Artifacts/], ROLE, {
        role_definition_name: 'Storage Queue Data Message Sender',
        scope:
          '$' +
          '{azurerm_storage_account.TrainingPipeline_App_Host_Account_685491EE.id}/queueServices/default/queues/$' +
          '{azurerm_storage_queue.TrainingPipeline_App_Host_Events_4249CB4E.name}',
      }),
      /may start training/,
    ),
  ],
  'a function has the memory and the time-out of its table': [
    fault('too little memory', set(API, SITE, { [MEMORY]: 2_048 }), /has 2048 MB, needs 3000/),
    fault('no memory', set(API, SITE, { [MEMORY]: undefined }), /has NaN MB/),
    fault(
      'the default time-out',
      set('archive', /^TrainingPipeline/, { functionTimeout: undefined }),
      /ends after NaN s/,
    ),
    fault(
      'time for one of two',
      set('archive', /^DriftMonitor/, { functionTimeout: '00:15:00' }),
      /must end after 1800/,
    ),
    fault(
      'less than a request needs',
      set('archive', /^ScoringApi/, { functionTimeout: '00:00:05' }),
      /must end after 10/,
    ),
  ],
  'a function keeps an event that it could not handle': [
    fault(
      'no right to keep it',
      remove(ROLE, /^ReleaseController_App_Host_StorageQueue/),
      /loses what it cannot handle/,
    ),
    fault(
      'tries without end',
      set('archive', /^ReleaseController/, { maxDequeueCount: undefined }),
      /loses what it cannot/,
    ),
  ],
};

export const AZURE_DATA_FAULTS: TerraformFaults<typeof DATA_BEHAVIOURS> = {
  'a model has one artifact store': [
    fault('two containers', twice(CONTAINER, ARTIFACTS), /2 artifact stores/),
  ],
  'the artifact store refuses the public': [
    fault('public blobs', set(ACCOUNT, STORE, { allow_nested_items_to_be_public: true }), /to the public/),
    fault(
      'a public container',
      set(CONTAINER, ARTIFACTS, { container_access_type: 'blob' }),
      /to the public/,
    ),
    fault('a shared key', set(ACCOUNT, STORE, { shared_access_key_enabled: undefined }), /to the public/),
  ],
  'the artifact store refuses plain HTTP': [
    fault('plain HTTP', set(ACCOUNT, STORE, { https_traffic_only_enabled: false }), /takes plain HTTP/),
  ],
  'the artifact store keeps old versions of its objects': [
    fault(
      'no versions',
      set(ACCOUNT, STORE, { 'blob_properties.versioning_enabled': false }),
      /keeps no old versions/,
    ),
  ],
  'the artifact store deletes what the retention of the environment ends, and nothing else': [
    fault('for ever', set(LIFECYCLE, STORE, { rule: [] }), /after no days/),
    fault(
      'models too',
      rewrite(LIFECYCLE, STORE, 'artifacts/undelivered/', 'artifacts/models/'),
      /deletes models\//,
    ),
    fault('switched off', rewrite(LIFECYCLE, STORE, '"enabled":true', '"enabled":false'), /after no days/),
    fault(
      'no records of predictions',
      rewrite(LIFECYCLE, STORE, '"blockBlob","appendBlob"', '"blockBlob"'),
      /predictions\/ after no days/,
    ),
    fault('the container of another', rewrite(LIFECYCLE, STORE, '"artifacts/', '"others/'), /after no days/),
  ],
  'the artifact store deletes old versions of rows within a week, and their markers': [
    fault(
      'for a month',
      rewrite(
        LIFECYCLE,
        STORE,
        '"delete_after_days_since_creation":7',
        '"delete_after_days_since_creation":30',
      ),
      /more than a week/,
    ),
    fault('others for ever', rewrite(LIFECYCLE, STORE, '["artifacts/"]', '["artifacts/none/"]'), /for ever/),
  ],
  'data at rest has the key that the environment asks for': [
    fault(
      'an account without a key',
      set(ACCOUNT, /^BatchScoring/, { customer_managed_key: undefined }),
      /'provider'/,
    ),
    fault(
      'queues without a key',
      set(ACCOUNT, /^TrainingPipeline/, { queue_encryption_key_type: undefined }),
      /'provider'/,
    ),
    fault('a key that nobody asked for', asIf({ encryption: 'provider' }), /must be 'provider'/),
  ],
  'data stays or goes with its stack, as the environment asks': [
    fault(
      'the store goes',
      set(ACCOUNT, STORE, { 'lifecycle.prevent_destroy': false }),
      /goes with its stack/,
    ),
    fault(
      'the secret goes',
      set('azurerm_key_vault', /^PseudonymSecret/, { purge_protection_enabled: false }),
      /goes with its stack/,
    ),
    fault('the registry goes', set(API, /^ModelRegistry/, { lifecycle: undefined }), /goes with its stack/),
    fault('everything stays', asIf({ removal: 'destroy' }), /stays when its stack goes/),
  ],
  'logs are kept for the days that the environment asks for': [
    fault('the default', set(LOGS, /./, { retention_in_days: undefined }), /is kept for ever/),
    fault('another period', set(LOGS, /./, { retention_in_days: 30 }), /is kept 30/),
  ],
  'logs go with their stack, which can then be made anew': [
    fault('a workspace that stays', set(LOGS, /./, { lifecycle: { prevent_destroy: true } }), /stays/),
  ],
  'the people of the environment are notified': [
    fault('one is left out', asIf({ alertTo: ['ml-alerts@example.com'] }), /notifications: has/),
    fault('nobody', set(GROUP, /^Notifications/, { email_receiver: [] }), /has none/),
    fault('switched off', set(GROUP, /^Notifications/, { enabled: false }), /has none/),
  ],
};

export const AZURE_RESOURCE_FAULTS: TerraformFaults<typeof RESOURCE_BEHAVIOURS> = {
  'every resource has the labels of its model and environment': [
    fault('an app without tags', set(API, SITE, { tags: undefined }), /has the model undefined/),
    fault(
      'another environment',
      rewrite(API, SITE, '"mlops:environment":"prod"', '"mlops:environment":"dev"'),
      /has the environment dev/,
    ),
    fault('a tag more', asIf({ tags: { team: 'marketing' } }), /has team undefined/),
  ],
  'every name is one that its service takes': [
    fault(
      'a name that is too long',
      set(ACCOUNT, /^TrainingPipeline/, { name: `${MODEL}training` }),
      /48 characters/,
    ),
    fault('a name with a space', set(API, SITE, { name: 'train app' }), /must match/),
    fault('a long name in messages', set(GROUP, /./, { short_name: `${MODEL}` }), /40 characters/),
  ],
};
