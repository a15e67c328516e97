import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'mlops-terraform-app-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the app as `npm run synth:terraform` does, without credentials; what leaves this machine fails. */
function synth(out: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'stacks/terraform/app.ts', ...args],
    {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        CDKTF_OUTDIR: join(folder, out),
        HTTPS_PROXY: 'http://127.0.0.1:1',
        HTTP_PROXY: 'http://127.0.0.1:1',
      },
      encoding: 'utf8',
    },
  );
  return { status, text: stdout + stderr };
}

it('synth:terraform makes two stacks for each cloud and environment and one for each customer key of Google Cloud, without credentials and network', () => {
  const { status, text } = synth('all');
  expect(text).not.toContain('✖');
  expect(status).toBe(0);
  const names = readdirSync(join(folder, 'all/stacks')).sort();
  expect(names.filter((name) => name.startsWith('bank-marketing-'))).toEqual(
    ['dev', 'prod', 'staging'].flatMap((name) => [
      `bank-marketing-${name}-azure-data`,
      `bank-marketing-${name}-azure-model`,
      `bank-marketing-${name}-data`,
      `bank-marketing-${name}-model`,
    ]),
  );
  const others = names.filter((name) => !name.startsWith('bank-marketing-'));
  expect(others.map((name) => name.replace(/[0-9a-f]{6}$/, 'digest'))).toEqual([
    'example-ml-prod-key-digest',
    'example-ml-staging-key-digest',
  ]);
});

it.each([
  ['gcp', ['bank-marketing-dev-data', 'bank-marketing-dev-model']],
  ['azure', ['bank-marketing-dev-azure-data', 'bank-marketing-dev-azure-model']],
])('synth:terraform makes the stacks of %s alone, where it is asked for', (cloud, names) => {
  const { status, text } = synth(cloud, '--cloud', cloud, '--env', 'dev', '--blueprint', 'bank-marketing');
  expect(text).not.toContain('✖');
  expect(status).toBe(0);
  expect(readdirSync(join(folder, cloud, 'stacks')).sort()).toEqual(names);
});

it.each([
  ['--cloud', 'usage/not-understood'],
  ['--env', 'usage/env'],
  ['--blueprint', 'usage/blueprint'],
])('synth:terraform refuses an unknown %s with its code', (option, code) => {
  const { status, text } = synth('refused', option, 'nothing');
  expect(status).toBe(1);
  expect(text).toContain(`[${code}]`);
  expect(text).not.toContain('    at ');
});
