import { createHash } from 'node:crypto';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group/index.js';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container/index.js';
import {
  StorageManagementPolicy,
  type StorageManagementPolicyRule,
} from '@cdktf/provider-azurerm/lib/storage-management-policy/index.js';
import type { Construct } from 'constructs';
import { expiringPrefixes } from '../config/retention.ts';
import type * as contract from '../contract/artifact-store.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { nameOf, tagsOf } from '../shared/naming.ts';

type AzureCloud = Extract<ResolvedConfig['environment']['cloud'], { provider: 'azure' }>;

/** A replaced report or pointer can be looked at for so long. */
const OLD_VERSION_DAYS = 90;
/** Rows that expired or were replaced can be restored for so long. */
const OLD_ROW_DAYS = 7;
const CONTAINER = 'artifacts';
/** Letters of the model and digits of a digest: an account's name is global and has 3 to 24 letters and digits. */
const NAME = { letters: 14, digits: 10 } as const;

/**
 * Blob Storage: one private container of an account that takes Entra tokens only, with versions and soft delete. No stack holds it
 * yet. A key of the customer needs a vault, which this version has not.
 *
 * Azure cannot demand that a write has a condition.
 */
export class ArtifactStore extends ModelConstruct implements contract.IArtifactStore {
  readonly resource: StorageAccount;
  readonly container: StorageContainer;
  /** `<account>/<container>`, texts and no references. */
  readonly storeName: string;

  /** @throws Error where the environment is on another cloud, or asks for a key of the customer */
  constructor(scope: Construct, id: string, props: contract.ArtifactStoreProps) {
    super(scope, id, props);
    const { config } = props;
    const cloud = cloudOf(config);
    const tags = azureTags(config);
    const resourceGroupName =
      cloud.resourceGroup ??
      new ResourceGroup(this, 'ResourceGroup', {
        name: nameOf(config).slice(0, 90),
        location: cloud.location,
        tags,
      }).name;
    const accountName = accountNameOf(config, cloud);
    this.resource = new StorageAccount(this, 'Resource', {
      name: accountName,
      resourceGroupName,
      location: cloud.location,
      accountTier: 'Standard',
      accountReplicationType: 'LRS',
      accountKind: 'StorageV2',
      minTlsVersion: 'TLS1_2',
      httpsTrafficOnlyEnabled: true,
      allowNestedItemsToBePublic: false,
      sharedAccessKeyEnabled: false,
      defaultToOauthAuthentication: true,
      crossTenantReplicationEnabled: false,
      infrastructureEncryptionEnabled: true,
      tags,
      blobProperties: {
        versioningEnabled: true,
        deleteRetentionPolicy: { days: OLD_ROW_DAYS },
        containerDeleteRetentionPolicy: { days: OLD_ROW_DAYS },
      },
      lifecycle: { preventDestroy: config.environment.removal === 'retain' },
    });
    // By the account's id: by its name the provider would call the data plane with a shared key.
    this.container = new StorageContainer(this, 'Container', {
      name: CONTAINER,
      storageAccountId: this.resource.id,
      containerAccessType: 'private',
    });
    new StorageManagementPolicy(this, 'Lifecycle', {
      storageAccountId: this.resource.id,
      rule: [oldVersions('old-versions', `${CONTAINER}/`, OLD_VERSION_DAYS), ...expiries(config)],
    });
    this.storeName = `${accountName}/${CONTAINER}`;
  }
}

function cloudOf({ environment: { cloud, encryption, name } }: ResolvedConfig): AzureCloud {
  if (cloud.provider !== 'azure')
    throw new Error(`environment '${name}' is on ${cloud.provider}: give it cloud: { provider: 'azure', … }`);
  if (encryption === 'customer')
    throw new Error("ArtifactStore: a key of the customer is not in this version on Azure: use 'provider'");
  return cloud;
}

function accountNameOf(config: ResolvedConfig, { subscription }: AzureCloud): string {
  const name = nameOf(config);
  const digest = createHash('sha256').update(`${subscription}/${name}`).digest('hex').slice(0, NAME.digits);
  return `${name.replaceAll('-', '').slice(0, NAME.letters)}${digest}`;
}

/** The API refuses `<>%&\?/` in names of tags (learn.microsoft.com/azure/azure-resource-manager/management/tag-resources). */
const azureTags = (config: ResolvedConfig): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tagsOf(config)).map(([key, value]) => [key.replaceAll(/[<>%&\\?/]/g, '-'), value]),
  );

function expiries({ retention, model }: ResolvedConfig): StorageManagementPolicyRule[] {
  return expiringPrefixes(retention, model).flatMap(({ id, prefix, days, rows }) => [
    ...(days === undefined
      ? []
      : [
          {
            name: id,
            enabled: true,
            filters: { blobTypes: ['blockBlob', 'appendBlob'], prefixMatch: [`${CONTAINER}/${prefix}`] },
            actions: { baseBlob: { deleteAfterDaysSinceModificationGreaterThan: days } },
          },
        ]),
    ...(rows ? [oldVersions(`${id}-old`, `${CONTAINER}/${prefix}`, OLD_ROW_DAYS)] : []),
  ]);
}

const oldVersions = (name: string, prefix: string, days: number): StorageManagementPolicyRule => ({
  name,
  enabled: true,
  filters: { blobTypes: ['blockBlob'], prefixMatch: [prefix] },
  actions: { version: { deleteAfterDaysSinceCreation: days } },
});
