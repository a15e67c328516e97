/**
 * Refusals of Azure's APIs while Terraform applies, by the page of the vendor's that tells them. The provider does not know
 * them.
 */

import { AZURE_NAMES, type AzureName } from '../../../constructs/config/limits/azure-names.ts';
import { valueAt, valuesAt } from './located.ts';
import type { ProviderRule } from './rules.ts';
import { type Body, isObject, isTemplate } from './schema.ts';

/** Fields with the name of a resource, by the kind of name. */
const NAMED: readonly (readonly [type: string, field: string, kind: AzureName])[] = [
  ['azurerm_resource_group', 'name', 'resourceGroup'],
  ['azurerm_storage_account', 'name', 'storageAccount'],
  ['azurerm_storage_container', 'name', 'container'],
  ['azurerm_storage_queue', 'name', 'queue'],
  ['azurerm_key_vault', 'name', 'vault'],
  ['azurerm_service_plan', 'name', 'plan'],
  ['azurerm_user_assigned_identity', 'name', 'identity'],
  ['azurerm_eventgrid_topic', 'name', 'eventTopic'],
  ['azurerm_eventgrid_event_subscription', 'name', 'eventSubscription'],
  ['azurerm_log_analytics_workspace', 'name', 'logWorkspace'],
  ['azurerm_application_insights', 'name', 'insights'],
  ['azurerm_monitor_action_group', 'name', 'actionGroup'],
  ['azurerm_monitor_action_group', 'short_name', 'actionGroupShort'],
  ['azurerm_monitor_scheduled_query_rules_alert_v2', 'name', 'logAlarm'],
  ['azurerm_machine_learning_workspace', 'name', 'mlWorkspace'],
  ['azurerm_consumption_budget_resource_group', 'name', 'budget'],
  ['azurerm_role_definition', 'name', 'role'],
];

/** Names of resources that the API makes, by their type. */
const NAMED_BY_API: Readonly<Record<string, AzureName>> = {
  'Microsoft.Web/sites': 'site',
  'Microsoft.KeyVault/vaults': 'vault',
  'Microsoft.KeyVault/vaults/secrets': 'secret',
  'Microsoft.MachineLearningServices/workspaces': 'mlWorkspace',
};

const apiType = ({ type }: Body): string => String(type).split('@')[0] ?? '';
const isNamed = (kind: AzureName, name: unknown): boolean => {
  const { least, most, pattern } = AZURE_NAMES[kind];
  const text = String(name);
  return text.length >= least && text.length <= most && pattern.test(text);
};

/** Settings of a site that Flex Consumption does not take (learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations). */
const DEPRECATED_IN_FLEX =
  /^(FUNCTIONS_EXTENSION_VERSION|FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_WORKER_RUNTIME_VERSION|FUNCTIONS_MAX_HTTP_CONCURRENCY|FUNCTIONS_WORKER_PROCESS_COUNT|FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD|WEBSITE_CONTENTAZUREFILECONNECTIONSTRING|WEBSITE_CONTENTSHARE|WEBSITE_CONTENTOVERVNET|WEBSITE_DNS_SERVER|WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT|WEBSITE_NODE_DEFAULT_VERSION|WEBSITE_RUN_FROM_PACKAGE|WEBSITE_SKIP_CONTENTSHARE_VALIDATION|WEBSITE_VNET_ROUTE_ALL)$/;

const site = { on: 'azapi_resource' };
const isSite = (body: Body): boolean => apiType(body) === 'Microsoft.Web/sites';
/** A site with these parts of its body. */
const siteWith = (properties: Body): Body => ({
  type: 'Microsoft.Web/sites@2024-11-01',
  body: { properties },
});
const settingsOf = (body: Body): readonly Body[] =>
  valuesAt(body, 'body.properties.siteConfig.appSettings').flat().filter(isObject);
const FLEX = 'learn.microsoft.com/azure/azure-functions/flex-consumption-plan';
const SCALE = 'body.properties.functionAppConfig.scaleAndConcurrency';

