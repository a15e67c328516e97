/** Traps of a first deployment and of the second one on Azure, as data: each with the check that holds it and the fix that it takes back. */

import { RESOURCE_PROVIDERS } from '../../constructs/azure/resource-providers.ts';
import { AZURE_NODE } from '../../constructs/shared/bundling.ts';
import {
  AZURE_EXPECTATIONS,
  type AzureCheck,
  type AzureExpectations,
  assignmentsOf,
  settingsOf,
  sitesOf,
} from '../policy/azure/check.ts';
import { endOfAzure, taggedByModel } from '../policy/azure/data-at-rest.ts';
import { hostsMayRun, onePlanForEachSite } from '../policy/azure/delivery.ts';
import { signInBeforeHttp } from '../policy/azure/exposure.ts';
import { oneOwnerOfARole, ownIdentityOfEachSite } from '../policy/azure/identity.ts';
import { blocksOf, bodiesAt, type TerraformStacks, valueAt, valuesAt } from '../support/terraform/located.ts';
import { listed } from '../support/terraform/schema.ts';
import {
  earlyCode,
  earlySites,
  earlySubscriptions,
  earlyUploads,
  missingProviders,
  staleDeployments,
} from './azure-order.ts';

export interface AzureRow {
  /** Id of the design note; a letter after it is one more side of the same trap. */
  readonly id: string;
  readonly trap: string;
  readonly source: string;
  /** Environment whose stacks have the trap. @default prod */
  readonly in?: 'dev' | 'prod';
  /** Findings; none with the fix. */
  readonly wrong: (stacks: TerraformStacks) => readonly string[];
  /** Takes the fix back. */
  readonly revert: (stacks: MutableAzure) => void;
}

type Mutable = Record<string, unknown>;
export type MutableAzure = Record<
  string,
  {
    resource: Record<string, Record<string, Mutable>>;
    provider: Record<string, Mutable[]>;
    terraform: { required_providers: Mutable };
  }
>;

/** Resources of a type, to be changed. */
const all = (stacks: MutableAzure, type: string): Mutable[] =>
  Object.values(stacks).flatMap(({ resource }) => Object.values(resource[type] ?? {}));
function first(stacks: MutableAzure, type: string, like: RegExp = /./): Mutable {
  const body = all(stacks, type).find((one) => like.test(JSON.stringify(one)));
  if (body === undefined) throw new Error(`no ${type}`);
  return body;
}
/** The object at a path, to be changed. */
const at = (body: Mutable, path: string): Mutable =>
  path.split('.').reduce((one, step) => [one[step]].flat()[0] as Mutable, body); // own blocks
const features = (stacks: MutableAzure, path: string): Mutable[] =>
  Object.values(stacks).map(({ provider }) => at({ provider }, `provider.azurerm.features.${path}`));
const site = (stacks: MutableAzure, like = /Microsoft\.Web\/sites@/): Mutable =>
  first(stacks, 'azapi_resource', like);
const settings = (body: Mutable): Mutable[] =>
  at(body, 'body.properties.siteConfig').appSettings as Mutable[]; // own list
const forget = (body: Mutable, pattern: RegExp): void => {
  body.depends_on = [body.depends_on ?? []].flat().filter((one) => !pattern.test(String(one)));
};

const findingsOf =
  (check: AzureCheck, expectations: AzureExpectations = AZURE_EXPECTATIONS.prod) =>
  (stacks: TerraformStacks) =>
    check(stacks, expectations).findings;
const lacking =
  (type: string, fault: (body: Readonly<Record<string, unknown>>) => string | false) =>
  (stacks: TerraformStacks) =>
    blocksOf(stacks, type).flatMap(({ id, body }) => {
      const problem = fault(body);
      return problem === false ? [] : [`${id} ${problem}`];
    });

/** Types whose names are taken in all of Azure. */
const GLOBAL = ['azurerm_storage_account', 'azurerm_key_vault', 'azurerm_eventgrid_topic'];
const FLEX = 'learn.microsoft.com/azure/azure-functions/flex-consumption-plan';
const PROVIDER = 'github.com/hashicorp/terraform-provider-azurerm';

