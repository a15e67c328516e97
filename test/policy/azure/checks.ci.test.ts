import { beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, type TerraformStacks } from '../../support/terraform/located.ts';
import { synthesizeAzure } from '../../support/terraform/synth.ts';
import { AZURE_EXPECTATIONS } from './check.ts';
import { AZURE_CHECKS } from './checks.ts';

type Name = keyof typeof AZURE_CHECKS;
type Mutable = Record<string, unknown>;
/** Parts of a block that are changed, by dotted paths; undefined removes one. */
type Change = Readonly<Record<string, unknown>>;

let sound: TerraformStacks;
beforeAll(async () => {
  const { data, model } = await synthesizeAzure('prod', { alertTo: ['ml-alerts@example.com'] });
  sound = { data, model };
});

const parts = (value: unknown): readonly Mutable[] =>
  [value].flat().filter((one): one is Mutable => one !== null && typeof one === 'object');

/** The stacks with one block changed: the first of a type whose name or content has a text. */
function planted(type: string, like: string, change: Change): TerraformStacks {
  const stacks = structuredClone(sound) as unknown as Record<
    string,
    { resource: Record<string, Record<string, Mutable>> }
  >; // a copy of our own
  const found = Object.values(stacks)
    .flatMap(({ resource }) => Object.entries(resource[type] ?? {}))
    .find(([name, body]) => `${name} ${JSON.stringify(body)}`.includes(like));
  if (found === undefined) throw new Error(`no ${type} with ${like}`);
  for (const [path, value] of Object.entries(change)) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    for (const body of steps.reduce<readonly Mutable[]>(
      (all, step) => all.flatMap((one) => parts(one[step])),
      [found[1]],
    ))
      if (value === undefined) delete body[last];
      else body[last] = value;
  }
  return stacks as unknown as TerraformStacks;
}

/** The stacks with one more block. */
function added(type: string, body: Mutable): TerraformStacks {
  const stacks = structuredClone(sound) as unknown as Record<
    string,
    { resource: Record<string, Record<string, Mutable>> }
  >; // a copy of our own
  const resource = stacks.model?.resource ?? {};
  resource[type] = { ...resource[type], Planted: body };
  return stacks as unknown as TerraformStacks;
}

const SITE = 'body.properties';
const CONFIG = `${SITE}.siteConfig`;
const SIGN_IN = 'body.properties.identityProviders.azureActiveDirectory';
const ACCOUNT = 'azurerm_storage_account';
const ROLE = 'azurerm_role_assignment';

