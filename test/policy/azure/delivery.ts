/** Messages: each ends where somebody finds it, and apps may read what they are sent. */

import { blocksOf, referencesIn, type TerraformStacks, valueAt } from '../../support/terraform/located.ts';
import { checkEach, together } from '../check.ts';
import { type AzureCheck, addressOf, assignmentsOf, settingsOf, sitesOf, triggersOf } from './check.ts';

/** Whether a principal has a role on what matches. */
const has = (stacks: TerraformStacks, principal: string, role: string, on: RegExp): boolean =>
  assignmentsOf(stacks).some(
    ({ body }) =>
      body.role_definition_name === role &&
      String(body.principal_id).includes(principal) &&
      on.test(String(body.scope)),
  );

/** Events go into queues by the topic's identity, and what cannot be delivered into a container that keeps it. */
export const deadLettersOfAzure: AzureCheck = (stacks) =>
  checkEach(blocksOf(stacks, 'azurerm_eventgrid_event_subscription'), ({ body }) => {
    const [topic = ''] = referencesIn(body.scope);
    const [queue = ''] = referencesIn(valueAt(body, 'storage_queue_endpoint.queue_name'));
    const principal = `${topic}.identity[0].principal_id`;
    return [
      queue === '' && 'goes to no queue of this stack',
      valueAt(body, 'delivery_identity.type') !== 'SystemAssigned' && 'is delivered by a key',
      valueAt(body, 'storage_blob_dead_letter_destination.storage_blob_container_name') === undefined &&
        'has no container of dead letters',
      valueAt(body, 'dead_letter_identity.type') !== 'SystemAssigned' && 'writes its dead letters by a key',
      body.retry_policy === undefined && 'has no retries of its own',
      body.included_event_types === undefined && 'takes every event',
      !has(stacks, principal, 'Storage Queue Data Message Sender', /\/queueServices\/default\/queues\//) &&
        'may not put messages into the queue',
      !has(stacks, principal, 'Storage Blob Data Contributor', /\/containers\/dead-letters$/) &&
        'may not write its dead letters',
    ];
  });

/** The host's rights on its own account, by the triggers of its app. */
const HOST_ROLES = [
  ['Storage Blob Data Owner', ['timer', 'queue', 'http', 'orchestration']],
  ['Storage Queue Data Contributor', ['queue', 'orchestration']],
  ['Storage Table Data Contributor', ['orchestration']],
] as const;

/** The host of an app may use its own account, as its triggers need. */
export const hostsMayRun: AzureCheck = (stacks) =>
  checkEach(sitesOf(stacks), (site) => {
    const kinds = triggersOf(site);
    const [identity = ''] = referencesIn(valueAt(site.body, 'identity.identity_ids'));
    const account = settingsOf(site).get('AzureWebJobsStorage__accountName');
    const [own] = blocksOf(stacks, 'azurerm_storage_account').filter(({ body }) => body.name === account);
    if (own === undefined) return ['has no account of its own'];
    return HOST_ROLES.filter(([, needed]) => needed.some((kind) => kinds.has(kind))).map(
      ([role]) =>
        !has(stacks, identity, role, new RegExp(`\\{${addressOf(own).replace('.', '\\.')}\\.id\\}$`)) &&
        `lacks ${role} on its account`,
    );
  });

/** One plan and one account for each site: a plan of Flex Consumption takes one (learn.microsoft.com/azure/azure-functions/flex-consumption-plan). */
export const onePlanForEachSite: AzureCheck = (stacks) => {
  const sites = sitesOf(stacks);
  const plans = sites.map(({ body }) => valueAt(body, 'body.properties.serverFarmId'));
  const accounts = sites.map((site) => settingsOf(site).get('AzureWebJobsStorage__accountName'));
  return together(
    checkEach(sites, ({ body }) => [
      plans.filter((one) => one === valueAt(body, 'body.properties.serverFarmId')).length > 1 &&
        'shares its plan',
    ]),
    checkEach(sites, (site) => [
      accounts.filter((one) => one === settingsOf(site).get('AzureWebJobsStorage__accountName')).length > 1 &&
        'shares its account',
    ]),
    checkEach(blocksOf(stacks, 'azurerm_service_plan'), (plan) => [
      plan.body.sku_name !== 'FC1' && 'is no plan of Flex Consumption',
      !plans.some((one) => referencesIn(one).includes(addressOf(plan))) && 'has no site',
    ]),
  );
};

/** Lines of every app reach the workspace, by the app's identity. */
export const linesReachTheWorkspace: AzureCheck = (stacks) =>
  checkEach(sitesOf(stacks), (site) => {
    const settings = settingsOf(site);
    const [insights = ''] = referencesIn(settings.get('APPLICATIONINSIGHTS_CONNECTION_STRING'));
    const [identity = ''] = referencesIn(valueAt(site.body, 'identity.identity_ids'));
    return [
      insights === '' && 'writes its lines nowhere',
      !/^ClientId=\$\{[^}]+\.client_id\};Authorization=AAD$/.test(
        settings.get('APPLICATIONINSIGHTS_AUTHENTICATION_STRING') ?? '',
      ) && 'writes its lines by a key',
      !has(
        stacks,
        identity,
        'Monitoring Metrics Publisher',
        new RegExp(`\\{${insights.replace('.', '\\.')}\\.id\\}$`),
      ) && 'may not write its lines',
    ];
  });
