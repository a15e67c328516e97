import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ArtifactStore } from '../../../constructs/azure/artifact-store.ts';
import { Budget } from '../../../constructs/azure/budget.ts';
import { FeatureStore } from '../../../constructs/azure/feature-store.ts';
import { ModelRegistry } from '../../../constructs/azure/model-registry.ts';
import { PredictionLog } from '../../../constructs/azure/prediction-log.ts';
import { PseudonymSecret } from '../../../constructs/azure/pseudonym-secret.ts';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../../constructs/config/schema.ts';
import { all, exampleAzureConfig, made, only } from './example.ts';

const VAULT = 'azurerm_key_vault';
const ACTION = 'azapi_resource_action';
const BUDGET = 'azurerm_consumption_budget_resource_group';
type Make = (scope: Construct, config: ResolvedConfig) => unknown;

async function inDev(make: Make, change: Partial<EnvironmentInput> = {}) {
  const config = await exampleAzureConfig('dev', change);
  return made((scope) => make(scope, config));
}

describe('the secret of pseudonyms on Azure', () => {
  const secret: Make = (scope, config) => new PseudonymSecret(scope, 'Secret', { config });

  it('is a value that Terraform makes and stores nowhere, sent once', async () => {
    const stack = await inDev(secret);
    const sent = only(stack, ACTION);
    expect(sent).toMatchObject({
      method: 'PUT',
      body: { properties: { attributes: { enabled: true } } },
      sensitive_body_version: { 'properties.value': '1' },
      lifecycle: { ignore_changes: ['type', 'body'] },
    });
    expect(JSON.stringify(sent.sensitive_body)).toMatch(/\$\{ephemeral\.random_password\.\w+\.result\}/);
    expect(sent).not.toHaveProperty('when');
  });

  it('lies in a vault that is read by roles of Azure alone', async () => {
    expect(only(await inDev(secret), VAULT)).toMatchObject({
      rbac_authorization_enabled: true,
      purge_protection_enabled: false,
      soft_delete_retention_days: 7,
    });
  });

  it('cannot be deleted for good where data is kept', async () => {
    expect(only(await inDev(secret, { removal: 'retain' }), VAULT)).toMatchObject({
      purge_protection_enabled: true,
      lifecycle: { prevent_destroy: true },
    });
  });

  it('has ids that are texts, which another stack may use', async () => {
    let made: PseudonymSecret | undefined;
    await inDev((scope, config) => {
      made = new PseudonymSecret(scope, 'Secret', { config });
    });
    expect(made?.secretUrl).toMatch(/^https:\/\/[a-z0-9-]{3,24}\.vault\.azure\.net\/secrets\/pseudonyms$/);
    expect(made?.id).toMatch(/^\/subscriptions\/.+\/vaults\/[a-z0-9-]+\/secrets\/pseudonyms$/);
  });
});