describe("a check of Azure's stacks with a planted violation", () => {
  it.each<[Name, string, string, Change, string]>([
    [
      'the key that the environment asks for',
      ACCOUNT,
      'ArtifactStore_',
      { customer_managed_key: undefined },
      'has no customer key',
    ],
    [
      'the key that the environment asks for',
      ACCOUNT,
      'ScoringApi_',
      { queue_encryption_key_type: 'Service' },
      "Microsoft's key",
    ],
    [
      'the key that the environment asks for',
      ACCOUNT,
      'ScoringApi_',
      { infrastructure_encryption_enabled: false },
      'once',
    ],
    [
      'an explicit retention',
      ACCOUNT,
      'ArtifactStore_',
      { 'blob_properties.versioning_enabled': false },
      'has no versions',
    ],
    [
      'an explicit retention',
      ACCOUNT,
      'ArtifactStore_',
      { 'blob_properties.delete_retention_policy': undefined },
      'has no delete_retention_policy',
    ],
    ['an explicit retention', 'azurerm_storage_management_policy', '', { rule: [] }, 'for ever'],
    [
      'an explicit retention',
      'azurerm_log_analytics_workspace',
      '',
      { retention_in_days: undefined },
      'default retention',
    ],
    [
      'an explicit retention',
      'azurerm_application_insights',
      '',
      { workspace_id: undefined },
      'outside of the workspace',
    ],
    [
      'an end that the environment asks for',
      ACCOUNT,
      'ArtifactStore_',
      { lifecycle: undefined },
      'prevent_destroy is undefined',
    ],
    [
      'an end that the environment asks for',
      'azurerm_key_vault',
      'PseudonymSecret_',
      { purge_protection_enabled: false },
      'purge_protection_enabled is false',
    ],
    [
      'an end that the environment asks for',
      'azapi_resource',
      'MachineLearningServices/workspaces@',
      { delete_query_parameters: undefined },
      'two weeks',
    ],
    ['one location', 'azurerm_service_plan', '', { location: 'eastus' }, 'is in eastus'],
    ['tags of the model', 'azurerm_eventgrid_topic', '', { tags: {} }, 'has no tag mlops:model'],
    [
      'roles of the table',
      ROLE,
      'EventGrid Data Sender',
      { role_definition_name: 'Owner' },
      'wide role Owner',
    ],
    [
      'roles of the table',
      ROLE,
      'EventGrid Data Sender',
      { role_definition_name: 'EventGrid Contributor' },
      'no table has',
    ],
    [
      'roles of the table',
      ROLE,
      'EventGrid Data Sender',
      { scope: '/subscriptions/x' },
      'wider than a resource',
    ],
    [
      'roles of the table',
      ROLE,
      'EventGrid Data Sender',
      { scope: '/subscriptions/x/resourceGroups/y' },
      'wider than a resource',
    ],
    [
      'roles of the table',
      ROLE,
      'containers/artifacts',
      { role_definition_id: '/x/roleDefinitions/y' },
      "not the model's",
    ],
    [
      'roles of the table',
      'azurerm_role_definition',
      'ArtifactStore_',
      { 'permissions.data_actions': ['Microsoft.Storage/*'] },
      'has the action',
    ],
    [
      'roles of the table',
      'azurerm_role_definition',
      'ArtifactStore_',
      { 'permissions.actions': ['Microsoft.Storage/storageAccounts/listKeys/action'] },
      'escalates',
    ],
    [
      'roles of the table',
      'azurerm_role_definition',
      'ArtifactStore_',
      { 'permissions.actions': ['Microsoft.Authorization/roleAssignments/write'] },
      'escalates',
    ],
    ['conditions on artifacts', ROLE, 'containers/artifacts', { condition: undefined }, 'has no condition'],
    [
      'conditions on artifacts',
      ROLE,
      'containers/artifacts',
      { condition_version: '1.0' },
      'another version',
    ],
    [
      'conditions on artifacts',
      ROLE,
      'containers/artifacts',
      { condition: "ActionMatches{'*'}" },
      'allows read on every key',
    ],
    [
      'an identity of its own for each site',
      'azapi_resource',
      'ScoringApi_',
      { [`${CONFIG}.appSettings`]: [] },
      'AZURE_CLIENT_ID is not',
    ],
    [
      'an identity of its own for each site',
      'azapi_resource',
      'ScoringApi_',
      { 'identity.type': 'SystemAssigned' },
      'no identity of the model',
    ],
    [
      'an identity of its own for each site',
      'azapi_resource',
      'ScoringApi_',
      { 'identity.identity_ids': [] },
      'is the identity of nothing',
    ],
    [
      'no static credentials',
      'azapi_resource',
      'ScoringApi_',
      { [`${CONFIG}.appSettings`]: [{ name: 'AzureWebJobsStorage', value: 'x' }] },
      'has the setting AzureWebJobsStorage',
    ],
    [
      'no static credentials',
      'azapi_resource',
      'ScoringApi_',
      { [`${CONFIG}.appSettings`]: [{ name: 'DB_PASSWORD', value: 'x' }] },
      'has the setting DB_PASSWORD',
    ],
    [
      'no static credentials',
      'azapi_resource',
      'ScoringApi_',
      { [`${CONFIG}.appSettings`]: [{ name: 'X', value: 'AccountKey=abc' }] },
      'holds a key',
    ],
    [
      'no static credentials',
      'azapi_resource',
      'ScoringApi_',
      {
        [`${CONFIG}.appSettings`]: [{ name: 'X', value: `\${azurerm_storage_account.A.primary_access_key}` }],
      },
      'uses a key',
    ],
    [
      'no static credentials',
      'azapi_resource_action',
      'PseudonymSecret_',
      { 'body.properties.value': 'x' },
      'the state keeps',
    ],
    ['Entra alone', ACCOUNT, '', { shared_access_key_enabled: true }, 'shared keys'],
    ['Entra alone', ACCOUNT, '', { allow_nested_items_to_be_public: undefined }, 'public blobs'],
    ['Entra alone', ACCOUNT, '', { local_user_enabled: true }, 'users of its own'],
    ['Entra alone', ACCOUNT, '', { cross_tenant_replication_enabled: true }, 'another tenant'],
    ['Entra alone', 'azurerm_storage_container', '', { container_access_type: 'blob' }, 'is public'],
    ['Entra alone', 'azurerm_eventgrid_topic', '', { local_auth_enabled: undefined }, 'access keys'],
    [
      'Entra alone',
      'azurerm_log_analytics_workspace',
      '',
      { local_authentication_enabled: true },
      'shared keys',
    ],
    [
      'Entra alone',
      'azurerm_application_insights',
      'prod-insights',
      { local_authentication_disabled: false },
      'instrumentation key',
    ],
    ['Entra alone', 'azurerm_key_vault', '', { rbac_authorization_enabled: false }, 'policies of its own'],
    ['TLS alone', ACCOUNT, '', { min_tls_version: 'TLS1_1' }, 'old TLS'],
    ['TLS alone', ACCOUNT, '', { https_traffic_only_enabled: false }, 'takes HTTP'],
    ['TLS alone', 'azapi_resource', 'ScoringApi_', { [`${SITE}.httpsOnly`]: false }, 'takes HTTP'],
    ['TLS alone', 'azapi_resource', 'ScoringApi_', { [`${CONFIG}.minTlsVersion`]: '1.1' }, 'minTlsVersion'],
    ['TLS alone', 'azapi_resource', 'ScoringApi_', { [`${CONFIG}.ftpsState`]: 'AllAllowed' }, 'takes FTP'],
    [
      'sign-in before HTTP',
      'azapi_update_resource',
      'ScoringApi_App_SignIn',
      { type: 'x' },
      'answers everybody',
    ],
    [
      'sign-in before HTTP',
      'azapi_update_resource',
      'ScoringApi_App_SignIn',
      { [`${SIGN_IN}.validation.defaultAuthorizationPolicy`]: undefined },
      'everybody of the tenant',
    ],
    [
      'sign-in before HTTP',
      'azapi_update_resource',
      'ScoringApi_App_SignIn',
      { [`${SIGN_IN}.validation.allowedAudiences`]: [] },
      'tokens for others',
    ],
    [
      'sign-in before HTTP',
      'azapi_update_resource',
      'ScoringApi_App_SignIn',
      { [`${SIGN_IN}.registration.openIdIssuer`]: 'https://login.microsoftonline.com/common/v2.0' },
      'another tenant',
    ],
    [
      'sign-in before HTTP',
      'azapi_update_resource',
      'ScoringApi_App_SignIn',
      { [`${SIGN_IN}.registration.clientSecretSettingName`]: 'X' },
      'client secret',
    ],
    [
      'sign-in before HTTP',
      'azapi_update_resource',
      'ScoringApi_App_SignIn',
      { 'body.properties.globalValidation.requireAuthentication': false },
      'without a token',
    ],
    [
      'sign-in before HTTP',
      'azapi_update_resource',
      'ScoringApi_App_SignIn',
      { 'body.properties.globalValidation.excludedPaths': ['/score'] },
      'without sign-in',
    ],
    [
      'sign-in before HTTP',
      'azapi_update_resource',
      'ScoringApi_App_SignIn',
      { 'body.properties.platform.enabled': false },
      'sign-in off',
    ],
    [
      'no passwords of deployments',
      'azapi_update_resource',
      'ScoringApi_App_NoPassword-scm',
      { 'body.properties.allow': true },
      'password for scm',
    ],
    [
      'dead letters that are kept',
      'azurerm_eventgrid_event_subscription',
      '',
      { storage_blob_dead_letter_destination: undefined },
      'no container of dead letters',
    ],
    [
      'dead letters that are kept',
      'azurerm_eventgrid_event_subscription',
      '',
      { delivery_identity: undefined },
      'by a key',
    ],
    [
      'dead letters that are kept',
      'azurerm_eventgrid_event_subscription',
      '',
      { included_event_types: undefined },
      'every event',
    ],
    [
      'dead letters that are kept',
      ROLE,
      'containers/dead-letters',
      { principal_id: 'x' },
      'may not write its dead letters',
    ],
    [
      'hosts that may run',
      ROLE,
      'Storage Blob Data Owner',
      { role_definition_name: 'Storage Blob Data Reader' },
      'lacks Storage Blob Data Owner',
    ],
    ['one plan for each site', 'azurerm_service_plan', '', { sku_name: 'Y1' }, 'no plan of Flex'],
    [
      'lines in the workspace',
      ROLE,
      'Monitoring Metrics Publisher',
      { principal_id: 'x' },
      'may not write its lines',
    ],
    ['lines in the workspace', 'azapi_resource', 'ScoringApi_', { [`${CONFIG}.appSettings`]: [] }, 'nowhere'],
    [
      'nothing from outside',
      'azurerm_storage_blob',
      '',
      { source: '/home/someone/x.zip' },
      'path of one machine',
    ],
    ['nothing from outside', 'azurerm_storage_blob', '', { name: `\${timestamp()}` }, 'refers to nothing'],
    [
      'nothing from outside',
      'azurerm_monitor_scheduled_query_rules_alert_v2',
      '',
      { description: `\${x.y}` },
      'refers to nothing',
    ],
  ])('reports what breaks %s at %s %s: %o', (name, type, like, change, finding) => {
    const { findings } = AZURE_CHECKS[name](planted(type, like, change), AZURE_EXPECTATIONS.prod);
    expect(findings.join('\n')).toContain(finding);
  });

  it.each<[Name, string, Mutable, string]>([
    ['no static credentials', 'random_password', { length: 32 }, 'keeps a secret'],
    ['no static credentials', 'azurerm_key_vault_secret', { name: 'x', value: 'x' }, 'keeps a secret'],
    ['no static credentials', 'azuread_application_password', {}, 'keeps a secret'],
    [
      'an identity of its own for each site',
      'azurerm_user_assigned_identity',
      { name: 'x' },
      'is the identity of nothing',
    ],
    ['Entra alone', 'azurerm_storage_account_local_user', { name: 'x' }, 'has keys'],
    ['one plan for each site', 'azurerm_service_plan', { name: 'x', sku_name: 'FC1' }, 'has no site'],
  ])('reports what breaks %s by one more %s', (name, type, body, finding) => {
    const { findings } = AZURE_CHECKS[name](added(type, body), AZURE_EXPECTATIONS.prod);
    expect(findings.join('\n')).toContain(finding);
  });

  it('reports a second assignment of one role to one identity on one resource, whatever its condition', () => {
    const [like] = blocksOf(sound, ROLE).filter(({ body }) => body.condition !== undefined);
    const { condition: _, ...body } = like?.body ?? {};
    const check = AZURE_CHECKS['one owner of each role'];
    const { findings } = check(added(ROLE, body), AZURE_EXPECTATIONS.prod);
    expect(findings.join()).toContain(`gives what ${like?.id} gives`);
    expect(check(sound, AZURE_EXPECTATIONS.prod)).toEqual({ looked: expect.any(Number), findings: [] });
  });

  it('reports a customer key that the environment does not ask for, and an end that it does not', () => {
    const { dev } = AZURE_EXPECTATIONS;
    const keys = AZURE_CHECKS['the key that the environment asks for'](sound, dev).findings;
    expect(keys.join()).toContain('nobody asked for');
    const ends = AZURE_CHECKS['an end that the environment asks for'](sound, dev).findings.join();
    expect(ends).toContain('purge_soft_delete_on_destroy is not true');
    expect(ends).toContain('prevent_deletion_if_contains_resources is not false');
  });
});
