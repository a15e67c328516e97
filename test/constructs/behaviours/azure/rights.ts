/** Permissions of an identity by assignments of roles and by sign-ins, as port calls. The words are those of Azure's reference. */

import { isDeepStrictEqual } from 'node:util';
import { assignmentsOf, signInOf, sitesOf } from '../../../policy/azure/check.ts';
import {
  blocksOf,
  type LocatedBlock,
  type TerraformStacks,
  valueAt,
  valuesAt,
} from '../../../support/terraform/located.ts';
import type { PortCall, Rights, Startable } from '../reader.ts';
import { accountOn, appIn, principalOf, referredOn, startedByQueue } from './names.ts';
import { type ObjectRights, objectRights } from './objects.ts';

/** Permissions behind the calls of the registry's mirror (learn.microsoft.com/azure/role-based-access-control/permissions/ai-machine-learning). */
const OF_MIRROR = ['models/read', 'models/versions/read', 'models/versions/write', 'models/write'].map(
  (action) => `Microsoft.MachineLearningServices/workspaces/${action}`,
);
const MIRROR: readonly PortCall[] = ['registryMirror.show', 'registryMirror.describe'];
const EVENTS: readonly PortCall[] = ['events.publish', 'events.request'];
/** Folder of the records: the right to add there is a call of its own port. */
const RECORDS = 'predictions/';
/** Roles of a host on its own account (learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity). */
const HOST = ['Storage Blob Data Owner', 'Storage Queue Data Contributor', 'Storage Table Data Contributor'];

interface Explained extends Partial<ObjectRights> {
  readonly calls?: readonly PortCall[];
  readonly starts?: readonly Startable[];
}

/** Everything that a principal may do. @param site - The one that runs as it. */
export function rightsOn(stacks: TerraformStacks, principal: string, site?: LocatedBlock): Rights {
  const assigned = assignmentsOf(stacks).filter(({ body }) => principalOf(body.principal_id) === principal);
  const all = [
    ...assigned.map(
      (one): Explained =>
        explain(stacks, one, site) ?? { others: [`${roleOf(one)} on ${String(one.body.scope)}`] },
    ),
    ...signIns(stacks, principal, site !== undefined),
  ];
  const collect = <Key extends keyof Rights>(key: Key): Rights[Key][number][] => [
    ...new Set(all.flatMap((one) => [...((one as Partial<Rights>)[key] ?? [])])),
  ];
  const writes = collect('writes');
  return {
    reads: collect('reads'),
    writes: writes.filter((prefix) => prefix !== RECORDS),
    lists: collect('lists'),
    deletes: collect('deletes'),
    calls: [...collect('calls'), ...(writes.includes(RECORDS) ? (['predictions.append'] as const) : [])],
    starts: collect('starts'),
    others: collect('others'),
  };
}

const roleOf = ({ body }: LocatedBlock): string =>
  String(body.role_definition_name ?? body.role_definition_id);

/** The meaning of an assignment; undefined where it has none for a model. */
function explain(stacks: TerraformStacks, one: LocatedBlock, site?: LocatedBlock): Explained | undefined {
  const { stack, body } = one;
  const scope = String(body.scope);
  switch (body.role_definition_name) {
    case undefined:
      return ofOwnRole(stacks, one);
    case 'EventGrid Data Sender':
      return isWhole(stacks, one, 'azurerm_eventgrid_topic') ? { calls: EVENTS } : undefined;
    case 'Key Vault Secrets User':
      return isSecret(stacks, scope) ? { calls: ['secret.read'] } : undefined;
    case 'Storage Queue Data Message Sender': {
      const started = startedByQueue(stacks, stack, scope);
      return /\/queueServices\/default\/queues\//.test(scope) && started ? { starts: [started] } : undefined;
    }
    case 'Storage Blob Data Contributor':
      return isDelivered(stacks, one) ? {} : undefined;
    case 'Monitoring Metrics Publisher':
      return site && isWhole(stacks, one, 'azurerm_application_insights') ? {} : undefined;
    default: {
      const account = site && accountOn(stacks, site);
      const isOwn = account !== undefined && scope === `\${azurerm_storage_account.${account.name}.id}`;
      return isOwn && HOST.includes(roleOf(one)) ? {} : undefined;
    }
  }
}

/** Whether an assignment is on a resource of a type as a whole. */
function isWhole(stacks: TerraformStacks, { stack, body }: LocatedBlock, type: string): boolean {
  const found = referredOn(stacks, stack, body.scope, type);
  return found !== undefined && body.scope === `\${${type}.${found.name}.id}`;
}

