import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { optionalLoader } from '../optional-package.ts';
import type { TerraformConfiguration, TerraformStacks } from './resources.ts';

const loadOptional = optionalLoader('gcp/not-installed');

/** Folder of each stack below the output folder of CDK for Terraform, and the file in it. */
const STACKS = 'stacks';
const CONFIGURATION = 'cdk.tf.json';

/**
 * The stacks that `cdktf deploy` would deploy. No network, no credentials, no Terraform; nothing is left on the disk.
 *
 * @throws RuntimeFailure `gcp/not-installed` without CDK for Terraform
 */
export async function synthesize(config: ResolvedConfig): Promise<TerraformStacks> {
  const { addGcpModel, createApp } = await loadOptional(
    async () => ({
      ...(await import('../../../stacks/terraform/stacks.ts')),
      ...(await import('../../../stacks/terraform/gcp.ts')),
    }),
    'cdktf',
    '@cdktf/provider-google',
    'constructs',
  );
  const folder = mkdtempSync(join(tmpdir(), 'mlops-cost-'));
  try {
    const app = createApp(folder);
    addGcpModel(app, config);
    app.synth();
    return readStacks(join(folder, STACKS));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readStacks(folder: string): TerraformStacks {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  if (names.length === 0) throw new Error('no stack was synthesized');
  return Object.fromEntries(
    names.map((name) => [
      name.split('-').at(-1) ?? name,
      readConfiguration(join(folder, name, CONFIGURATION)),
    ]),
  );
}

// Written by CDK for Terraform.
const readConfiguration = (file: string): TerraformConfiguration => JSON.parse(readFileSync(file, 'utf8'));
