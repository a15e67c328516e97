import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'mlops-app-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

/** Nothing to sign in with, and nowhere to go: what leaves this machine fails. */
const OFFLINE = {
  PATH: process.env.PATH,
  HOME: folder,
  AWS_EC2_METADATA_DISABLED: 'true',
  HTTPS_PROXY: 'http://127.0.0.1:1',
  HTTP_PROXY: 'http://127.0.0.1:1',
};

/** Runs the app as the CDK's command line does. */
function synth(root: string, out: string, narrow: Readonly<Record<string, string>> = {}) {
  const env = {
    ...OFFLINE,
    CDK_OUTDIR: join(folder, out),
    CDK_CONTEXT_JSON: JSON.stringify({
      ...context,
      ...narrow,
      '@aws-cdk/core:failSynthOnValidationErrors': false,
    }),
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'stacks/aws/app.ts'], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

/** Digest of every template, asset and manifest of an assembly, by name; what is left out holds stack traces. */
function digests(out: string): Record<string, string> {
  const names = readdirSync(join(folder, out), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^(validation-report|tree|.*\.metadata)\.json$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    names
      .sort()
      .map((name) => [
        name.slice(join(folder, out).length + 1),
        createHash('sha256').update(readFileSync(name)).digest('hex'),
      ]),
  );
}

/** The sources in another folder. */
function copyTo(name: string): string {
  const root = join(folder, name);
  for (const part of [
    'blueprints',
    'constructs',
    'lambdas',
    'stacks',
    'package.json',
    'tsconfig.json',
    'cdk.json',
  ])
    cpSync(join(ROOT, part), join(root, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

describe('cdk synth', () => {
  beforeAll(() => {
    const { status, text } = synth(ROOT, 'first');
    expect(text).not.toContain('ERROR');
    expect(status).toBe(0);
  });

  it('needs no credentials and no network, and makes two stacks for each environment', () => {
    const templates = Object.keys(digests('first')).filter((name) => name.endsWith('.template.json'));
    expect(templates).toHaveLength(6);
  });

  it('gives the same bytes again, and from another folder, templates and assets', () => {
    const narrow = { env: 'dev' };
    synth(ROOT, 'one', narrow);
    synth(ROOT, 'second', narrow);
    synth(copyTo('elsewhere'), 'third', narrow);
    const first = digests('one');
    expect(Object.keys(first).filter((name) => name.endsWith('.zip')).length).toBeGreaterThan(10);
    expect(digests('second')).toEqual(first);
    expect(digests('third')).toEqual(first);
  });

  it('makes only the stacks of the chosen environment and blueprint', () => {
    synth(ROOT, 'narrow', { env: 'staging', blueprint: 'bank-marketing' });
    const stages = readdirSync(join(folder, 'narrow')).filter((name) => name.startsWith('assembly-'));
    expect(stages).toEqual(['assembly-bank-marketing-staging']);
  });

  it('takes every file of stacks/config as an environment, in its own region, with a suffix in every name', () => {
    const root = copyTo('own-names');
    writeFileSync(
      join(root, 'stacks/config/prod-us.ts'),
      `${"import type { EnvironmentLayer } from './layer.ts';"}
${"import { prod } from './prod.ts';"}

export const prodUs = {
  ...prod,
  name: 'prod-us',
  stage: 'prod',
  on: { aws: { ...prod.on.aws, cloud: { provider: 'aws', account: '111111111111', region: 'us-west-2' } } },
} satisfies EnvironmentLayer;
`,
    );
    const { status, text } = synth(root, 'own', { env: 'prod-us', suffix: 'pr-42' });
    expect(text).not.toContain('✖');
    expect(status).toBe(0);
    const templates = Object.keys(digests('own')).filter((name) => name.endsWith('.template.json'));
    expect(templates).toHaveLength(2);
    const manifest = readFileSync(
      join(folder, 'own/assembly-bank-marketing-prod-us-pr-42/manifest.json'),
      'utf8',
    );
    expect(manifest).toContain('aws://111111111111/us-west-2');
    const all = templates.map((name) => readFileSync(join(folder, 'own', name), 'utf8')).join('');
    expect(all).toContain('"/mlops/bank-marketing-prod-us-pr-42/train"');
    expect(all).not.toMatch(/bank[-_]marketing[-_]prod(?![-_]us[-_]pr[-_]42)/);
  });

  it('refuses a file of stacks/config that is no environment', () => {
    const root = copyTo('no-environment');
    writeFileSync(join(root, 'stacks/config/qa.ts'), "export const qa = { name: 'test' };\n");
    const { status, text } = synth(root, 'refused', {});
    expect(status).toBe(1);
    expect(text).toContain('stacks/config/qa.ts');
    expect(text).toContain('environment/file');
  });

  it.each([
    ['env', 'test', "-c env: is not known, got 'test' (allowed: dev, prod, staging)"],
    ['blueprint', 'churn', "-c blueprint: is not known, got 'churn' (allowed: bank-marketing)"],
  ])('refuses -c %s=%s in a sentence', (flag, value, sentence) => {
    const { status, text } = synth(ROOT, 'refused', { [flag]: value });
    expect(status).toBe(1);
    expect(text).toContain(sentence);
    expect(text).not.toContain('    at ');
  });

  it.each<[string, string, string, string, RegExp]>([
    [
      'cdk-nag’s finding',
      'constructs/aws/notifications.ts',
      'enforceSSL: true',
      'enforceSSL: false',
      /AwsSolutions-SNS3/,
    ],
    [
      'a wildcard that is not on the list',
      'constructs/aws/permissions/ports.ts',
      "actions: ['sns:Publish']",
      "actions: ['sns:*']",
      /AwsSolutions-IAM5\[Action::sns:\*\]/,
    ],
    [
      'a template that CloudFormation would not take',
      'constructs/aws/prediction-log.ts',
      'sizeInMBs: BUFFER_MB',
      'sizeInMBs: 500',
      /SizeInMBs/,
    ],
  ])('fails on %s', (name, file, right, wrong, finding) => {
    const root = copyTo(`planted-${name.length}`);
    const text = readFileSync(join(root, file), 'utf8');
    expect(text).toContain(right);
    writeFileSync(join(root, file), text.replace(right, wrong));
    const run = synth(root, 'planted', { env: 'dev' });
    expect(run.text).toMatch(finding);
    expect(run.status).not.toBe(0);
  });
});

it('shows a stage with two stacks for each environment by cdk list', () => {
  const cdk = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
  mkdirSync(join(folder, 'list'), { recursive: true });
  const env = { ...OFFLINE, CDK_VALIDATION: 'false' };
  const text = execFileSync(process.execPath, [cdk, 'list', '-o', join(folder, 'list')], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  for (const environment of ['dev', 'staging', 'prod'])
    for (const half of ['data', 'model'])
      expect(text).toContain(`bank-marketing-${environment}/${half} (bank-marketing-${environment}-${half})`);
});
