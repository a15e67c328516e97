import { describe, expect, it } from 'vitest';
import { describeWith } from '../tools.ts';
import { checkExpressions, terraform } from './expressions.ts';
import { readSchemas, SCHEMA_FILES, type TerraformConfig } from './schema.ts';
import { validate } from './validate.ts';

/** An expression of Terraform. */
const ref = (text: string): string => `\${${text}}`;

/** A stack with a bit of everything, in which nothing is wrong. */
const sound = (): TerraformConfig => ({
  terraform: {
    required_providers: {
      google: { source: 'hashicorp/google', version: '6.50.0' },
      random: { source: 'hashicorp/random', version: '3.7.2' },
    },
  },
  provider: { google: [{ project: 'acme-ml', region: 'europe-west3' }], random: [{}] },
  ephemeral: { random_password: { Secret: { length: 32, special: false } } },
  resource: {
    google_storage_bucket: {
      Store: {
        '//': { metadata: { path: 'stack/Store' } },
        name: 'store',
        location: 'EUROPE-WEST3',
        versioning: { enabled: true },
        lifecycle_rule: [{ action: { type: 'Delete' }, condition: { age: 1, matches_prefix: ['a/'] } }],
        lifecycle: { ignore_changes: ['labels'] },
      },
    },
    google_storage_managed_folder: {
      Folder: {
        bucket: ref('google_storage_bucket.Store.name'),
        name: 'a/',
        depends_on: ['google_storage_bucket.Store'],
      },
    },
    google_secret_manager_secret: { Secret: { secret_id: 'x', replication: { auto: {} } } },
    google_secret_manager_secret_version: {
      Version: {
        secret: ref('google_secret_manager_secret.Secret.id'),
        secret_data_wo: ref('ephemeral.random_password.Secret.result'),
        secret_data_wo_version: 1,
      },
    },
    google_workflows_workflow: {
      Run: {
        name: 'run',
        region: 'europe-west3',
        source_contents: `{"main":{"steps":[{"a":{"return":"$\${input.at}"}}]}}`,
      },
    },
  },
  output: { Name: { value: ref('google_storage_bucket.Store.url') } },
});

type Mutable = Record<string, Record<string, Record<string, Record<string, unknown>>>>;
const bucket = (config: Mutable) => config.resource?.google_storage_bucket?.Store ?? {};
const folder = (config: Mutable) => config.resource?.google_storage_managed_folder?.Folder ?? {};

/** The sound stack with one fault. */
function faulty(change: (config: Mutable) => void): TerraformConfig {
  const config = structuredClone(sound());
  change(config as unknown as Mutable); // a copy of our own
  return config;
}

