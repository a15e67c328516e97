import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { azureTags } from '../shared/naming.ts';
import { keyUseOf } from './customer-key.ts';
import { groupOf } from './resource-group.ts';

/** Deleted data can be restored for so long. */
export const RESTORE_DAYS = 7;

export interface StorageAccountOf {
  readonly config: ResolvedConfig;
  /** Global name. */
  readonly name: string;
  /** Whether each blob keeps its old versions. */
  readonly versions: boolean;
  /** Whether Terraform refuses to destroy it. */
  readonly kept: boolean;
}

/**
 * An account that takes Entra tokens over TLS only: no shared keys, no public blobs. With a customer key it encrypts queues and
 * tables too, which must be decided when it is made
 * (learn.microsoft.com/azure/storage/common/account-encryption-key-create).
 */
export function storageAccount(
  scope: Construct,
  id: string,
  { config, name, versions, kept }: StorageAccountOf,
): StorageAccount {
  const key = keyUseOf(scope, config);
  return new StorageAccount(scope, id, {
    ...groupOf(scope, config),
    name,
    accountTier: 'Standard',
    accountReplicationType: 'LRS',
    accountKind: 'StorageV2',
    minTlsVersion: 'TLS1_2',
    httpsTrafficOnlyEnabled: true,
    allowNestedItemsToBePublic: false,
    sharedAccessKeyEnabled: false,
    localUserEnabled: false,
    defaultToOauthAuthentication: true,
    crossTenantReplicationEnabled: false,
    infrastructureEncryptionEnabled: true,
    tags: azureTags(config),
    blobProperties: {
      versioningEnabled: versions,
      deleteRetentionPolicy: { days: RESTORE_DAYS },
      containerDeleteRetentionPolicy: { days: RESTORE_DAYS },
    },
    lifecycle: { preventDestroy: kept },
    ...(key && {
      identity: { type: 'UserAssigned', identityIds: [key.identityId] },
      customerManagedKey: { keyVaultKeyId: key.keyUrl, userAssignedIdentityId: key.identityId },
      queueEncryptionKeyType: 'Account',
      tableEncryptionKeyType: 'Account',
      dependsOn: [...key.after],
    }),
  });
}
