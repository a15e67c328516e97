import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider/index.js';
import { describe, expect, it } from 'vitest';
import { blueprint } from '../../../blueprints/bank-marketing/blueprint.ts';
import { ArtifactStore } from '../../../constructs/azure/artifact-store.ts';
import { type ResolvedConfig, resolveConfig } from '../../../constructs/config/resolve.ts';
import { App, LocalBackend, TerraformStack } from '../../../constructs/shared/cdktf.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';
import { readSchemas, SCHEMA_FILES, type TerraformConfig } from '../../support/terraform/schema.ts';
import { validate } from '../../support/terraform/validate.ts';
import { describeWith } from '../../support/tools.ts';

const ID = '00000000-0000-0000-0000-000000000000';

/** The environment of another cloud with the place of Azure. */
function azureConfig(name = blueprint.name): ResolvedConfig {
  const config = resolveConfig({ ...blueprint, name }, parseEnvironment('dev', {}, 'aws'), 'aws');
  const cloud = {
    provider: 'azure',
    subscription: ID,
    tenant: ID,
    location: 'westeurope',
    entraClientId: ID,
    trainingMemoryMb: 4_096,
    cores: 250,
  } as const;
  return { ...config, target: 'azure', environment: { ...config.environment, cloud } };
}

function synthesized(config: ResolvedConfig): TerraformConfig {
  const outdir = mkdtempSync(join(tmpdir(), 'mlops-azure-'));
  const app = new App({ outdir, context: { excludeStackIdFromLogicalIds: 'true' } });
  const stack = new TerraformStack(app, 'alone');
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  new AzurermProvider(stack, 'Azure', { features: [{}], subscriptionId: ID, storageUseAzuread: true });
  new ArtifactStore(stack, 'Store', { config });
  app.synth();
  return JSON.parse(readFileSync(join(outdir, 'stacks/alone/cdk.tf.json'), 'utf8')) as TerraformConfig;
}

const only = (config: TerraformConfig, type: string): Readonly<Record<string, unknown>> =>
  Object.values(config.resource?.[type] ?? {})[0] ?? {};

describe('the artifact store on Azure', () => {
  it('takes Entra tokens only, by TLS, and shows nothing to the public', () => {
    const config = synthesized(azureConfig());
    expect(only(config, 'azurerm_storage_account')).toMatchObject({
      shared_access_key_enabled: false,
      allow_nested_items_to_be_public: false,
      https_traffic_only_enabled: true,
      min_tls_version: 'TLS1_2',
    });
    expect(only(config, 'azurerm_storage_container')).toMatchObject({ container_access_type: 'private' });
  });

  it('keeps old versions, and deletes those of rows within a week', () => {
    const config = synthesized(azureConfig());
    const rules = JSON.stringify(only(config, 'azurerm_storage_management_policy'));
    for (const prefix of ['exports/', 'predictions/', 'truth/', 'batch/'])
      expect(rules).toContain(`"artifacts/${prefix}"`);
    expect(rules).toContain('"delete_after_days_since_creation":7');
  });

  it('gives each model a name of 3 to 24 letters and digits', () => {
    const names = [blueprint.name, 'a-model-whose-name-is-as-long-as-allowed'].map(
      (name) => only(synthesized(azureConfig(name)), 'azurerm_storage_account').name,
    );
    for (const name of names) expect(name).toMatch(/^[a-z0-9]{3,24}$/);
    expect(new Set(names).size).toBe(2);
  });

  it('refuses another cloud', () => {
    const aws = resolveConfig(blueprint, parseEnvironment('dev', {}, 'aws'), 'aws');
    expect(() => synthesized(aws)).toThrow(/is on aws: give it cloud: \{ provider: 'azure'/);
  });
});

describeWith(SCHEMA_FILES, 'the artifact store on Azure against the schema of its provider', () => {
  it('is valid', () => {
    const { looked, findings } = validate(synthesized(azureConfig()), readSchemas());
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(looked).toBe(15);
  });
});