export const AZURE_API_RULES: readonly ProviderRule[] = [
  ...NAMED.map(([type, field, kind]): ProviderRule => {
    const { least, most, pattern } = AZURE_NAMES[kind];
    return {
      on: type,
      source: 'constructs/config/limits/azure-names.ts',
      field,
      must: { match: new RegExp(`^(?=[\\s\\S]{${least},${most}}$)${pattern.source.replace(/^\^/, '')}`) },
      bad: '/',
    };
  }),
  {
    on: 'azapi_resource',
    source: 'constructs/config/limits/azure-names.ts',
    name: 'name: as its type of resource has it',
    refuse: (body) => {
      const kind = NAMED_BY_API[apiType(body)];
      return kind !== undefined && !isTemplate(body.name) && !isNamed(kind, body.name);
    },
    bad: { type: 'Microsoft.Web/sites@2024-11-01', name: 'a_b' },
  },
  {
    ...site,
    source:
      'learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations',
    name: 'appSettings: none that Flex Consumption does not take',
    refuse: (body) => settingsOf(body).some(({ name }) => DEPRECATED_IN_FLEX.test(String(name))),
    bad: siteWith({ siteConfig: { appSettings: [{ name: 'FUNCTIONS_WORKER_RUNTIME', value: 'node' }] } }),
  },
  {
    ...site,
    source: 'learn.microsoft.com/azure/app-service/configure-common#configure-app-settings',
    name: 'appSettings: names of letters, digits, dots and underscores on Linux, each once',
    refuse: (body) => {
      const names = settingsOf(body).map(({ name }) => String(name));
      return new Set(names).size < names.length || names.some((name) => !/^[\w.]+$/.test(name));
    },
    bad: siteWith({ siteConfig: { appSettings: [{ name: 'a-b', value: 'x' }] } }),
  },
  {
    ...site,
    source: `${FLEX}#instance-sizes`,
    name: 'instanceMemoryMB: 512, 2048 or 4096',
    refuse: (body) =>
      valuesAt(body, `${SCALE}.instanceMemoryMB`).some((size) => ![512, 2_048, 4_096].includes(Number(size))),
    bad: siteWith({ functionAppConfig: { scaleAndConcurrency: { instanceMemoryMB: 3_072 } } }),
  },
  {
    ...site,
    source: 'learn.microsoft.com/azure/azure-functions/flex-consumption-how-to#set-instance-limits',
    name: 'maximumInstanceCount: 1 to 1000',
    refuse: (body) =>
      valuesAt(body, `${SCALE}.maximumInstanceCount`).some(
        (most) => !(Number(most) >= 1 && Number(most) <= 1_000),
      ),
    bad: siteWith({ functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 1_001 } } }),
  },
  {
    ...site,
    source: 'learn.microsoft.com/azure/azure-functions/functions-concurrency#http-trigger-concurrency',
    name: 'perInstanceConcurrency: 1 to 1000',
    refuse: (body) =>
      valuesAt(body, `${SCALE}.triggers.http.perInstanceConcurrency`).some(
        (many) => !(Number(many) >= 1 && Number(many) <= 1_000),
      ),
    bad: siteWith({
      functionAppConfig: { scaleAndConcurrency: { triggers: { http: { perInstanceConcurrency: 0 } } } },
    }),
  },
  {
    ...site,
    source: `${FLEX}#supported-language-stack-versions`,
    name: 'runtime: Node 20, 22 or 24 as text',
    refuse: (body) =>
      isSite(body) &&
      valuesAt(body, 'body.properties.functionAppConfig.runtime').some(
        (runtime) =>
          !isObject(runtime) ||
          runtime.name !== 'node' ||
          !['20', '22', '24'].some((one) => one === runtime.version),
      ),
    bad: siteWith({ functionAppConfig: { runtime: { name: 'node', version: 22 } } }),
  },
  {
    ...site,
    source: 'learn.microsoft.com/azure/azure-functions/functions-infrastructure-as-code#deployment-sources',
    name: 'deployment.storage: a container by its URL, read by an identity that the site has',
    refuse: (body) => {
      const storage = valueAt(body, 'body.properties.functionAppConfig.deployment.storage');
      if (!isSite(body) || !isObject(storage)) return false;
      const { type, value, authentication } = storage;
      const identity = isObject(authentication) ? authentication.userAssignedIdentityResourceId : undefined;
      return (
        type !== 'blobContainer' ||
        !/^https:\/\/[^/]+\.blob\.core\.windows\.net\/[^/]+$/.test(String(value)) ||
        !valuesAt(body, 'identity.identity_ids').flat().includes(identity)
      );
    },
    bad: siteWith({
      functionAppConfig: { deployment: { storage: { type: 'blobContainer', value: 'code' } } },
    }),
  },
  {
    on: /^(azurerm_|azapi_resource$)/,
    source: 'learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations',
    name: 'tags: names without <>%&\\?/',
    refuse: ({ tags }) => isObject(tags) && Object.keys(tags).some((key) => /[<>%&\\?/]/.test(key)),
    bad: { tags: { 'cost/center': 'x' } },
  },
];