describeWith(SCHEMA_FILES, 'a configuration against the schemas of its providers', () => {
  const schemas = readSchemas();

  it('has no findings where nothing is wrong, and was read', () => {
    expect(validate(sound(), schemas)).toEqual({ looked: 5, findings: [] });
  });

  it.each<[code: string, path: string, change: (config: Mutable) => void]>([
    [
      'unknown',
      'google_storage_bucket.Store.colour',
      (config) => Object.assign(bucket(config), { colour: 'red' }),
    ],
    ['missing', 'google_storage_bucket.Store.location', (config) => delete bucket(config).location],
    ['read-only', 'google_storage_bucket.Store.url', (config) => Object.assign(bucket(config), { url: 'x' })],
    [
      'type',
      'google_storage_bucket.Store.force_destroy',
      (config) => Object.assign(bucket(config), { force_destroy: 'yes' }),
    ],
    [
      'type',
      'google_storage_bucket.Store.lifecycle_rule[0].condition.age',
      (config) =>
        Object.assign(bucket(config), {
          lifecycle_rule: [{ action: { type: 'Delete' }, condition: { age: 'old' } }],
        }),
    ],
    [
      'block-shape',
      'google_storage_bucket.Store.versioning',
      (config) => Object.assign(bucket(config), { versioning: true }),
    ],
    [
      'too-many',
      'google_storage_bucket.Store.versioning',
      (config) => Object.assign(bucket(config), { versioning: [{ enabled: true }, { enabled: true }] }),
    ],
    [
      'too-few',
      'google_secret_manager_secret.Secret.replication',
      (config) => delete config.resource?.google_secret_manager_secret?.Secret?.replication,
    ],
    [
      'unknown',
      'google_storage_bucket.Store.lifecycle_rule[0].colour',
      (config) =>
        Object.assign(bucket(config), {
          lifecycle_rule: [{ action: { type: 'Delete' }, condition: { age: 1 }, colour: 'red' }],
        }),
    ],
    [
      'ignore-changes',
      'google_storage_bucket.Store.lifecycle',
      (config) => Object.assign(bucket(config), { lifecycle: { ignore_changes: ['colour'] } }),
    ],
    [
      'reference',
      'resource.google_storage_managed_folder.Folder.bucket',
      (config) => Object.assign(folder(config), { bucket: ref('google_storage_bucket.Other.name') }),
    ],
    [
      'reference',
      'resource.google_storage_managed_folder.Folder.bucket',
      (config) => Object.assign(folder(config), { bucket: ref('google_storage_bucket.Store.colour') }),
    ],
    [
      'reference',
      'google_storage_managed_folder.Folder.depends_on',
      (config) => Object.assign(folder(config), { depends_on: ['google_storage_bucket.Other'] }),
    ],
    [
      'reference',
      'resource.google_secret_manager_secret_version.Version.secret_data_wo',
      (config) => delete (config.ephemeral as object as Record<string, unknown>).random_password,
    ],
    [
      'no-type',
      'google_storage_bukket.Store',
      (config) => Object.assign(config.resource ?? {}, { google_storage_bukket: { Store: {} } }),
    ],
    [
      'schema-version',
      'terraform.required_providers.google',
      (config) => Object.assign(config.terraform?.required_providers?.google ?? {}, { version: '6.49.0' }),
    ],
    [
      'unknown',
      'provider.google[0].colour',
      (config) => Object.assign(config.provider ?? {}, { google: [{ colour: 'red' }] }),
    ],
    ['no-schema', 'provider.aws', (config) => Object.assign(config.provider ?? {}, { aws: [{}] })],
  ])('has the finding %s at %s', (code, path, change) => {
    const { findings } = validate(faulty(change), schemas);
    expect(findings.map((one) => `${one.severity} ${one.code} ${one.path}`)).toEqual([
      `error ${code} ${path}`,
    ]);
  });
});

describeWith(terraform, 'the expressions of a configuration', () => {
  it('has no findings where every text of another language is escaped', () => {
    expect(checkExpressions(sound())).toEqual({ looked: 6, findings: [] });
  });

  it.each([
    [ref('input.at'), 'undeclared resource'],
    [ref('a.b == 1 or c'), 'Extra characters'],
    [ref('google_storage_bucket.Other.name'), 'undeclared resource'],
    [ref('nothing(1)'), 'Call to unknown function'],
    [`\${`, 'Missing expression'],
  ])('has a finding for %s', (source, message) => {
    const config = faulty(({ resource }) =>
      Object.assign(resource?.google_workflows_workflow?.Run ?? {}, { source_contents: source }),
    );
    expect(checkExpressions(config).findings.join()).toContain(message);
  });

  it.each([
    ['google_storage_bucket.Store', []],
    [ref('google_storage_bucket.Store'), ['Invalid character', 'Invalid expression']],
    ['google_storage_bucket.Other', ['undeclared resource']],
  ])('reads %s as what replaces a block', (trigger, messages) => {
    const config = faulty((stack) =>
      Object.assign(folder(stack), { lifecycle: { replace_triggered_by: [trigger] } }),
    );
    const { findings } = checkExpressions(config);
    expect(findings.length > 0).toBe(messages.length > 0);
    for (const message of messages) expect(findings.join()).toContain(message);
  });
});

describe('the list of schemas', () => {
  it('has those of each provider in our stacks', () => {
    expect(SCHEMA_FILES.map(({ name }) => name.split(' ')[0])).toEqual([
      'tf-schemas/google.json.gz',
      'tf-schemas/azurerm.json.gz',
      'tf-schemas/azapi.json.gz',
      'tf-schemas/random.json.gz',
      'tf-schemas/time.json.gz',
    ]);
  });
});
