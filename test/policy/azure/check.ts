/** Parts of Azure's stacks that checks look at: sites, their settings and sign-in, and the assignments of roles. */

import { APPS, type AppName, type AppTrigger } from '../../../lambdas/apps.ts';
import {
  blocksOf,
  type LocatedBlock,
  type TerraformStacks,
  valuesAt,
} from '../../support/terraform/located.ts';
import { isObject } from '../../support/terraform/schema.ts';
import type { Checked } from '../check.ts';

/** Settings of the environment that the resources must show. */
export interface AzureExpectations {
  readonly encryption: 'provider' | 'customer';
  readonly removal: 'destroy' | 'retain';
  readonly location: string;
}

/** A property of all stacks of one environment. */
export type AzureCheck = (stacks: TerraformStacks, expectations: AzureExpectations) => Checked;

/** The settings of the example's environments. */
export const AZURE_EXPECTATIONS = {
  dev: { encryption: 'provider', removal: 'destroy', location: 'westeurope' },
  staging: { encryption: 'customer', removal: 'destroy', location: 'westeurope' },
  prod: { encryption: 'customer', removal: 'retain', location: 'westeurope' },
} as const satisfies Readonly<Record<string, AzureExpectations>>;

/** Type of a resource that the API makes, without its version. */
export const apiTypeOf = ({ body }: LocatedBlock): string => String(body.type).split('@')[0] ?? '';

/** Resources of azapi with one type of the API. */
export const apiBlocks = (
  stacks: TerraformStacks,
  block: 'azapi_resource' | 'azapi_resource_action' | 'azapi_update_resource',
  type: string,
): LocatedBlock[] => blocksOf(stacks, block).filter((one) => apiTypeOf(one) === type);

export const sitesOf = (stacks: TerraformStacks): LocatedBlock[] =>
  apiBlocks(stacks, 'azapi_resource', 'Microsoft.Web/sites');

/** The app that a site runs, by its name: `<model>-<environment>-<app>-<six digits>`. */
export function appOfSite({ body }: LocatedBlock): AppName {
  const [, app] = /-([a-z]+)-[0-9a-f]{6}$/.exec(String(body.name)) ?? [];
  if (app === undefined || !(app in APPS)) throw new Error(`${String(body.name)} names no app`);
  return app as AppName; // one of the keys
}

/** Kinds of triggers of a site's app. */
export function triggersOf(site: LocatedBlock): ReadonlySet<AppTrigger['kind']> {
  const { triggers }: { readonly triggers: readonly AppTrigger[] } = APPS[appOfSite(site)];
  return new Set(triggers.map(({ kind }) => kind));
}

/** Settings of a site, by name. */
export const settingsOf = ({ body }: LocatedBlock): ReadonlyMap<string, string> =>
  new Map(
    valuesAt(body, 'body.properties.siteConfig.appSettings')
      .flat()
      .filter(isObject)
      .map(({ name, value }) => [String(name), String(value)]),
  );

/** `azapi_resource.X` of an address below it, such as that of a setting. */
export const ownerOf = ({ body }: LocatedBlock): string | undefined =>
  /\$\{(azapi_resource\.[\w-]+)\.id\}/.exec(String(body.resource_id))?.[1];

export const addressOf = ({ type, name }: LocatedBlock): string => `${type}.${name}`;

/** The settings of a site's sign-in; undefined where it has none. */
export const signInOf = (site: LocatedBlock, stacks: TerraformStacks): LocatedBlock | undefined =>
  apiBlocks(stacks, 'azapi_update_resource', 'Microsoft.Web/sites/config').find(
    (one) =>
      ownerOf(one) === addressOf(site) && /\/config\/authsettingsV2$/.test(String(one.body.resource_id)),
  );

/** Every assignment of a role. */
export const assignmentsOf = (stacks: TerraformStacks): LocatedBlock[] =>
  blocksOf(stacks, 'azurerm_role_assignment');
