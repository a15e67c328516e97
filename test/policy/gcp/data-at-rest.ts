/** Data at rest: whose key, how long, and the end of a stack. */

import { blocksOf, valueAt, valuesAt } from '../../support/terraform/located.ts';
import { checkEach, together } from '../check.ts';
import type { GcpCheck } from './check.ts';

/** Types with a field for a customer key, in the provider's schema of 6.50.0, as far as a model has them. */
export const KEY_FIELDS: Readonly<Record<string, string>> = {
  google_storage_bucket: 'encryption.default_kms_key_name',
  google_bigquery_dataset: 'default_encryption_configuration.kms_key_name',
  google_cloudfunctions2_function: 'kms_key_name',
  google_artifact_registry_repository: 'kms_key_name',
  google_workflows_workflow: 'crypto_key_name',
  google_pubsub_topic: 'kms_key_name',
  google_logging_project_bucket_config: 'cmek_settings.kms_key_name',
  google_secret_manager_secret: 'replication.user_managed.replicas.customer_managed_encryption.kms_key_name',
};

/** Types with such a field that hold nothing of their own, with the reason. */
export const WITHOUT_KEY: Readonly<Record<string, string>> = {
  google_storage_bucket_object: 'the default key of its bucket encrypts it',
  google_bigquery_table: 'an external table: its rows are in the bucket',
};

/** Everything with data has the customer's key if the environment asks for it, and never one otherwise. */
export const keysAsAsked: GcpCheck = (stacks, { encryption }) =>
  checkEach(blocksOf(stacks, ...Object.keys(KEY_FIELDS)), ({ type, body }) => {
    const has = valuesAt(body, KEY_FIELDS[type] ?? '').length > 0;
    return [
      encryption === 'customer' && !has && 'has no customer key',
      encryption === 'provider' && has && 'has a customer key that nobody asked for',
    ];
  });

/** Longest that a subscription keeps a message, seconds. */
const LONGEST_MESSAGES_SEC = 31 * 86_400;

/** Old versions, messages and logs are kept for a time that somebody chose. */
export const retentionIsExplicit: GcpCheck = (stacks) =>
  together(
    checkEach(blocksOf(stacks, 'google_storage_bucket'), ({ body }) => [
      valueAt(body, 'versioning.enabled') !== true && 'is not versioned',
      valueAt(body, 'soft_delete_policy.retention_duration_seconds') === undefined &&
        'has the default soft delete, which bills deleted bytes',
      !valuesAt(body, 'lifecycle_rule.action.type').includes('Delete') && 'keeps old versions for ever',
    ]),
    checkEach(blocksOf(stacks, 'google_pubsub_subscription'), ({ body }) => {
      const kept = Number.parseInt(String(valueAt(body, 'message_retention_duration')), 10);
      return [
        !(kept > 0 && kept <= LONGEST_MESSAGES_SEC) && 'has no retention of its own',
        valueAt(body, 'expiration_policy.ttl') !== '' && 'is deleted after 31 quiet days',
      ];
    }),
    checkEach(blocksOf(stacks, 'google_logging_project_bucket_config'), ({ body }) => [
      body.retention_days === undefined && 'has the default retention',
    ]),
    checkEach(blocksOf(stacks, 'google_secret_manager_secret'), ({ body }) => [
      (body.ttl !== undefined || body.expire_time !== undefined) && 'expires, and the pseudonyms with it',
    ]),
  );

/** Fields that decide on the end of a resource, with the value that keeps the data. */
const PROTECTION: readonly (readonly [type: string, field: string, keeps: boolean])[] = [
  ['google_storage_bucket', 'force_destroy', false],
  ['google_storage_managed_folder', 'force_destroy', false],
  ['google_bigquery_dataset', 'delete_contents_on_destroy', false],
  ['google_workflows_workflow', 'deletion_protection', true],
  ['google_secret_manager_secret', 'deletion_protection', true],
];

/** The end of each resource is written down and is the environment's. */
export const protectedAsAsked: GcpCheck = (stacks, { removal }) =>
  together(
    ...PROTECTION.map(([type, field, keeps]) =>
      checkEach(blocksOf(stacks, type), ({ body }) => [
        body[field] !== (removal === 'retain' ? keeps : !keeps) &&
          `${field} is ${String(body[field])} where the environment ${removal}s`,
      ]),
    ),
    // A table over files holds no rows: it is made anew for another schema.
    checkEach(blocksOf(stacks, 'google_bigquery_table'), ({ body }) => [
      body.deletion_protection !== (removal === 'retain' && body.external_data_configuration === undefined) &&
        `deletion_protection is ${String(body.deletion_protection)} where the environment ${removal}s`,
    ]),
    checkEach(blocksOf(stacks, 'google_kms_key_ring', 'google_kms_crypto_key'), ({ body }) => [
      valueAt(body, 'lifecycle.prevent_destroy') !== true &&
        'can be destroyed, and all that it encrypts with it',
    ]),
    checkEach(blocksOf(stacks, 'google_project_service'), ({ body }) => [
      body.disable_on_destroy !== false && 'is switched off with the stack, for everything in the project',
    ]),
  );

/** Everything lies in the region of the environment: organisations restrict locations. */
export const inOneRegion: GcpCheck = (stacks, { region }) =>
  checkEach(
    blocksOf(stacks).filter(({ body }) => 'location' in body || 'region' in body),
    ({ body }) =>
      [body.location, body.region]
        .filter((place) => typeof place === 'string' && !place.includes('${'))
        .map((place) => String(place).toLowerCase() !== region && `is in ${String(place)}`),
  );
