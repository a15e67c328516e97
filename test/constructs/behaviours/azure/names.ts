/** The project's names of apps, functions and identities, found in Azure's stacks. */

import { APPS, type AppName } from '../../../../lambdas/apps.ts';
import { FUNCTIONS, type FunctionName } from '../../../../lambdas/functions.ts';
import { addressOf, settingsOf, sitesOf } from '../../../policy/azure/check.ts';
import {
  blocksOf,
  type LocatedBlock,
  referencesIn,
  type TerraformStacks,
  valuesAt,
} from '../../../support/terraform/located.ts';
import type { Startable } from '../reader.ts';
import { archiveOf } from './archives.ts';

/** The resource of a type that a value refers to in its stack, or undefined. */
export function referredOn(
  stacks: TerraformStacks,
  stack: string,
  value: unknown,
  type: string,
): LocatedBlock | undefined {
  const references = referencesIn(value);
  return blocksOf(stacks, type).find((one) => one.stack === stack && references.includes(addressOf(one)));
}

/** The app of a site, by the archive that it gets. */
export function appIn(stacks: TerraformStacks, site: LocatedBlock): AppName | undefined {
  const app = String(archiveOf(stacks, site)?.body.app);
  return app in APPS ? (app as AppName) : undefined; // a key of the table
}

/** Functions that run in a site. */
export function functionsOn(stacks: TerraformStacks, site: LocatedBlock): readonly FunctionName[] {
  const app = appIn(stacks, site);
  if (app === undefined) return [];
  if (app !== 'function') return APPS[app].functions;
  const named = settingsOf(site).get('MLOPS_FUNCTION') ?? '';
  return named in FUNCTIONS ? [named as FunctionName] : []; // a key of the table
}

/** The identity that a site runs as: the one that it has, if the stack makes it. */
export function identityOn(stacks: TerraformStacks, site: LocatedBlock): string | undefined {
  const ids = valuesAt(site.body, 'identity.identity_ids').flat();
  const [identity] = ids.map((id) => referredOn(stacks, site.stack, id, 'azurerm_user_assigned_identity'));
  return ids.length === 1 ? identity && addressOf(identity) : undefined;
}

/** Things that a message in the queue of an app starts. */
const BY_MESSAGE: Readonly<Partial<Record<AppName, Startable>>> = {
  pipeline: 'training',
  release: 'release',
  probe: 'probe',
};

/** The thing that is started by a message in a queue. */
export function startedByQueue(
  stacks: TerraformStacks,
  stack: string,
  value: unknown,
): Startable | undefined {
  const queue = referredOn(stacks, stack, value, 'azurerm_storage_queue');
  const account = referredOn(stacks, stack, queue?.body.storage_account_id, 'azurerm_storage_account');
  const site = queue?.body.name === 'events' ? siteOfAccount(stacks, account) : undefined;
  const app = site && appIn(stacks, site);
  return site && app && (BY_MESSAGE[app] ?? (app === 'function' ? functionsOn(stacks, site)[0] : undefined));
}

/** The site whose host keeps its state in an account. */
const siteOfAccount = (stacks: TerraformStacks, account: LocatedBlock | undefined) =>
  sitesOf(stacks).find(
    (site) =>
      site.stack === account?.stack &&
      settingsOf(site).get('AzureWebJobsStorage__accountName') === account?.body.name,
  );

/** Account that the host of a site keeps its state in. */
export const accountOn = (stacks: TerraformStacks, site: LocatedBlock): LocatedBlock | undefined =>
  blocksOf(stacks, 'azurerm_storage_account').find(
    ({ stack, body }) =>
      stack === site.stack && body.name === settingsOf(site).get('AzureWebJobsStorage__accountName'),
  );

/** An identity by its object id: the address of the resource that has it, or the id as it is written. */
export const principalOf = (objectId: unknown): string => referencesIn(objectId)[0] ?? String(objectId);
