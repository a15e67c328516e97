import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { nameOf } from '../../../constructs/shared/naming.ts';
import { addStacks, createApp } from '../../../stacks/terraform/stacks.ts';
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

describe('the app of dev on Google Cloud', () => {
  let config: ResolvedConfig;
  beforeAll(async () => {
    config = await exampleGcpConfig();
  });

  it('writes the same bytes again into another folder, configurations and archives', () => {
    const { assembly } = synthesizeTerraform(config);
    const first = digests(assembly);
    synthesizeTerraformInto(join(folder, 'again'), config);
    expect(Object.keys(first).filter((name) => name.endsWith('.zip')).length).toBeGreaterThan(10);
    expect(digests(join(folder, 'again'))).toEqual(first);
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
    const [bucket] = blocksOf({ data }, 'google_storage_bucket');
    expect(text).toContain(`"bucket":"${String(bucket?.body.name)}"`);
  });

  it('puts the archive of each function at a path with the digest of its bytes', () => {
    const { stacks, folders } = synthesizeTerraform(config);
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

  it('makes the stacks depend on each other in one direction', () => {
    const { assembly } = synthesizeTerraform(config);
    const { stacks } = JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8')) as {
      readonly stacks: Readonly<Record<string, { readonly dependencies: readonly string[] }>>;
    };
    const name = nameOf(config);
    expect(stacks[`${name}-data`]?.dependencies).toEqual([]);
    expect(stacks[`${name}-model`]?.dependencies).toEqual([`${name}-data`]);
  });

  it('keeps states beside the stacks, or in the bucket that the environment names', async () => {
    const { stacks } = synthesizeTerraform(config);
    for (const { terraform } of Object.values(stacks))
      expect(terraform?.backend).toEqual({ local: { path: 'terraform.tfstate' } });
    const stateBackend = { type: 'gcs', bucket: 'example-states', prefix: 'mlops' } as const;
    const shared = await exampleGcpConfig('dev', { stateBackend });
    const backends = Object.values(synthesizeTerraform(shared).stacks).map(
      ({ terraform }) => terraform?.backend,
    );
    expect(backends).toEqual(
      ['data', 'model'].map((half) => ({
        gcs: { bucket: 'example-states', prefix: `mlops/bank-marketing-dev-${half}` },
      })),
    );
  });

  it('names the providers of each stack at exact versions', () => {
    for (const { terraform } of Object.values(synthesizeTerraform(config).stacks)) {
      expect(Object.keys(terraform?.required_providers ?? {})).toContain('google');
      for (const { version } of Object.values(terraform?.required_providers ?? {}))
        expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  it('gives no basic role', () => {
    const roles = blocksOf(synthesizeTerraform(config).stacks)
      .filter(({ type }) => type.endsWith('_iam_member'))
      .map(({ body }) => valueAt(body, 'role'));
    expect(roles.length).toBeGreaterThan(30);
    expect(roles.filter((role) => /^roles\/(owner|editor|viewer)$/.test(String(role)))).toEqual([]);
  });
});

describe('the app of Terraform stacks', () => {
  it('makes two stacks of the chosen environment, with the suffix in their names', async () => {
    expect(await stacksOf('suffix', { env: 'dev', blueprint: 'bank-marketing', suffix: 'pr-42' })).toEqual([
      'bank-marketing-dev-pr-42-data',
      'bank-marketing-dev-pr-42-model',
    ]);
    const file = join(folder, 'suffix/stacks/bank-marketing-dev-pr-42-model/cdk.tf.json');
    expect(readFileSync(file, 'utf8')).not.toMatch(/bank[-_]marketing[-_]dev(?![-_]pr[-_]42)/);
  });

  it.each([
    ['env', { env: 'nowhere' }, /--env: is not known.*'nowhere'.*prod/],
    ['blueprint', { blueprint: 'nothing' }, /--blueprint: is not known.*'nothing'.*bank-marketing/],
  ])('refuses an unknown --%s by name', async (name, narrowing, text) => {
    await expect(stacksOf(`refused-${name}`, narrowing)).rejects.toThrow(text);
  });
});
