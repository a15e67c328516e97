import { describe, expect, it } from 'vitest';
import { readSchemas, SCHEMA_FILES } from '../../support/terraform/schema.ts';
import { itWith } from '../../support/tools.ts';
import type { GcpExpectations } from './check.ts';
import { GCP_CHECKS } from './checks.ts';
import { KEY_FIELDS, WITHOUT_KEY } from './data-at-rest.ts';
import { AGENT, soundStacks } from './sound-stack.ts';

const expectations: GcpExpectations = { encryption: 'customer', removal: 'retain', region: 'europe-west3' };
type Name = keyof typeof GCP_CHECKS;

/** Parts of a block that are changed; undefined removes one. */
type Change = Readonly<Record<string, unknown>>;
type Loose = Record<
  string,
  { resource: Record<string, Record<string, Record<string, unknown>>>; data?: object; terraform?: object }
>;

const ref = (text: string): string => `\${${text}}`;

/** The sound stacks with one block changed or added: `model/google_pubsub_topic.Events`. */
function planted(place: string, change: Change) {
  const stacks = soundStacks() as unknown as Loose; // a copy that is ours to change
  const [, stack = '', type = '', name = ''] = /^(\w+)\/(\w+)\.(\w+)$/.exec(place) ?? [];
  const resource = stacks[stack]?.resource ?? {};
  resource[type] ??= {};
  const body: Record<string, unknown> = { ...resource[type]?.[name], ...change };
  for (const [field, value] of Object.entries(change)) if (value === undefined) delete body[field];
  (resource[type] ?? {})[name] = body;
  return stacks as unknown as ReturnType<typeof soundStacks>;
}

describe('a check of sound stacks', () => {
  it.each(Object.keys(GCP_CHECKS) as Name[])('finds %s, and reads something', (name) => {
    const { looked, findings } = GCP_CHECKS[name](soundStacks(), expectations);
    expect(findings).toEqual([]);
    expect(looked).toBeGreaterThan(0);
  });
});

