import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { synthesizeAzure } from '../../support/terraform/synth.ts';
import { describeWith } from '../../support/tools.ts';
import { checkovProgram, checkovTerraform, weigh } from '../tools.ts';
import { AZURE_CHECKOV_EXCEPTIONS } from './exceptions.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlops-checkov-'));
const clean = join(folder, 'clean');
const faulty = join(folder, 'faulty');

/** Checks that apply to the six stacks; fewer means that some were not read. */
const LEAST_CHECKS = 530;

function write(to: string, name: string, config: unknown): void {
  const own = join(to, name);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'cdk.tf.json'), JSON.stringify(config));
}

describeWith(checkovProgram, 'checkov over the stacks of Azure', () => {
  beforeAll(async () => {
    for (const environment of ['dev', 'staging', 'prod'] as const) {
      const { data, model } = await synthesizeAzure(environment, { alertTo: ['ml-alerts@example.com'] });
      write(clean, `${environment}-data`, data);
      write(clean, `${environment}-model`, model);
      if (environment !== 'prod') continue;
      const copy = structuredClone(data) as {
        resource: Record<string, Record<string, Record<string, unknown>>>;
      };
      const [account = {}] = Object.values(copy.resource.azurerm_storage_account ?? {});
      account.min_tls_version = 'TLS1_0';
      account.allow_nested_items_to_be_public = true;
      write(faulty, 'data', copy);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('finds nothing that is not excepted, and no exception is out of date', () => {
    const { looked, findings } = checkovTerraform(clean);
    expect(weigh(findings, AZURE_CHECKOV_EXCEPTIONS)).toEqual({ open: [], stale: [] });
    expect(looked).toBeGreaterThanOrEqual(LEAST_CHECKS);
    process.stdout.write(
      `checkov: ${looked} checks, ${findings.length} findings, all excepted with a reason\n`,
    );
  });

  it('finds a planted fault', () => {
    const { open } = weigh(checkovTerraform(faulty).findings, AZURE_CHECKOV_EXCEPTIONS);
    expect(open.join('\n')).toMatch(/CKV_AZURE_(44|190)/);
  });
});