export const AZURE_ROWS: readonly AzureRow[] = [
  {
    id: 'A1',
    trap: 'a connection with a key beside the settings of the identity takes their place',
    source: `${PROVIDER}/issues/29693`,
    wrong: (stacks) =>
      sitesOf(stacks).flatMap((one) => {
        const found = [...settingsOf(one).keys()]
          .filter((name) => name.startsWith('AzureWebJobsStorage'))
          .sort();
        return found.join() ===
          ['accountName', 'clientId', 'credential'].map((end) => `AzureWebJobsStorage__${end}`).join()
          ? []
          : [`${one.id} has ${found.join(', ')}`];
      }),
    revert: (stacks) => settings(site(stacks)).push({ name: 'AzureWebJobsStorage', value: 'x' }),
  },
  {
    id: 'A1b',
    trap: "the provider's own resource of an app puts that connection there",
    source: `${PROVIDER}/issues/29693`,
    wrong: (stacks) =>
      blocksOf(stacks)
        .filter(({ type }) => /^azurerm_(linux_|windows_)?function_app/.test(type))
        .map(({ id }) => `${id} is not made by the API`),
    revert: (stacks) => {
      const [stack] = Object.values(stacks);
      if (stack) stack.resource.azurerm_function_app_flex_consumption = { App: {} };
    },
  },
  {
    id: 'A2',
    trap: 'roles take minutes, and a host that starts before them does not start again',
    source: 'learn.microsoft.com/azure/role-based-access-control/troubleshooting',
    wrong: earlySites,
    revert: (stacks) => forget(site(stacks), /^time_sleep/),
  },
  {
    id: 'A2b',
    trap: 'an identity that was just made is not found by its id alone',
    source:
      'learn.microsoft.com/azure/role-based-access-control/role-assignments-template#new-service-principal',
    wrong: (stacks) =>
      assignmentsOf(stacks)
        .filter(({ body }) =>
          /azurerm_(user_assigned_identity|eventgrid_topic)\./.test(String(body.principal_id)),
        )
        .filter(({ body }) => body.principal_type !== 'ServicePrincipal')
        .map(({ id }) => `${id} lets Azure look its principal up`),
    revert: (stacks) => {
      delete first(stacks, 'azurerm_role_assignment').principal_type;
    },
  },
  {
    id: 'A2c',
    trap: 'a subscription is refused while its topic may not write the queue',
    source: 'learn.microsoft.com/azure/event-grid/managed-service-identity',
    wrong: earlySubscriptions,
    revert: (stacks) => forget(first(stacks, 'azurerm_eventgrid_event_subscription'), /^time_sleep/),
  },
  {
    id: 'A2d',
    trap: 'the same role of the same identity on the same resource is refused the second time',
    source:
      'learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---unable-to-assign-a-role',
    wrong: findingsOf(oneOwnerOfARole),
    revert: (stacks) => {
      const given = Object.values(stacks).at(-1)?.resource.azurerm_role_assignment ?? {};
      given.Again = { ...Object.values(given)[0] };
    },
  },
  {
    id: 'A3',
    trap: 'owners of a subscription may not upload a blob, and their right takes minutes',
    source: 'learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory',
    wrong: earlyUploads,
    revert: (stacks) => forget(first(stacks, 'azurerm_storage_blob'), /^time_sleep/),
  },
  {
    id: 'A5',
    trap: 'a provider of resources that the subscription does not know refuses everything',
    source: 'learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types',
    wrong: missingProviders,
    revert: (stacks) => {
      for (const { provider } of Object.values(stacks))
        at({ provider }, 'provider.azurerm').resource_providers_to_register = RESOURCE_PROVIDERS.filter(
          (name) => name !== 'Microsoft.App',
        );
    },
  },
  {
    id: 'A6',
    trap: 'names are global, and somebody else has a short one',
    source: 'learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules',
    wrong: (stacks) =>
      [...blocksOf(stacks, ...GLOBAL), ...sitesOf(stacks)]
        .filter(({ body }) => !/[0-9a-f]{6}$/.test(String(body.name)))
        .map(({ id, body }) => `${id}: ${String(body.name)} may be taken`),
    revert: (stacks) => {
      first(stacks, 'azurerm_key_vault').name = 'bank-marketing';
    },
  },
  {
    id: 'A6b',
    trap: 'names of roles are unique in a tenant, in which other subscriptions have the same model',
    source: 'learn.microsoft.com/azure/role-based-access-control/custom-roles',
    wrong: lacking(
      'azurerm_role_definition',
      ({ name }) => !/ [0-9a-f]{8}$/.test(String(name)) && 'may be taken',
    ),
    revert: (stacks) => {
      first(stacks, 'azurerm_role_definition').name = 'artifacts';
    },
  },
  {
    id: 'A7',
    trap: 'the name of a deleted vault stays taken for 7 to 90 days',
    source: 'learn.microsoft.com/azure/key-vault/general/soft-delete-overview',
    in: 'dev',
    wrong: findingsOf(endOfAzure, AZURE_EXPECTATIONS.dev),
    revert: (stacks) => {
      for (const one of features(stacks, 'key_vault')) one.purge_soft_delete_on_destroy = false;
    },
  },
  {
    id: 'A7b',
    trap: 'a vault that was deleted and not purged must be taken back, not made anew',
    source: 'learn.microsoft.com/azure/key-vault/general/key-vault-recovery',
    wrong: findingsOf(endOfAzure),
    revert: (stacks) => {
      for (const one of features(stacks, 'key_vault')) one.recover_soft_deleted_key_vaults = false;
    },
  },
  {
    id: 'A7c',
    trap: 'protection against a purge cannot be undone, and nothing can be made anew where it is on',
    source: 'learn.microsoft.com/azure/key-vault/general/soft-delete-overview#purge-protection',
    in: 'dev',
    wrong: findingsOf(endOfAzure, AZURE_EXPECTATIONS.dev),
    revert: (stacks) => {
      first(stacks, 'azurerm_key_vault').purge_protection_enabled = true;
    },
  },
  {
    id: 'A8',
    trap: 'the name of a deleted workspace of logs stays taken for 14 days',
    source: 'learn.microsoft.com/azure/azure-monitor/logs/delete-workspace',
    in: 'dev',
    wrong: findingsOf(endOfAzure, AZURE_EXPECTATIONS.dev),
    revert: (stacks) => {
      for (const one of features(stacks, 'log_analytics_workspace'))
        one.permanently_delete_on_destroy = false;
    },
  },
  {
    id: 'A8b',
    trap: 'the name of a deleted workspace of machine learning stays taken for 14 days',
    source: 'learn.microsoft.com/azure/machine-learning/concept-soft-delete',
    wrong: findingsOf(endOfAzure),
    revert: (stacks) => {
      delete first(stacks, 'azapi_resource', /MachineLearningServices/).delete_query_parameters;
    },
  },
  {
    id: 'A8c',
    trap: 'Azure puts rules of its own into a group, and Terraform does not delete a group with something in it',
    source: `${PROVIDER}/issues/18026`,
    in: 'dev',
    wrong: findingsOf(endOfAzure, AZURE_EXPECTATIONS.dev),
    revert: (stacks) => {
      for (const one of features(stacks, 'resource_group')) one.prevent_deletion_if_contains_resources = true;
    },
  },
  {
    id: 'A9',
    trap: 'the provider asks for shared keys, which are off',
    source: `${PROVIDER}/blob/v4.55.0/website/docs/index.html.markdown#storage_use_azuread`,
    wrong: (stacks) =>
      Object.entries(stacks).flatMap(([id, { provider = {} }]) =>
        valueAt(provider, 'azurerm.storage_use_azuread') === true ? [] : [`${id} asks for keys`],
      ),
    revert: (stacks) => {
      for (const { provider } of Object.values(stacks))
        delete at({ provider }, 'provider.azurerm').storage_use_azuread;
    },
  },
  {
    id: 'A9b',
    trap: 'the provider asks blobs and queues of a new account whether they are there, which its identity may not',
    source: `${PROVIDER}/blob/v4.55.0/internal/services/storage/storage_account_data_plane_helpers.go`,
    wrong: (stacks) =>
      Object.entries(stacks).flatMap(([id, { provider = {} }]) =>
        valueAt(provider, 'azurerm.features.storage.data_plane_available') === false
          ? []
          : [`${id} calls the data plane`],
      ),
    revert: (stacks) => {
      for (const { provider } of Object.values(stacks))
        delete at({ provider }, 'provider.azurerm.features').storage;
    },
  },
  {
    id: 'A9c',
    trap: 'containers and queues by the name of their account, and tables, are made by the data plane',
    source: `${PROVIDER}/blob/v4.55.0/internal/services/storage/storage_container_resource.go`,
    wrong: (stacks) =>
      blocksOf(stacks, 'azurerm_storage_container', 'azurerm_storage_queue', 'azurerm_storage_table')
        .filter(({ body }) => body.storage_account_id === undefined)
        .map(({ id }) => `${id} is made by the data plane`),
    revert: (stacks) => {
      const container = first(stacks, 'azurerm_storage_container');
      Object.assign(container, { storage_account_name: 'x', storage_account_id: undefined });
    },
  },
  {
    id: 'A10',
    trap: 'a plan of Flex Consumption takes one app',
    source: `${FLEX}#considerations`,
    wrong: findingsOf(onePlanForEachSite),
    revert: (stacks) => {
      for (const one of all(stacks, 'azapi_resource').filter(({ type }) => /sites@/.test(String(type))))
        at(one, 'body.properties').serverFarmId = `\${azurerm_service_plan.One.id}`;
    },
  },
  {
    id: 'A11',
    trap: 'a version of Node that the location does not have, or the code is not made for, dies without a word',
    source: 'github.com/Azure/Azure-Functions/issues/2665',
    wrong: (stacks) =>
      sitesOf(stacks)
        .filter(
          ({ body }) =>
            valueAt(body, 'body.properties.functionAppConfig.runtime.version') !== `${AZURE_NODE}`,
        )
        .map(({ id }) => `${id} has another Node than its bundle`),
    revert: (stacks) => {
      at(site(stacks), 'body.properties.functionAppConfig.runtime').version = '20';
    },
  },
  {
    id: 'A12',
    trap: 'a schedule has six fields and is in UTC: Flex Consumption knows no other zone',
    source: 'learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions',
    wrong: (stacks) =>
      sitesOf(stacks).flatMap((one) =>
        [...settingsOf(one)]
          .filter(
            ([name, value]) =>
              (name.startsWith('MLOPS_SCHEDULE_') && !/^[\d*,/-]+( [\dA-Za-z*,/-]+){5}$/.test(value)) ||
              name === 'WEBSITE_TIME_ZONE',
          )
          .map(([name, value]) => `${one.id}: ${name} is ${value}`),
      ),
    revert: (stacks) => {
      const tick = settings(site(stacks, /MLOPS_SCHEDULE_TICK/)).find(
        ({ name }) => name === 'MLOPS_SCHEDULE_TICK',
      );
      Object.assign(tick ?? {}, { value: '* * * * *' });
    },
  },
  {
    id: 'A12b',
    trap: 'the host locks timers by blobs and keeps orchestrations in blobs, queues and tables',
    source:
      'learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity',
    wrong: findingsOf(hostsMayRun),
    revert: (stacks) => {
      first(stacks, 'azurerm_role_assignment', /Storage Table Data Contributor/).role_definition_name = 'X';
    },
  },
  {
    id: 'A14',
    trap: 'Event Grid asks an address of a function for a handshake before its code is there',
    source: 'learn.microsoft.com/azure/event-grid/end-point-validation-cloud-events-schema',
    wrong: lacking(
      'azurerm_eventgrid_event_subscription',
      (body) =>
        ['webhook_endpoint', 'azure_function_endpoint'].some((one) => body[one] !== undefined) &&
        'calls code',
    ),
    revert: (stacks) => {
      const one = first(stacks, 'azurerm_eventgrid_event_subscription');
      one.webhook_endpoint = { url: 'https://example.com' };
    },
  },
  {
    id: 'A15',
    trap: 'sign-in without a list of identities lets in the whole tenant',
    source:
      'learn.microsoft.com/azure/app-service/configure-authentication-provider-aad#use-a-built-in-authorization-policy',
    in: 'dev',
    wrong: findingsOf(signInBeforeHttp, AZURE_EXPECTATIONS.dev),
    revert: (stacks) => {
      const validation =
        'body.properties.identityProviders.azureActiveDirectory.validation.defaultAuthorizationPolicy';
      at(
        first(stacks, 'azapi_update_resource', /authsettingsV2/),
        `${validation}.allowedPrincipals`,
      ).identities = [];
    },
  },
  {
    id: 'A15b',
    trap: 'code that is there before its sign-in answers everybody meanwhile',
    source: 'learn.microsoft.com/azure/app-service/overview-authentication-authorization',
    wrong: earlyCode,
    revert: (stacks) => {
      for (const one of all(stacks, 'azapi_resource_action')) forget(one, /SignIn/);
    },
  },
  {
    id: 'A16',
    trap: 'objects of Entra need rights in the directory',
    source: 'learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference',
    wrong: (stacks) =>
      Object.entries(stacks)
        .filter(([, { terraform }]) => 'azuread' in (terraform?.required_providers ?? {}))
        .map(([id]) => `${id} has the provider azuread`),
    revert: (stacks) => {
      for (const { terraform } of Object.values(stacks))
        terraform.required_providers.azuread = { version: '3.0.0' };
    },
  },
  {
    id: 'A17',
    trap: 'a rule on a table without rows is refused',
    source: `${PROVIDER}/issues/28293`,
    wrong: lacking('azurerm_monitor_scheduled_query_rules_alert_v2', (body) => {
      const queries = valuesAt(body, 'criteria.query').map(String);
      const isSafe = queries.length > 0 && queries.every((query) => query.startsWith('union isfuzzy=true'));
      return !(isSafe && body.skip_query_validation === true) && 'needs its table first';
    }),
    revert: (stacks) => {
      at(first(stacks, 'azurerm_monitor_scheduled_query_rules_alert_v2'), 'criteria').query =
        'AppTraces | take 1';
    },
  },
  {
    id: 'A18',
    trap: 'a budget cannot begin in a month that is over, and its start cannot change at the second deployment',
    source: `${PROVIDER}/issues/12121`,
    wrong: lacking('azurerm_consumption_budget_resource_group', (body) => {
      const start = String(valueAt(body, 'time_period.start_date'));
      const isThisMonth = /^\$\{formatdate\("YYYY-MM-01'T'00:00:00'Z'", timestamp\(\)\)\}$/.test(start);
      const stays = valuesAt(body, 'lifecycle.ignore_changes').flat().includes('time_period');
      return !(isThisMonth && stays) && `begins at ${start}${stays ? '' : ', and anew each month'}`;
    }),
    revert: (stacks) => {
      at(first(stacks, 'azurerm_consumption_budget_resource_group'), 'time_period').start_date =
        '2026-11-01T00:00:00Z';
    },
  },
  {
    id: 'A18b',
    trap: 'the second deployment of a later month asks for another start of the budget, which is another budget',
    source: `${PROVIDER}/issues/12121`,
    wrong: lacking(
      'azurerm_consumption_budget_resource_group',
      (body) => !valuesAt(body, 'lifecycle.ignore_changes').flat().includes('time_period') && 'is made anew',
    ),
    revert: (stacks) => {
      first(stacks, 'azurerm_consumption_budget_resource_group').lifecycle = {};
    },
  },
  {
    id: 'A19',
    trap: 'an account that is private is out of reach for those who deploy, and for hosts without endpoints of all three services',
    source:
      'learn.microsoft.com/azure/azure-functions/configure-networking-how-to#restrict-your-storage-account-to-a-virtual-network',
    wrong: (stacks) => {
      const endpoints = JSON.stringify(blocksOf(stacks, 'azurerm_private_endpoint'));
      const isWhole = ['blob', 'queue', 'table'].every((service) => endpoints.includes(`"${service}"`));
      return blocksOf(stacks, 'azurerm_storage_account')
        .filter(
          ({ body }) =>
            (body.public_network_access_enabled === false || bodiesAt(body, 'network_rules').length > 0) &&
            !isWhole,
        )
        .map(({ id }) => `${id} cannot be reached`);
    },
    revert: (stacks) => {
      first(stacks, 'azurerm_storage_account').public_network_access_enabled = false;
    },
  },
  {
    id: 'A20',
    trap: 'organisations refuse resources without tags',
    source: 'learn.microsoft.com/azure/governance/policy/samples/built-in-policies#tags',
    wrong: findingsOf(taggedByModel),
    revert: (stacks) => {
      delete first(stacks, 'azurerm_service_plan').tags;
    },
  },
  {
    id: 'A20b',
    trap: 'not every location keeps copies in several zones',
    source: 'learn.microsoft.com/azure/storage/common/redundancy-regions-zrs',
    wrong: (stacks) => [
      ...lacking(
        'azurerm_storage_account',
        (body) => body.account_replication_type !== 'LRS' && 'needs zones',
      )(stacks),
      ...lacking(
        'azurerm_service_plan',
        (body) => body.zone_balancing_enabled === true && 'needs zones',
      )(stacks),
    ],
    revert: (stacks) => {
      first(stacks, 'azurerm_storage_account').account_replication_type = 'ZRS';
    },
  },
  {
    id: 'A21',
    trap: 'the API writes ids in its own spelling, and each plan shows a change of every site',
    source: 'github.com/Azure/terraform-provider-azapi/blob/v2.12.0/docs/resources/resource.md',
    wrong: lacking(
      'azapi_resource',
      (body) => body.ignore_casing !== true && 'is changed by each deployment',
    ),
    revert: (stacks) => {
      delete site(stacks).ignore_casing;
    },
  },
  {
    id: 'A22',
    trap: 'the secret is sent again at a second deployment, and recorded predictions lose their outcomes',
    source: 'github.com/Azure/terraform-provider-azapi/blob/v2.12.0/docs/resources/resource_action.md',
    wrong: (stacks) =>
      blocksOf(stacks, 'azapi_resource_action')
        .filter(({ body }) => body.sensitive_body !== undefined)
        .filter(
          ({ body }) =>
            Object.keys(Object(body.sensitive_body_version)).length === 0 ||
            !['type', 'body'].every((one) => valuesAt(body, 'lifecycle.ignore_changes').flat().includes(one)),
        )
        .map(({ id }) => `${id} may send its secret again`),
    revert: (stacks) => {
      delete first(stacks, 'azapi_resource_action', /sensitive_body/).lifecycle;
    },
  },
  {
    id: 'Z2',
    trap: 'activities run in the app of their orchestration, so that an identity of two apps has the rights of all their steps',
    source: 'learn.microsoft.com/azure/azure-functions/durable/durable-functions-types-features-overview',
    wrong: findingsOf(ownIdentityOfEachSite),
    revert: (stacks) => {
      for (const one of all(stacks, 'azapi_resource').filter(({ type }) => /sites@/.test(String(type))))
        one.identity = [
          { type: 'UserAssigned', identity_ids: [`\${azurerm_user_assigned_identity.One.id}`] },
        ];
    },
  },
  {
    id: 'Z3',
    trap: 'the deployment of a package by the provider calls an address that Flex Consumption does not have, and a new archive of the same name is not read',
    source: `${PROVIDER}/issues/29630`,
    wrong: staleDeployments,
    revert: (stacks) => {
      for (const one of all(stacks, 'azapi_resource_action')) delete one.lifecycle;
    },
  },
  {
    id: 'Z3b',
    trap: 'Terraform reads the name of a block there, and no template',
    source: 'developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#replace_triggered_by',
    wrong: staleDeployments,
    revert: (stacks) => {
      const { lifecycle } = first(stacks, 'azapi_resource_action', /onedeploy/);
      const triggers = listed((lifecycle as Mutable).replace_triggered_by); // own block
      (lifecycle as Mutable).replace_triggered_by = triggers.map((one) => `\${${String(one)}}`);
    },
  },
  {
    id: 'Z4',
    trap: 'a webhook of an alarm that signs in by Entra needs an application and a role in the directory',
    source: 'learn.microsoft.com/azure/azure-monitor/alerts/action-groups#secure-webhook',
    wrong: lacking(
      'azurerm_monitor_action_group',
      (body) =>
        Object.keys(body).some((key) => key.endsWith('_receiver') && key !== 'email_receiver') &&
        'calls something',
    ),
    revert: (stacks) => {
      first(stacks, 'azurerm_monitor_action_group').webhook_receiver = [
        { name: 'x', service_uri: 'https://x' },
      ];
    },
  },
];
