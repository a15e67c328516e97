import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { synthesizeGcp } from '../../support/terraform/synth.ts';
import { describeWith } from '../../support/tools.ts';
import { checkovProgram, checkovTerraform, weigh } from '../tools.ts';
import { GCP_CHECKOV_EXCEPTIONS } from './exceptions.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlops-checkov-'));
const clean = join(folder, 'clean');
const faulty = join(folder, 'faulty');

/** Checks that apply to the six stacks; fewer means that some were not read. */
const LEAST_CHECKS = 280;

function write(to: string, name: string, config: unknown): void {
  const own = join(to, name);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'cdk.tf.json'), JSON.stringify(config));
}

describeWith(checkovProgram, 'checkov over the stacks of Google Cloud', () => {
  beforeAll(async () => {
    for (const environment of ['dev', 'staging', 'prod'] as const) {
      const { data, model } = await synthesizeGcp(environment, { alertTo: ['ml-alerts@example.com'] });
      write(clean, `${environment}-data`, data);
      write(clean, `${environment}-model`, model);
      if (environment !== 'prod') continue;
      const copy = structuredClone(data) as {
        resource: Record<string, Record<string, Record<string, unknown>>>;
      };
      const [bucket = {}] = Object.values(copy.resource.google_storage_bucket ?? {});
      bucket.public_access_prevention = 'inherited';
      bucket.uniform_bucket_level_access = false;
      write(faulty, 'data', copy);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('finds nothing that is not excepted, and no exception is out of date', () => {
    const { looked, findings } = checkovTerraform(clean);
    expect(weigh(findings, GCP_CHECKOV_EXCEPTIONS)).toEqual({ open: [], stale: [] });
    expect(looked).toBeGreaterThanOrEqual(LEAST_CHECKS);
    process.stdout.write(
      `checkov: ${looked} checks, ${findings.length} findings, all excepted with a reason\n`,
    );
  });

  it('finds a planted fault', () => {
    const { open } = weigh(checkovTerraform(faulty).findings, GCP_CHECKOV_EXCEPTIONS);
    expect(open.join('\n')).toMatch(/CKV_GCP_(29|114)/);
  });
});
