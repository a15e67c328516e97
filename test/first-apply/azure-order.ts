/** Resources that are made before what they need on Azure: roles, sign-in, packages and providers of resources. */

import {
  addressOf,
  apiBlocks,
  assignmentsOf,
  ownerOf,
  signInOf,
  sitesOf,
  triggersOf,
} from '../policy/azure/check.ts';
import {
  blocksOf,
  dependenciesOf,
  type LocatedBlock,
  referencesIn,
  type TerraformStacks,
  valueAt,
  valuesAt,
} from '../support/terraform/located.ts';

/** Whether a block waits, by a pause of its own, for all of these. */
function waitsFor(
  block: LocatedBlock,
  needed: readonly LocatedBlock[],
  stacks: TerraformStacks,
): readonly string[] {
  const pauses = [block.body.depends_on ?? []]
    .flat()
    .map(String)
    .filter((one) => one.startsWith('time_sleep.'))
    .flatMap((one) => blocksOf(stacks, 'time_sleep').filter((pause) => addressOf(pause) === one));
  const before = new Set(pauses.flatMap((pause) => [...dependenciesOf(pause, stacks)]));
  return needed
    .filter((one) => one.stack === block.stack && !before.has(addressOf(one)))
    .map((one) => `${block.id} does not wait for ${one.id}`);
}

/** Roles of a principal, by a part of its reference. */
const rolesOf = (principal: string, stacks: TerraformStacks): LocatedBlock[] =>
  assignmentsOf(stacks).filter(({ body }) => String(body.principal_id).includes(principal));

/** Sites that start before their identity may do what they do. */
export const earlySites = (stacks: TerraformStacks): readonly string[] =>
  sitesOf(stacks).flatMap((site) => {
    const [identity = 'nobody'] = referencesIn(valueAt(site.body, 'identity.identity_ids'));
    const roles = rolesOf(identity, stacks);
    return [...(roles.length === 0 ? [`${site.id} has no roles`] : []), ...waitsFor(site, roles, stacks)];
  });

/** Subscriptions that are made before their topic may deliver. */
export const earlySubscriptions = (stacks: TerraformStacks): readonly string[] =>
  blocksOf(stacks, 'azurerm_eventgrid_event_subscription').flatMap((one) => {
    const [topic = 'nobody'] = referencesIn(one.body.scope);
    const [queue = 'nobody'] = referencesIn(valueAt(one.body, 'storage_queue_endpoint.queue_name'));
    const roles = rolesOf(`${topic}.identity`, stacks).filter(
      ({ body }) => String(body.scope).includes(queue) || /dead-letters$/.test(String(body.scope)),
    );
    return [
      ...(roles.length < 2 ? [`${one.id} has ${roles.length} of two roles`] : []),
      ...waitsFor(one, roles, stacks),
    ];
  });

/** Blobs that are uploaded before who deploys may. */
export const earlyUploads = (stacks: TerraformStacks): readonly string[] =>
  blocksOf(stacks, 'azurerm_storage_blob').flatMap((blob) => {
    const [account = 'nobody'] = referencesIn(blob.body.storage_account_name);
    const roles = rolesOf('data.azurerm_client_config.', stacks).filter(({ body }) =>
      String(body.scope).includes(account),
    );
    return [...(roles.length === 0 ? [`${blob.id} has no right`] : []), ...waitsFor(blob, roles, stacks)];
  });

const deploymentsOf = (site: LocatedBlock, stacks: TerraformStacks): LocatedBlock[] =>
  apiBlocks(stacks, 'azapi_resource_action', 'Microsoft.Web/sites/extensions').filter(
    (one) => ownerOf(one) === addressOf(site),
  );

