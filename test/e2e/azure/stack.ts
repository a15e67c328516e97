/** What `terraform apply` would make of the stacks on Azure: their resources with every reference answered. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AzureIdentity } from '../../support/azure/services.ts';
import type { SynthesizedTerraform } from '../../support/synth-terraform.ts';
import type { Body } from '../../support/terraform/schema.ts';
import { blockOf, stringOf } from '../gcp/stack.ts';

/** The platform's authentication of an app. */
export interface AppSignIn {
  readonly audiences: readonly string[];
  /** Object ids of those who are let in. */
  readonly identities: readonly string[];
}

export interface AppliedApp {
  /** Name of its unit, `pipeline`. */
  readonly unit: string;
  /** Name of its site. */
  readonly site: string;
  readonly identity: AzureIdentity;
  /** Name of its own storage account. */
  readonly account: string;
  /** File of its archive. */
  readonly archive: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Absent where the app has no HTTP function. */
  readonly signIn?: AppSignIn;
}

export interface AppliedAzure {
  readonly apps: readonly AppliedApp[];
  /** Resources of a type in both stacks, resolved. */
  all(type: string): readonly Body[];
  app(unit: string): AppliedApp;
}

/** Reads the synthesized stacks. */
export function applyAzure({ stacks, folders }: SynthesizedTerraform): AppliedAzure {
  const bodies = (type: string): Readonly<Record<string, Body>> => ({
    ...stacks.data.resource?.[type],
    ...stacks.model.resource?.[type],
  });
  const data = (type: string): Readonly<Record<string, Body>> => ({
    ...stacks.data.data?.[type],
    ...stacks.model.data?.[type],
  });
  const resolve = resolverOf(bodies, data);
  const all = (type: string): readonly Body[] =>
    Object.values(bodies(type)).map((body) => resolve(body) as Body);

  const archives = new Map(
    all('azurerm_storage_blob').map((blob) => [urlOf(blob), join(folders.model, stringOf(blob.source))]),
  );
  const packages = new Map(
    all('azapi_resource_action').map(({ resource_id: id, body }) => [
      stringOf(id),
      stringOf(blockOf(blockOf(body).properties).packageUri),
    ]),
  );
  const identities = all('azurerm_user_assigned_identity').map((body): AzureIdentity => {
    const name = stringOf(body.name);
    return { name, clientId: uuidOf(`${name} client_id`), objectId: uuidOf(`${name} principal_id`) };
  });
  const signIns = new Map(
    all('azapi_update_resource').map(({ resource_id: id, body }) => [stringOf(id), blockOf(body)]),
  );

  const apps = all('azapi_resource')
    .filter(({ type }) => stringOf(type).startsWith('Microsoft.Web/sites@'))
    .map((site): AppliedApp => {
      const name = stringOf(site.name);
      const id = idOf('azapi_resource', site);
      const { siteConfig } = blockOf(blockOf(site.body).properties);
      const given = blockOf(siteConfig).appSettings as readonly { name: string; value: string }[];
      const settings = Object.fromEntries(given.map((one) => [one.name, one.value]));
      const identity = identities.find(({ clientId }) => clientId === settings.AZURE_CLIENT_ID);
      const archive = archives.get(packages.get(`${id}/extensions/onedeploy`) ?? '');
      if (identity === undefined || archive === undefined) throw new Error(`${name} has no package`);
      const signIn = signIns.get(`${id}/config/authsettingsV2`);
      return {
        unit: stringOf(/-([a-z]+)-[0-9a-f]{6}$/.exec(name)?.[1]),
        site: name,
        identity,
        account: stringOf(settings.AzureWebJobsStorage__accountName),
        archive,
        settings,
        ...(signIn && { signIn: signInOf(signIn) }),
      };
    });
  return {
    apps,
    all,
    app(unit) {
      const found = apps.find((one) => one.unit === unit);
      if (found === undefined) throw new Error(`no app ${unit}`);
      return found;
    },
  };
}

function signInOf({ properties }: Body): AppSignIn {
  const { identityProviders } = blockOf(properties);
  const { validation } = blockOf(blockOf(identityProviders).azureActiveDirectory);
  const { allowedAudiences, defaultAuthorizationPolicy } = blockOf(validation);
  const { allowedPrincipals } = blockOf(defaultAuthorizationPolicy);
  return {
    audiences: allowedAudiences as readonly string[],
    identities: blockOf(allowedPrincipals).identities as readonly string[],
  };
}

/** A UUID that stands for one that Azure makes. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

const idOf = (type: string, body: Body): string =>
  `${stringOf(body.parent_id)}/${type}/${stringOf(body.name)}`;
const urlOf = (blob: Body): string =>
  `https://${stringOf(blob.storage_account_name)}.blob.core.windows.net/${stringOf(blob.storage_container_name)}/${stringOf(blob.name)}`;

type Named = (type: string) => Readonly<Record<string, Body>>;

/** Answers the references of a value as Terraform does after an apply. */
function resolverOf(bodies: Named, data: Named): (value: unknown) => unknown {
  const answerTo = (reference: string): string => {
    if (reference.startsWith('formatdate(') || reference.startsWith('ephemeral.')) return reference;
    const [, kind = '', type = '', name = '', attribute = ''] =
      /^(data\.)?(\w+)\.([\w-]+)(?:\.([\w[\].]+))?$/.exec(reference) ?? [];
    const found = (kind === '' ? bodies(type) : data(type))[name];
    if (found === undefined) throw new Error(`nothing is called ${reference}`);
    if (attribute === '') return reference; // of a lifecycle
    const body = resolve(found) as Body;
    const own = stringOf(body.name);
    switch (attribute) {
      case 'id':
        return idOf(type, body);
      case 'name':
        return own;
      case 'url':
        return urlOf(body);
      case 'endpoint':
        return `https://${own}.${stringOf(body.location)}-1.eventgrid.azure.net/api/events`;
      case 'connection_string':
        return `InstrumentationKey=${uuidOf(own)}`;
      case 'client_id':
      case 'principal_id':
      case 'object_id':
      case 'identity[0].principal_id':
        return uuidOf(`${own || name} ${attribute}`);
      default:
        throw new Error(`nobody knows ${reference}`);
    }
  };
  const resolve = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replaceAll(/([$%])\1\{|\$\{([^}]*)\}/g, (_, escaped?: string, reference?: string) =>
        escaped === undefined ? answerTo(stringOf(reference)) : `${escaped}{`,
      );
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !LEFT_OUT.has(key))
        .map(([key, one]) => [key, resolve(one)]),
    );
  };
  return resolve;
}

const LEFT_OUT = new Set(['depends_on', '//', 'lifecycle', 'sensitive_body']);
