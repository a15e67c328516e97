import { KeyVault } from '@cdktf/provider-azurerm/lib/key-vault/index.js';
import type { Construct } from 'constructs';
import { AZURE_NAMES } from '../config/limits/azure-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { azureGlobalName, azureTags } from '../shared/naming.ts';
import { cloudOf } from './place.ts';
import { groupOf } from './resource-group.ts';

/** The least that Key Vault has; it cannot be changed later (`soft_delete_retention_days` of azurerm). */
const RESTORE_DAYS = 7;

/** Name of one of the model's vaults, which is global. */
export const vaultName = (config: ResolvedConfig, part: string): string =>
  azureGlobalName(config, cloudOf(config).subscription, part, AZURE_NAMES.vault.most);

export interface VaultOf {
  readonly config: ResolvedConfig;
  readonly part: string;
  /** True where nobody may delete it for good, and Terraform refuses to. It cannot be undone. */
  readonly kept: boolean;
}

/** A vault whose secrets are read by roles of Azure alone. An empty one costs nothing. */
export const vault = (scope: Construct, id: string, { config, part, kept }: VaultOf): KeyVault =>
  new KeyVault(scope, id, {
    ...groupOf(scope, config),
    name: vaultName(config, part),
    tenantId: cloudOf(config).tenant,
    skuName: 'standard',
    rbacAuthorizationEnabled: true,
    purgeProtectionEnabled: kept,
    softDeleteRetentionDays: RESTORE_DAYS,
    tags: azureTags(config),
    lifecycle: { preventDestroy: kept },
  });