/** Sites with HTTP whose code is there before its sign-in, and sites that take a password meanwhile. */
export const earlyCode = (stacks: TerraformStacks): readonly string[] =>
  sitesOf(stacks).flatMap((site) => {
    const guards = [
      ...(triggersOf(site).has('http') ? [signInOf(site, stacks)] : []),
      ...apiBlocks(
        stacks,
        'azapi_update_resource',
        'Microsoft.Web/sites/basicPublishingCredentialsPolicies',
      ).filter((one) => ownerOf(one) === addressOf(site)),
    ];
    return deploymentsOf(site, stacks).flatMap((deployment) => {
      const before = dependenciesOf(deployment, stacks);
      return guards
        .filter((guard) => guard === undefined || !before.has(addressOf(guard)))
        .map((guard) => `${deployment.id} does not wait for ${guard?.id ?? 'a sign-in'}`);
    });
  });

/** Sites whose package is not deployed by the call of Flex Consumption, or not again when its bytes change. */
export const staleDeployments = (stacks: TerraformStacks): readonly string[] =>
  sitesOf(stacks).flatMap((site) => {
    const [deployment, ...others] = deploymentsOf(site, stacks);
    if (deployment === undefined || others.length > 0)
      return [`${site.id} has ${others.length} deployments of code`];
    const { body } = deployment;
    const [blob = ''] = referencesIn(valueAt(body, 'body.properties.packageUri'));
    return [
      ...(blob === '' ? [`${deployment.id} deploys nothing of this stack`] : []),
      ...(/\/extensions\/onedeploy$/.test(String(body.resource_id))
        ? []
        : [`${deployment.id} calls something else`]),
      ...(valueAt(body, 'body.properties.remoteBuild') === false ? [] : [`${deployment.id} builds there`]),
      ...(valuesAt(body, 'lifecycle.replace_triggered_by').flat().includes(blob)
        ? []
        : [`${deployment.id} stays when the archive changes`]),
    ];
  });

/** Providers of Azure behind types of Terraform whose beginning does not name them. */
const NAMESPACES: readonly (readonly [types: RegExp, ...namespaces: string[]])[] = [
  [/^azurerm_resource_group$/],
  [/^azurerm_storage_/, 'Microsoft.Storage'],
  [/^azurerm_role_/, 'Microsoft.Authorization'],
  [/^azurerm_log_analytics_/, 'Microsoft.OperationalInsights'],
  // Alerts of Application Insights and of rules are resources of another provider.
  [/^azurerm_(application_insights|monitor_)/, 'Microsoft.Insights', 'Microsoft.AlertsManagement'],
  [/^azurerm_user_assigned_identity$/, 'Microsoft.ManagedIdentity'],
  // A plan of Flex Consumption runs on it.
  [/^azurerm_service_plan$/, 'Microsoft.Web', 'Microsoft.App'],
  [/^azurerm_eventgrid_/, 'Microsoft.EventGrid'],
  [/^azurerm_key_vault/, 'Microsoft.KeyVault'],
  [/^azurerm_consumption_budget_/, 'Microsoft.Consumption'],
];

/** Providers of resources that a stack needs and does not register, and those that no stack needs. */
export function missingProviders(stacks: TerraformStacks): readonly string[] {
  const used = new Set<string>();
  const findings: string[] = [];
  for (const { type, id, body } of blocksOf(stacks)) {
    if (type === 'time_sleep') continue;
    const found = type.startsWith('azapi_')
      ? [String(body.type).split('/')[0] ?? '']
      : NAMESPACES.find(([types]) => types.test(type))
          ?.slice(1)
          .map(String);
    if (found === undefined) findings.push(`${id}: nothing is known of the provider behind ${type}`);
    for (const one of found ?? []) used.add(one);
  }
  for (const [stack, { provider = {} }] of Object.entries(stacks)) {
    const registered = valuesAt(provider, 'azurerm.resource_providers_to_register').flat().map(String);
    findings.push(
      ...(valueAt(provider, 'azurerm.resource_provider_registrations') === 'none'
        ? []
        : [`${stack} registers others`]),
      ...[...used]
        .filter((one) => !registered.includes(one))
        .map((one) => `${stack} does not register ${one}`),
      ...registered.filter((one) => !used.has(one)).map((one) => `${stack} registers ${one} for nothing`),
    );
  }
  return findings;
}
