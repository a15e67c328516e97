/** Identities: one for each app, no secret beside it, and no role that is wider than its use. */

import { PORT_RIGHTS } from '../../../constructs/azure/permissions/ports.ts';
import type { AzureRight } from '../../../constructs/azure/permissions/right.ts';
import { SERVICE_RIGHTS } from '../../../constructs/azure/permissions/services.ts';
import { readCondition } from '../../support/azure/conditions.ts';
import { blocksOf, referencesIn, type TerraformStacks, valuesAt } from '../../support/terraform/located.ts';
import { checkEach, together } from '../check.ts';
import { type AzureCheck, addressOf, assignmentsOf, settingsOf, sitesOf } from './check.ts';

/** Roles that are built in, each with the page that says what it allows. */
const TABLE: readonly AzureRight[] = [...Object.values(SERVICE_RIGHTS), ...Object.values(PORT_RIGHTS).flat()];
/** Roles that hand over everything of a service, or the rights themselves. */
const WIDE = /^(Owner|Contributor|Reader|User Access Administrator|.* (Administrator|Account Contributor))$/;
/** A resource within a group: nothing wider is given. */
const OF_RESOURCE = /\/providers\/Microsoft\.[\w.]+\/[^/]+\/[^/]+|^\$\{[a-z_]+\.[\w-]+\.id\}/;
const ESCALATES =
  /^Microsoft\.Authorization\/|\/(listKeys|listSecrets|generateUserDelegationKey|deleteBlobVersion|delete)\b/i;

/** Ids of the model's own roles, by the place in the stacks. */
const customRoles = (stacks: TerraformStacks): ReadonlyMap<string, string> =>
  new Map(
    blocksOf(stacks, 'azurerm_role_definition').map(({ id, body }) => [String(body.role_definition_id), id]),
  );

/** Every role is in the tables of rights or the model's own, narrow, and on one resource. */
export const rolesOfTheTable: AzureCheck = (stacks) => {
  const own = customRoles(stacks);
  return together(
    checkEach(assignmentsOf(stacks), ({ body }) => {
      const { role_definition_name: name, role_definition_id: id, scope } = body;
      const uuid = String(id).split('/').at(-1) ?? '';
      return [
        name !== undefined &&
          !TABLE.some(({ role }) => role === name) &&
          `gives ${String(name)}, which no table has`,
        name !== undefined && WIDE.test(String(name)) && `gives the wide role ${String(name)}`,
        id !== undefined && !own.has(uuid) && `gives the role ${uuid}, which is not the model's`,
        !OF_RESOURCE.test(String(scope)) && `is on ${String(scope)}, which is wider than a resource`,
      ];
    }),
    checkEach(blocksOf(stacks, 'azurerm_role_definition'), ({ body }) => {
      const all = ['actions', 'data_actions', 'not_actions', 'not_data_actions'].flatMap((field) =>
        valuesAt(body, `permissions.${field}`).flat().map(String),
      );
      return [
        all.length === 0 && 'has no action',
        valuesAt(body, 'permissions.not_actions').flat().length > 0 && 'says what it does not have',
        ...all.map((action) => action.includes('*') && `has the action ${action}`),
        ...all.map((action) => ESCALATES.test(action) && `escalates or deletes by ${action}`),
      ];
    }),
  );
};

/** Each assignment on artifacts has a condition that is understood and refuses a path of nobody. */
export const conditionsOnArtifacts: AzureCheck = (stacks) =>
  checkEach(
    assignmentsOf(stacks).filter(({ body }) => /\/containers\/artifacts$/.test(String(body.scope))),
    ({ body: { condition, condition_version: version } }) => {
      if (condition === undefined) return ['may read and write every object: it has no condition'];
      const allows = readCondition(String(condition));
      const blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
      return [
        version !== '2.0' && 'has a condition of another version than 2.0',
        ...['read', 'write', 'add/action'].map(
          (action) =>
            allows({
              action: `${blobs}/${action}`,
              attributes: { [`@Resource[${blobs}:path]`]: 'elsewhere/x' },
            }) && `allows ${action} on every key`,
        ),
        allows({
          action: `${blobs}/read`,
          subOperation: 'Blob.List',
          attributes: { [`@Request[${blobs}:prefix]`]: '' },
        }) && 'allows to list every key',
      ];
    },
  );