describe('a check of stacks with a planted violation', () => {
  it.each<[Name, string, Change, string]>([
    [
      'the key that the environment asks for',
      'data/google_storage_bucket.Store',
      { encryption: undefined },
      'has no customer key',
    ],
    [
      'the key that the environment asks for',
      'model/google_pubsub_topic.Events',
      { kms_key_name: undefined },
      'has no customer key',
    ],
    [
      'an explicit retention',
      'data/google_storage_bucket.Store',
      { soft_delete_policy: undefined },
      'default soft delete',
    ],
    [
      'an explicit retention',
      'data/google_storage_bucket.Store',
      { versioning: undefined },
      'is not versioned',
    ],
    ['an explicit retention', 'data/google_storage_bucket.Store', { lifecycle_rule: [] }, 'for ever'],
    [
      'an explicit retention',
      'model/google_pubsub_subscription.Release',
      { expiration_policy: undefined },
      '31 quiet days',
    ],
    [
      'an explicit retention',
      'model/google_pubsub_subscription.Release',
      { message_retention_duration: undefined },
      'no retention',
    ],
    [
      'an explicit retention',
      'model/google_logging_project_bucket_config.Logs',
      { retention_days: undefined },
      'default retention',
    ],
    ['an explicit retention', 'data/google_secret_manager_secret.Secret', { ttl: '86400s' }, 'expires'],
    [
      'an end that the environment asks for',
      'data/google_storage_bucket.Store',
      { force_destroy: true },
      'force_destroy is true',
    ],
    [
      'an end that the environment asks for',
      'model/google_workflows_workflow.Run',
      { deletion_protection: undefined },
      'deletion_protection is undefined',
    ],
    [
      'an end that the environment asks for',
      'data/google_project_service.Run',
      { disable_on_destroy: undefined },
      'switched off',
    ],
    [
      'an end that the environment asks for',
      'data/google_kms_crypto_key.Key',
      { name: 'key' },
      'can be destroyed',
    ],
    ['one region', 'model/google_artifact_registry_repository.Images', { location: 'us' }, 'is in us'],
    [
      'nothing public',
      'model/google_cloud_run_v2_service_iam_member.All',
      { role: 'roles/run.invoker', member: 'allUsers' },
      'allUsers',
    ],
    [
      'nothing public',
      'model/google_storage_managed_folder_iam_binding.All',
      { members: ['domain:example.com'] },
      'domain:',
    ],
    [
      'nothing public',
      'data/google_storage_bucket.Store',
      { public_access_prevention: 'inherited' },
      'may become public',
    ],
    ['nothing public', 'data/google_storage_bucket.Store', { uniform_bucket_level_access: false }, 'ACLs'],
    [
      'nothing public',
      'data/google_bigquery_dataset.Features',
      { access: [{ special_group: 'allAuthenticatedUsers' }] },
      'is public',
    ],
    [
      'narrow roles',
      'model/google_project_iam_member.X',
      { role: 'roles/editor', member: 'user:a@example.com' },
      'basic role',
    ],
    [
      'narrow roles',
      'model/google_project_iam_member.X',
      { role: 'roles/storage.admin', member: 'user:a@example.com' },
      'roles/storage.admin',
    ],
    [
      'narrow roles',
      'model/google_project_iam_member.X',
      { role: 'roles/iam.serviceAccountTokenCreator' },
      'TokenCreator',
    ],
    [
      'narrow roles',
      'model/google_service_account_iam_member.X',
      { role: 'roles/iam.serviceAccountTokenCreator', member: 'user:a@example.com' },
      'TokenCreator',
    ],
    [
      'narrow roles',
      'model/google_project_iam_binding.X',
      { role: 'roles/run.invoker', members: [] },
      'other members',
    ],
    [
      'narrow roles',
      'model/google_project_iam_custom_role.Mirror',
      { permissions: ['iam.serviceAccounts.actAs'] },
      'escalates',
    ],
    [
      'narrow roles',
      'model/google_project_iam_custom_role.Mirror',
      { permissions: ['aiplatform.*'] },
      'aiplatform.*',
    ],
    ['narrow roles', 'model/google_pubsub_topic_iam_policy.X', { policy_data: '{}' }, 'whole policy'],
    [
      'one owner of each right',
      'model/google_pubsub_subscription_iam_member.Again',
      {
        subscription: ref('google_pubsub_subscription.Release.name'),
        role: 'roles/pubsub.subscriber',
        member: AGENT,
      },
      'gives what',
    ],
    [
      'an identity of its own for each function',
      'model/google_cloudfunctions2_function.Other',
      {
        build_config: { service_account: 'b' },
        service_config: { service_account_email: ref('google_service_account.Release.email') },
      },
      'shares its identity',
    ],
    [
      'an identity of its own for each function',
      'model/google_cloudfunctions2_function.Release',
      { build_config: {} },
      'has no build_config.service_account',
    ],
    [
      'an identity of its own for each function',
      'model/google_cloudfunctions2_function.Release',
      { build_config: { service_account: ref('google_service_account.Release.id') } },
      'built by the identity',
    ],
    [
      'an identity of its own for each function',
      'model/google_workflows_workflow.Run',
      { service_account: undefined },
      'has no service_account',
    ],
    [
      'an identity of its own for each function',
      'model/google_cloud_scheduler_job.Tick',
      { http_target: { uri: 'x' } },
      'without a token',
    ],
    [
      'an identity of its own for each function',
      'model/google_pubsub_subscription.Release',
      { push_config: { push_endpoint: 'x' } },
      'oidc_token',
    ],
    [
      'an identity of its own for each function',
      'model/google_eventarc_trigger.Retraining',
      { service_account: '1-compute@developer.gserviceaccount.com' },
      'default account',
    ],
    [
      'no secret in the state',
      'model/google_service_account_key.Key',
      { service_account_id: 'x' },
      'keeps a secret',
    ],
    [
      'no secret in the state',
      'data/google_secret_manager_secret_version.Version',
      { secret_data: 'x' },
      'keeps secret_data',
    ],
    [
      'no secret in the state',
      'data/google_secret_manager_secret_version.Version',
      { secret_data_wo: 'x' },
      'ephemeral',
    ],
    [
      'dead letters that are kept',
      'model/google_pubsub_subscription.Release',
      { dead_letter_policy: undefined },
      'no dead-letter topic',
    ],
    [
      'dead letters that are kept',
      'model/google_pubsub_topic_iam_member.Dead',
      { role: 'roles/pubsub.viewer' },
      'may not publish',
    ],
    [
      'dead letters that are kept',
      'model/google_pubsub_subscription_iam_member.Release',
      { member: 'user:a@example.com' },
      'may not acknowledge',
    ],
    [
      'dead letters that are kept',
      'model/google_pubsub_subscription.Dead',
      { topic: ref('google_pubsub_topic.Events.id'), cloud_storage_config: {}, name: 'records' },
      'dead letters are lost',
    ],
    [
      'dead letters that are kept',
      'model/google_monitoring_alert_policy.Late',
      { conditions: [] },
      'wait for the bucket',
    ],
    [
      'time to acknowledge',
      'model/google_pubsub_subscription.Release',
      { ack_deadline_seconds: undefined },
      'after 10 s',
    ],
    [
      'time to acknowledge',
      'model/google_pubsub_subscription.Release',
      { push_config: { push_endpoint: 'https://x', oidc_token: {} } },
      'pushes to nothing',
    ],
    ['bounded logs', 'model/google_logging_project_sink.Logs', { destination: 'x' }, 'no sink writes it'],
    ['bounded logs', 'model/google_logging_project_sink.Logs', { filter: undefined }, 'every log'],
    [
      'nothing from outside',
      'model/google_workflows_workflow.Run',
      { source_contents: ref('input.at') },
      'refers to nothing',
    ],
    [
      'nothing from outside',
      'model/google_workflows_workflow.Run',
      { source_contents: '$'.concat('{') },
      'does not end',
    ],
    [
      'nothing from outside',
      'model/google_workflows_workflow.Run',
      { source_contents: ref('google_service_account.Nobody.id') },
      'refers to nothing',
    ],
    [
      'nothing from outside',
      'data/google_storage_bucket_object.Code',
      { source: '/home/someone/x.zip' },
      'path of one machine',
    ],
  ])('reports what breaks %s at %s: %o', (name, place, change, finding) => {
    const { findings } = GCP_CHECKS[name](planted(place, change), expectations);
    expect(findings.join('\n')).toContain(finding);
  });

  it('reports a customer key that the environment does not ask for', () => {
    const { findings } = GCP_CHECKS['the key that the environment asks for'](soundStacks(), {
      ...expectations,
      encryption: 'provider',
    });
    expect(findings.join()).toContain('nobody asked for');
  });

  it('reports functions whose logs are in _Default too', () => {
    const stacks = soundStacks() as unknown as Loose;
    delete stacks.model?.resource.google_logging_project_exclusion;
    const { findings } = GCP_CHECKS['bounded logs'](
      stacks as unknown as ReturnType<typeof soundStacks>,
      expectations,
    );
    expect(findings).toEqual(['model: keeps its logs in _Default too, for 30 days']);
  });

  it('reports a stack that reads the state of another, or has no backend', () => {
    const stacks = soundStacks() as unknown as Loose;
    Object.assign(stacks.model ?? {}, {
      terraform: {},
      data: { ...stacks.model?.data, terraform_remote_state: { Data: {} } },
    });
    const { findings } = GCP_CHECKS['nothing from outside'](
      stacks as unknown as ReturnType<typeof soundStacks>,
    );
    expect(findings.join()).toMatch(/reads the state of another stack.*has no backend/);
  });
});

describe('the table of fields for a key', () => {
  itWith(SCHEMA_FILES, "has every type of ours that has one in the provider's schema", () => {
    const [google] = readSchemas();
    const blocks = Object.entries(google?.resources ?? {}).filter(
      ([type]) => type in { ...KEY_FIELDS, ...WITHOUT_KEY },
    );
    expect(blocks.map(([type]) => type).sort()).toEqual(
      Object.keys({ ...KEY_FIELDS, ...WITHOUT_KEY }).sort(),
    );
    for (const [type, field] of Object.entries(KEY_FIELDS)) {
      const steps = field.split('.');
      const last = steps.pop() ?? '';
      let block = google?.resources[type];
      for (const step of steps) block = block?.block_types?.[step]?.block;
      expect(block?.attributes?.[last], `${type} ${field}`).toBeDefined();
    }
  });
});