describe('the model registry on Azure', () => {
  const registry: Make = (scope, config) => {
    new ArtifactStore(scope, 'Store', { config });
    return new ModelRegistry(scope, 'Registry', { config });
  };

  it('is a workspace without shared keys, that a deletion forgets', async () => {
    const [workspace = {}] = all(await inDev(registry), 'azapi_resource');
    expect(workspace).toMatchObject({
      type: 'Microsoft.MachineLearningServices/workspaces@2025-06-01',
      delete_query_parameters: { forceToPurge: ['true'] },
      identity: [{ type: 'SystemAssigned' }],
      body: { properties: { systemDatastoresAuthMode: 'Identity' } },
    });
    expect(JSON.stringify(workspace.body)).not.toContain('containerRegistry');
  });

  it('has an account and a vault of its own, so that its identity reads neither secret nor artifacts', async () => {
    const stack = await inDev(registry);
    const [workspace = {}] = all(stack, 'azapi_resource');
    const { properties } = workspace.body as { properties: Record<string, string> }; // as it is written above
    expect(properties.storageAccount).toMatch(/\.Registry_Account_\w+\.id\}$/);
    expect(properties.keyVault).toMatch(/\.Registry_Vault_\w+\.id\}$/);
    expect(all(stack, 'azurerm_storage_account')).toHaveLength(2);
  });

  it('names the container of the artifacts, and keeps no key to it', async () => {
    const [, datastore] = all(await inDev(registry), 'azapi_resource');
    expect(datastore?.body).toEqual({
      properties: {
        datastoreType: 'AzureBlob',
        accountName: expect.stringMatching(/^bankmarketing[a-z0-9]+$/),
        containerName: 'artifacts',
        credentials: { credentialsType: 'None' },
      },
    });
  });

  it('writes its telemetry after the workspace of logs is there', async () => {
    const { workspace_id: id } = only(await inDev(registry), 'azurerm_application_insights');
    expect(id).toMatch(/^\$\{azurerm_log_analytics_workspace\./);
  });

  it('has a role with the actions of models alone', async () => {
    const roles = all(await inDev(registry), 'azurerm_role_definition');
    const models = roles.find(({ name }) => /models/.test(String(name)));
    const [block] = (models?.permissions ?? []) as readonly { readonly actions: readonly string[] }[]; // as it is written above
    const actions = block?.actions ?? [];
    expect(actions).toHaveLength(4);
    for (const action of actions) expect(action).toMatch(/\/workspaces\/models\//);
  });
});

describe('the budget on Azure', () => {
  const budget: Make = (scope, config) => new Budget(scope, 'Budget', { config });

  it('begins in the month of its deployment and never again', async () => {
    expect(only(await inDev(budget), BUDGET)).toMatchObject({
      amount: 50,
      time_period: { start_date: `\${formatdate("YYYY-MM-01'T'00:00:00'Z'", timestamp())}` },
      lifecycle: { ignore_changes: ['time_period'] },
    });
  });

  it('tells at 80 % of what was spent and at 100 % of the forecast', async () => {
    const { notification } = only(await inDev(budget, { alertTo: ['ml@example.com'] }), BUDGET);
    expect(notification).toEqual([
      expect.objectContaining({
        threshold: 80,
        threshold_type: 'Actual',
        contact_emails: ['ml@example.com'],
      }),
      expect.objectContaining({ threshold: 100, threshold_type: 'Forecasted' }),
    ]);
  });

  it('tells the owners of the group where nobody is named', async () => {
    const { notification } = only(await inDev(budget), BUDGET);
    expect(JSON.stringify(notification)).toContain('"contact_roles":["Owner"]');
  });

  it('counts what has the tag of the model in a group of several', async () => {
    const config = await exampleAzureConfig();
    const { cloud } = config.environment;
    const shared = {
      ...config,
      environment: { ...config.environment, cloud: { ...cloud, resourceGroup: 'teams' } },
    };
    const own = only(
      made((scope) => budget(scope, config)),
      BUDGET,
    );
    expect(own.filter).toBeUndefined();
    const one = only(
      made((scope) => budget(scope, shared as ResolvedConfig)),
      BUDGET,
    ); // on Azure
    expect(one.filter).toEqual({ tag: [{ name: 'mlops:model', values: ['bank-marketing'] }] });
  });
});

describe('the constructs without a resource on Azure', () => {
  it('name folders of the artifact store', async () => {
    const config = await exampleAzureConfig();
    const before = made((scope) => new ArtifactStore(scope, 'Store', { config }));
    const urls: string[] = [];
    const after = made((scope) => {
      const store = new ArtifactStore(scope, 'Store', { config });
      urls.push(new FeatureStore(scope, 'Features', { config, store }).url);
      urls.push(new PredictionLog(scope, 'Predictions', { config, store }).url);
    });
    expect(Object.keys(after.resource ?? {})).toEqual(Object.keys(before.resource ?? {}));
    expect(urls.map((url) => url.replace(/^.*\.blob\.core\.windows\.net/, ''))).toEqual([
      '/artifacts/features/bank-marketing/v1/',
      '/artifacts/predictions/',
    ]);
  });
});
