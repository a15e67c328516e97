import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { nameOf } from '../../../constructs/shared/naming.ts';
import { addStacks, createApp } from '../../../stacks/terraform/stacks.ts';
import { exampleAzureConfig } from '../../constructs/azure/example.ts';
import { exampleGcpConfig } from '../../constructs/gcp/example.ts';
import { selfContained } from '../../policy/self-contained.ts';
import { synthesizeTerraform, synthesizeTerraformInto } from '../../support/synth-terraform.ts';
import { blocksOf, valueAt } from '../../support/terraform/located.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlops-stacks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Digest of every file of an assembly, by its path. */
const digests = (assembly: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(assembly, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(assembly.length + 1), sha256(readFileSync(file))]),
  );

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Synthesizes what the command line asks for. */
async function stacksOf(
  name: string,
  narrowing: Parameters<typeof addStacks>[1],
): Promise<readonly string[]> {
  const app = createApp(join(folder, name));
  await addStacks(app, narrowing);
  app.synth();
  return readdirSync(join(folder, name, 'stacks')).sort();
}

const CLOUDS = {
  gcp: {
    example: exampleGcpConfig,
    archives: 10,
    names: '',
    store: ['google_storage_bucket', 'bucket'],
    backend: { type: 'gcs', bucket: 'example-states', prefix: 'mlops' },
    backendOf: (stack: string) => ({ gcs: { bucket: 'example-states', prefix: `mlops/${stack}` } }),
  },
  azure: {
    example: exampleAzureConfig,
    archives: 5,
    names: 'azure-',
    store: ['azurerm_storage_account', 'storage_account_id'],
    backend: {
      type: 'azurerm',
      resourceGroup: 'example-states',
      storageAccount: 'examplestates',
      container: 'states',
    },
    backendOf: (stack: string) => ({
      azurerm: {
        resource_group_name: 'example-states',
        storage_account_name: 'examplestates',
        container_name: 'states',
        key: `${stack}.tfstate`,
        use_azuread_auth: true,
      },
    }),
  },
} as const;

describe.each(['gcp', 'azure'] as const)('the app of dev on %s', (cloud) => {
  const { example, archives, names, store, backend, backendOf } = CLOUDS[cloud];
  let config: ResolvedConfig;
  beforeAll(async () => {
    config = await example();
  });

  it('writes the same bytes again into another folder, configurations and archives', () => {
    const { assembly } = synthesizeTerraform(config);
    const first = digests(assembly);
    const again = join(folder, `again-${cloud}`);
    synthesizeTerraformInto(again, config);
    expect(Object.keys(first).filter((name) => name.endsWith('.zip')).length).toBeGreaterThan(archives);
    expect(digests(again)).toEqual(first);
  });

  it('writes no path of this machine, no state of another stack and no expression that is not a reference', () => {
    const { stacks, assembly, folders } = synthesizeTerraform(config);
    const { looked, findings } = selfContained({ ...stacks });
    expect(findings).toEqual([]);
    expect(looked).toBe(2);
    for (const half of Object.values(folders)) {
      const text = readFileSync(join(half, 'cdk.tf.json'), 'utf8');
      expect(text).not.toContain(assembly);
      expect(text).not.toContain(tmpdir());
      expect(text).not.toContain('terraform_remote_state');
      expect(text).not.toContain('TfToken');
    }
  });

  it('shares no reference between stacks: the model stack names the resources of the data stack by texts', () => {
    const { data, model } = synthesizeTerraform(config).stacks;
    const dataAddresses = blocksOf({ data }).map(({ type, name }) => `${type}.${name}.`);
    const text = JSON.stringify({ resource: model.resource, data: model.data, output: model.output });
    expect(dataAddresses.filter((one) => text.includes(`\${${one}`))).toEqual([]);
    const [type, field] = store;
    const name = String(
      blocksOf({ data }, type).find((one) => one.name.startsWith('ArtifactStore_'))?.body.name,
    );
    expect(text).toMatch(new RegExp(`"${field}":"[^"$]*${name}"`));
  });

  it('makes the stacks depend on each other in one direction', () => {
    const { assembly } = synthesizeTerraform(config);
    const { stacks } = JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8')) as {
      readonly stacks: Readonly<Record<string, { readonly dependencies: readonly string[] }>>;
    };
    const name = nameOf(config);
    expect(stacks[`${name}-${names}data`]?.dependencies).toEqual([]);
    expect(stacks[`${name}-${names}model`]?.dependencies).toEqual([`${name}-${names}data`]);
  });

  it('keeps states beside the stacks, or in the bucket that the environment names', async () => {
    const { stacks } = synthesizeTerraform(config);
    for (const { terraform } of Object.values(stacks))
      expect(terraform?.backend).toEqual({ local: { path: 'terraform.tfstate' } });
    const shared = await example('dev', { stateBackend: backend });
    const backends = Object.values(synthesizeTerraform(shared).stacks).map(
      ({ terraform }) => terraform?.backend,
    );
    expect(backends).toEqual(
      ['data', 'model'].map((half) => backendOf(`bank-marketing-dev-${names}${half}`)),
    );
  });

  it('names the providers of each stack at exact versions', () => {
    for (const { terraform } of Object.values(synthesizeTerraform(config).stacks)) {
      expect(Object.keys(terraform?.required_providers ?? {})).toContain(
        cloud === 'gcp' ? 'google' : 'azurerm',
      );
      for (const { version } of Object.values(terraform?.required_providers ?? {}))
        expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });
});

