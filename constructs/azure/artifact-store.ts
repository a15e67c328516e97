import { RoleDefinition } from '@cdktf/provider-azurerm/lib/role-definition/index.js';
import type { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
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
import { azureAccountName, azureUuid, nameOf } from '../shared/naming.ts';
import { makeKeyUser } from './customer-key.ts';
import { logWorkspace } from './logs.ts';
import { ARTIFACT_ACTIONS } from './permissions/objects.ts';
import { armId, cloudOf, isRemoved } from './place.ts';
import { groupIdOf, makeGroup } from './resource-group.ts';
import { RESTORE_DAYS, storageAccount } from './storage-account.ts';

/** A replaced report or pointer can be looked at for so long. */
const OLD_VERSION_DAYS = 90;
/** An event that could not be delivered is kept for so long. */
const DEAD_LETTER_DAYS = 30;
/** Name of the container of a model's objects. */
export const ARTIFACTS = 'artifacts';
const DEAD_LETTERS = 'dead-letters';

/**
 * Blob Storage: one private container of an account that takes Entra tokens only, with versions and soft delete; the model's resource
 * group, the workspace of its log, and the role that its apps get on the container. Azure cannot demand that a write has a condition.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ArtifactStore } from 'mlops-blueprint/azure';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * new TerraformOutput(stack, 'StoreName', { value: store.storeName });
 */
export class ArtifactStore extends ModelConstruct implements contract.IArtifactStore {
  readonly resource: StorageAccount;
  readonly container: StorageContainer;
  /** `<account>/<container>`, texts and no references. */
  readonly storeName: string;
  /** Address of the container. */
  readonly url: string;
  /** ARM ids as texts: another stack may use them. */
  readonly accountId: string;
  readonly containerId: string;
  readonly deadLettersId: string;
  readonly roleId: string;
  /** Name of the container of events that could not be delivered. */
  readonly deadLetters: string = DEAD_LETTERS;

  constructor(scope: Construct, id: string, props: contract.ArtifactStoreProps) {
    super(scope, id, props);
    const { config } = props;
    const { subscription } = cloudOf(config);
    makeGroup(this, config);
    makeKeyUser(this, config);
    const name = azureAccountName(config, subscription, '');
    this.resource = storageAccount(this, 'Resource', {
      config,
      name,
      versions: true,
      kept: !isRemoved(config),
    });
    this.container = this.containerOf('Container', ARTIFACTS);
    this.containerOf('DeadLetters', DEAD_LETTERS);
    new StorageManagementPolicy(this, 'Lifecycle', {
      storageAccountId: this.resource.id,
      rule: [
        oldVersions('old-versions', `${ARTIFACTS}/`, OLD_VERSION_DAYS),
        deleted('dead-letters', `${DEAD_LETTERS}/`, DEAD_LETTER_DAYS),
        ...expiries(config),
      ],
    });
    logWorkspace(this, 'Logs', config);
    this.storeName = `${name}/${ARTIFACTS}`;
    this.url = `https://${name}.blob.core.windows.net/${ARTIFACTS}`;
    this.accountId = armId(config, 'Microsoft.Storage/storageAccounts', name);
    const containers = `${this.accountId}/blobServices/default/containers`;
    this.containerId = `${containers}/${ARTIFACTS}`;
    this.deadLettersId = `${containers}/${DEAD_LETTERS}`;
    this.roleId = this.role(config, subscription);
  }

  // By the account's id: by its name the provider would call the data plane with a shared key.
  private containerOf(id: string, name: string): StorageContainer {
    return new StorageContainer(this, id, {
      name,
      storageAccountId: this.resource.id,
      containerAccessType: 'private',
    });
  }

  /** The role of the model's apps. Roles that are built in allow to delete the container, or to sign access for others. */
  private role(config: ResolvedConfig, subscription: string): string {
    const uuid = azureUuid(`${subscription}/${nameOf(config)}/artifacts`);
    const scope = groupIdOf(this, config);
    new RoleDefinition(this, 'Role', {
      name: `${nameOf(config)} artifacts ${uuid.slice(0, 8)}`, // unique in the tenant
      roleDefinitionId: uuid,
      scope,
      assignableScopes: [scope],
      description: 'reads and writes objects; a condition names the prefixes',
      permissions: [{ actions: [], dataActions: [...ARTIFACT_ACTIONS] }],
    });
    return `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${uuid}`;
  }
}

function expiries({ retention, model }: ResolvedConfig): StorageManagementPolicyRule[] {
  return expiringPrefixes(retention, model).flatMap(({ id, prefix, days, rows }) => [
    ...(days === undefined ? [] : [deleted(id, `${ARTIFACTS}/${prefix}`, days)]),
    ...(rows ? [oldVersions(`${id}-old`, `${ARTIFACTS}/${prefix}`, RESTORE_DAYS)] : []),
  ]);
}

const deleted = (name: string, prefix: string, days: number): StorageManagementPolicyRule => ({
  name,
  enabled: true,
  filters: { blobTypes: ['blockBlob', 'appendBlob'], prefixMatch: [prefix] },
  actions: { baseBlob: { deleteAfterDaysSinceModificationGreaterThan: days } },
});

const oldVersions = (name: string, prefix: string, days: number): StorageManagementPolicyRule => ({
  name,
  enabled: true,
  filters: { blobTypes: ['blockBlob', 'appendBlob'], prefixMatch: [prefix] },
  actions: { version: { deleteAfterDaysSinceCreation: days } },
});