/** A role that the stacks define, by its actions. */
function ofOwnRole(stacks: TerraformStacks, { body }: LocatedBlock): Explained | undefined {
  const { role_definition_id: id, scope, condition, condition_version: version } = body;
  const role = blocksOf(stacks, 'azurerm_role_definition').find((one) =>
    String(id).endsWith(`/roleDefinitions/${String(one.body.role_definition_id)}`),
  );
  if (role === undefined) return undefined;
  const actions = valuesAt(role.body, 'permissions.actions').flat().map(String).sort();
  const onData = valuesAt(role.body, 'permissions.data_actions').flat().map(String).sort();
  if (onData.length === 0)
    return isDeepStrictEqual(actions, OF_MIRROR) && isWorkspace(stacks, String(scope))
      ? { calls: MIRROR }
      : undefined;
  if (actions.length > 0 || !isArtifacts(stacks, String(scope))) return undefined;
  return condition === undefined || version === '2.0' ? objectRights(onData, condition) : undefined;
}

const isWorkspace = (stacks: TerraformStacks, scope: string): boolean =>
  blocksOf(stacks, 'azapi_resource').some(({ body }) =>
    scope.endsWith(`/providers/Microsoft.MachineLearningServices/workspaces/${String(body.name)}`),
  );

const isArtifacts = (stacks: TerraformStacks, scope: string): boolean =>
  blocksOf(stacks, 'azurerm_storage_account').some(
    ({ stack, body }) =>
      stack === 'data' &&
      scope.endsWith(`/storageAccounts/${String(body.name)}/blobServices/default/containers/artifacts`),
  );

/** The secret that the stacks put into a vault. */
const isSecret = (stacks: TerraformStacks, scope: string): boolean =>
  blocksOf(stacks, 'azapi_resource_action').some(({ stack, body }) => {
    const vault = referredOn(stacks, stack, body.resource_id, 'azurerm_key_vault');
    const [, secret] = /\.id\}(\/secrets\/[\w-]+)$/.exec(String(body.resource_id)) ?? [];
    return (
      vault !== undefined &&
      secret !== undefined &&
      scope.endsWith(`/vaults/${String(vault.body.name)}${secret}`)
    );
  });

/** The topic keeps what it could not deliver, and who deploys puts archives into the accounts of hosts. */
function isDelivered(stacks: TerraformStacks, { stack, body }: LocatedBlock): boolean {
  const principal = principalOf(body.principal_id);
  if (principal.startsWith('azurerm_eventgrid_topic.'))
    return /\/blobServices\/default\/containers\/dead-letters$/.test(String(body.scope));
  const account = referredOn(stacks, stack, body.scope, 'azurerm_storage_account');
  const isHost = sitesOf(stacks).some((site) => accountOn(stacks, site)?.name === account?.name);
  return principal === DEPLOYER && account !== undefined && isHost;
}

/** The identity that Terraform runs as. */
export const DEPLOYER = 'azurerm_client_config.Deployer';

/** An id that no identity has. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Identities that the platform lets in to a site; 'anybody' where its sign-in is not one. */
export function letIn(stacks: TerraformStacks, site: LocatedBlock): readonly string[] | 'anybody' {
  const body = signInOf(site, stacks)?.body ?? {};
  const at = (path: string) => valueAt(body, `body.properties.${path}`);
  const people = at(
    'identityProviders.azureActiveDirectory.validation.defaultAuthorizationPolicy.allowedPrincipals.identities',
  );
  const isClosed =
    at('platform.enabled') === true &&
    at('globalValidation.requireAuthentication') === true &&
    at('globalValidation.unauthenticatedClientAction') === 'Return401' &&
    at('identityProviders.azureActiveDirectory.enabled') === true;
  if (!isClosed || !Array.isArray(people) || people.length === 0) return 'anybody';
  return people.map(principalOf).filter((one) => one !== NOBODY);
}

function signIns(stacks: TerraformStacks, principal: string, isApp: boolean): Explained[] {
  return sitesOf(stacks).flatMap((site): Explained[] => {
    const people = letIn(stacks, site);
    if (people === 'anybody' || !people.includes(principal)) return [];
    const app = appIn(stacks, site);
    if (app === 'release') return [{ starts: ['approve', 'release'] }];
    if (app !== 'scoring') return [{ others: [`call ${site.id}`] }];
    return [isApp ? { calls: ['endpoint.post'] } : { starts: ['score'] }];
  });
}

/** Every identity that has a right of any kind. */
export const principalsOf = (stacks: TerraformStacks): string[] => [
  ...new Set([
    ...assignmentsOf(stacks).map(({ body }) => principalOf(body.principal_id)),
    ...sitesOf(stacks).flatMap((site) => {
      const people = letIn(stacks, site);
      return people === 'anybody' ? [] : people;
    }),
  ]),
];

/** Whether an identity is one of the stacks, and not that of somebody else. */
export const isOurs = (principal: string): boolean =>
  /^azurerm_(user_assigned_identity|eventgrid_topic)\./.test(principal);
