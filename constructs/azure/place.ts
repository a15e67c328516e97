import { shortName } from '../config/short-name.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { nameOf } from '../shared/naming.ts';

/** The block of an environment on Azure. */
export type AzureCloud = Extract<ResolvedConfig['environment']['cloud'], { provider: 'azure' }>;

type Config = Pick<ResolvedConfig, 'environment' | 'model'>;

/** Characters of the longest name of a resource group (learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules). */
const LONGEST_GROUP = 90;

/** @throws Error where the environment is on another cloud */
export function cloudOf({ environment: { cloud, name } }: Pick<ResolvedConfig, 'environment'>): AzureCloud {
  if (cloud.provider === 'azure') return cloud;
  throw new Error(
    `environment '${name}' is on ${cloud.provider}: give it cloud: { provider: 'azure', subscription, … }`,
  );
}

/** The customer key of the environment by its ARM id; undefined with Microsoft's own. */
export const keyOf = (config: Pick<ResolvedConfig, 'environment'>): string | undefined =>
  config.environment.encryption === 'customer' ? cloudOf(config).keyId : undefined;

/** Whether the data goes with the stack. */
export const isRemoved = ({ environment }: Pick<ResolvedConfig, 'environment'>): boolean =>
  environment.removal === 'destroy';

/** Name of the model's resource group. */
export const groupName = (config: Config): string =>
  cloudOf(config).resourceGroup ?? shortName(nameOf(config), LONGEST_GROUP);

/** Id of the model's resource group. */
export const groupId = (config: Config): string =>
  `/subscriptions/${cloudOf(config).subscription}/resourceGroups/${groupName(config)}`;

/**
 * Id of a resource in the model's group, as a text: another stack may use it.
 *
 * @param type - `Microsoft.Storage/storageAccounts`
 */
export const armId = (config: Config, type: `Microsoft.${string}/${string}`, name: string): string =>
  `${groupId(config)}/providers/${type}/${name}`;