describe('the folder of archives', () => {
  it('has each at a path with the digest of its bytes, for Google Cloud', async () => {
    const { stacks, folders } = synthesizeTerraform(await exampleGcpConfig());
    const objects = blocksOf(stacks, 'google_storage_bucket_object');
    expect(objects.length).toBeGreaterThan(10);
    for (const { body } of objects) {
      const source = String(body.source);
      const bytes = readFileSync(join(folders.model, source));
      expect(basename(dirname(source))).toBe(sha256(bytes));
      expect(body.name).toContain(sha256(bytes));
      expect(source).toMatch(/^assets\//);
    }
  });

  it('has each at a path with the digest of its bytes, for Azure', async () => {
    const { stacks, folders } = synthesizeTerraform(await exampleAzureConfig());
    const blobs = blocksOf(stacks, 'azurerm_storage_blob');
    expect(blobs.length).toBeGreaterThan(5);
    for (const { body } of blobs) {
      const source = String(body.source);
      const bytes = readFileSync(join(folders.model, source));
      expect(basename(dirname(source))).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(body.content_md5).toBe(createHash('md5').update(bytes).digest('hex'));
      expect(source).toMatch(/^assets\//);
    }
  });
});

describe('dev on Google Cloud', () => {
  it('gives no basic role', async () => {
    const roles = blocksOf(synthesizeTerraform(await exampleGcpConfig()).stacks)
      .filter(({ type }) => type.endsWith('_iam_member'))
      .map(({ body }) => valueAt(body, 'role'));
    expect(roles.length).toBeGreaterThan(30);
    expect(roles.filter((role) => /^roles\/(owner|editor|viewer)$/.test(String(role)))).toEqual([]);
  });
});

describe('the app of Terraform stacks', () => {
  it('makes two stacks for each cloud of the chosen environment, with the suffix in their names', async () => {
    const names = await stacksOf('suffix', { env: 'dev', blueprint: 'bank-marketing', suffix: 'pr-42' });
    expect(names).toEqual(
      ['azure-data', 'azure-model', 'data', 'model'].map((half) => `bank-marketing-dev-pr-42-${half}`),
    );
    for (const name of names) {
      const file = join(folder, 'suffix/stacks', name, 'cdk.tf.json');
      expect(readFileSync(file, 'utf8')).not.toMatch(/bank[-_]marketing[-_]dev(?![-_]pr[-_]42)/);
    }
  });

  it.each([
    ['env', { env: 'nowhere' }, /--env: is not known.*'nowhere'.*prod/],
    ['blueprint', { blueprint: 'nothing' }, /--blueprint: is not known.*'nothing'.*bank-marketing/],
  ])('refuses an unknown --%s by name, for one cloud and for all', async (name, narrowing, text) => {
    for (const cloud of ['gcp', 'azure'] as const)
      await expect(stacksOf(`refused-${name}-${cloud}`, { ...narrowing, cloud })).rejects.toThrow(text);
    const refused: unknown = await stacksOf(`refused-${name}`, narrowing).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AggregateError);
    for (const one of (refused as AggregateError).errors) expect(String(one)).toMatch(text); // as just seen
  });
});
