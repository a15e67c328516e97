/**
 * Stacks of CDK for Terraform on Azure as located resources. A resource of azapi has the type that Azure gives it, and each function
 * of a site is listed beside the site, as Azure lists it: the functions of one app share its memory and are charged one by one.
 */

import { APPS, type AppName } from '../../../lambdas/apps.ts';
import type { FunctionName } from '../../../lambdas/functions.ts';
import type { Located } from '../../cost/located.ts';
import { kindOf, type TerraformBlock, type TerraformStacks, terraformBlocks } from '../terraform.ts';
import { at } from '../value-at.ts';

export const SITE = 'Microsoft.Web/sites';
export const SITE_FUNCTION = 'Microsoft.Web/sites/functions';
const APP_NAMES = Object.keys(APPS) as AppName[]; // keys of a constant

/** Every resource of all stacks, in their order, and the functions of each site after it. */
export const azureResources = (stacks: TerraformStacks): Located[] =>
  terraformBlocks(stacks).flatMap((block) => {
    const type = typeOf(block);
    const resource: Located = {
      stack: block.stack,
      logicalId: block.address,
      type,
      kind: kindOf(type.replaceAll('/', '_')),
      properties: block.properties,
      ...block.place,
    };
    return type === SITE ? [resource, ...functionsOf(resource)] : [resource];
  });

/** `Microsoft.Web/sites` of an azapi resource, else its type in Terraform. */
const typeOf = ({ type, properties }: TerraformBlock): string =>
  type.startsWith('azapi_') ? (String(properties.type).split('@')[0] ?? type) : type;

/** The functions of a site, each with the memory of the app. */
function functionsOf(site: Located): Located[] {
  const app = appOf(String(site.properties.name));
  if (app === undefined) return [];
  const size = at(site.properties, 'body', 'properties', 'functionAppConfig', 'scaleAndConcurrency');
  const names: readonly FunctionName[] = APPS[app].functions;
  return names.map((name) => ({
    ...site,
    logicalId: `${site.logicalId}/${name}`,
    type: SITE_FUNCTION,
    kind: 'Function',
    path: name,
    properties: { app, memoryMb: at(size, 'instanceMemoryMB') },
    function: name,
  }));
}

/** The app of a site by its name, `<model>-<environment>-<app>-<digits>`. */
export const appOf = (name: string): AppName | undefined =>
  APP_NAMES.find((app) => name.replace(/-[0-9a-f]{6}$/, '').endsWith(`-${app}`));