/** Each right has one owner: of two assignments of one role the API refuses the second (RoleAssignmentExists). */
export const oneOwnerOfARole: AzureCheck = (stacks) => {
  const seen = new Map<string, string>();
  return checkEach(assignmentsOf(stacks), ({ id, body }) => {
    const right = JSON.stringify([
      body.scope,
      body.role_definition_name ?? body.role_definition_id,
      body.principal_id,
    ]);
    const owner = seen.get(right);
    seen.set(right, id);
    return [owner !== undefined && `gives what ${owner} gives`];
  });
};

/** Each site has one identity, which is its own, and which its code and its host use. */
export const ownIdentityOfEachSite: AzureCheck = (stacks) => {
  const identitiesOf = (body: Parameters<typeof valuesAt>[0]) =>
    valuesAt(body, 'identity.identity_ids').flat().map(String);
  const all = sitesOf(stacks).flatMap(({ body }) => identitiesOf(body));
  return together(
    checkEach(sitesOf(stacks), (site) => {
      const [identity = '', ...others] = identitiesOf(site.body);
      const settings = settingsOf(site);
      const [name = ''] = referencesIn(identity);
      const clientId = `\${${name}.client_id}`;
      return [
        others.length > 0 && 'has several identities',
        !valuesAt(site.body, 'identity.type').includes('UserAssigned') && 'has no identity of the model',
        all.filter((one) => one === identity).length > 1 && 'shares its identity with another site',
        ...['AZURE_CLIENT_ID', 'AzureWebJobsStorage__clientId'].map(
          (setting) => settings.get(setting) !== clientId && `${setting} is not the identity's`,
        ),
        settings.get('AzureWebJobsStorage__credential') !== 'managedidentity' &&
          'does not sign in to its account by its identity',
      ];
    }),
    checkEach(blocksOf(stacks, 'azurerm_user_assigned_identity'), (identity) => [
      ![...sitesOf(stacks), ...blocksOf(stacks, 'azurerm_storage_account')].some(({ body }) =>
        referencesIn(valuesAt(body, 'identity.identity_ids')).includes(addressOf(identity)),
      ) && 'is the identity of nothing',
    ]),
  );
};

/** Types whose state has a key or a secret in clear, and attributes that do. */
const SECRET_TYPES =
  /^(random_password|random_id|random_bytes|tls_private_key|azuread_.*|azurerm_(key_vault_secret|eventhub_authorization_rule|servicebus_.*_authorization_rule))$/;
const SECRET_REFERENCE =
  /\.(primary|secondary)_(access_key|connection_string|blob_connection_string|shared_key)\b|\.instrumentation_key\b|\.sas\b/;
/** Values that sign or sign in. */
const SECRET_VALUE = /AccountKey=|SharedAccessKey|SharedAccessSignature|[?&]sig=|Password=/i;

/** No key is in a setting or in the state: apps sign in by their identities, and the one secret is never kept. */
export const noStaticCredentials: AzureCheck = (stacks) =>
  together(
    checkEach(blocksOf(stacks), ({ type, body }) => {
      const text = JSON.stringify(body);
      return [
        SECRET_TYPES.test(type) && 'keeps a secret in the state',
        SECRET_REFERENCE.test(text) && 'uses a key of a resource',
        SECRET_VALUE.test(text) && 'holds a key or a signature',
        type === 'azapi_resource_action' &&
          valuesAt(body, 'body.properties.value').length > 0 &&
          'sends a secret that the state keeps',
      ];
    }),
    checkEach(sitesOf(stacks), (site) =>
      [...settingsOf(site).keys()].map(
        (name) =>
          (name === 'AzureWebJobsStorage' ||
            (/CONNECTION_?STRING|(^|_)(KEY|SECRET|PASSWORD)$/i.test(name) &&
              // An address and an identifier: the account takes no key (localAuthenticationDisabled). A vault's address is none.
              !['APPLICATIONINSIGHTS_CONNECTION_STRING', 'MLOPS_SECRET'].includes(name))) &&
          `has the setting ${name}`,
      ),
    ),
  );
