import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import type { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container/index.js';
import { StorageQueue } from '@cdktf/provider-azurerm/lib/storage-queue/index.js';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity/index.js';
import { Construct } from 'constructs';
import { APPS, type AppName, type AppTrigger, EVENTS_QUEUE } from '../../lambdas/apps.ts';
import { azureIdentityName } from '../config/azure-login.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { azureAccountName, azureTags } from '../shared/naming.ts';
import { type GrantOn, giveAll, grantOf } from './grant.ts';
import { insightsOf } from './logs.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { cloudOf } from './place.ts';
import { groupOf } from './resource-group.ts';
import { storageAccount } from './storage-account.ts';

const CODE = 'code';

export interface AppHostProps {
  readonly config: ResolvedConfig;
  readonly app: AppName;
  /** Name of the app within the model. */
  readonly name: string;
  /** Rights beyond those of the platform. */
  readonly grants: readonly GrantOn[];
}

/**
 * The identity of an app and the account that the platform keeps its package, its locks and its queues in. Each app has its own: in a
 * shared account one app could replace the package of another.
 */
export class AppHost extends Construct {
  readonly identity: UserAssignedIdentity;
  readonly account: StorageAccount;
  /** Name of the account, a text. */
  readonly accountName: string;
  /** Container of the package. */
  readonly code: StorageContainer;
  /** Every role of the identity. */
  readonly roles: readonly RoleAssignment[];

  constructor(scope: Construct, id: string, { config, app, name, grants }: AppHostProps) {
    super(scope, id);
    const { name: model, environment } = config.model;
    this.identity = new UserAssignedIdentity(this, 'Identity', {
      ...groupOf(this, config),
      name: azureIdentityName({ model, environment }, name),
      tags: azureTags(config),
    });
    this.accountName = azureAccountName(config, cloudOf(config).subscription, name);
    this.account = storageAccount(this, 'Account', {
      config,
      name: this.accountName,
      versions: false,
      kept: false, // packages and locks; the model's data lie elsewhere
    });
    this.code = new StorageContainer(this, 'Code', {
      name: CODE,
      storageAccountId: this.account.id,
      containerAccessType: 'private',
    });
    this.roles = giveAll(this, this.identity.principalId, [
      ...hostGrants(app, this.account),
      grantOf(SERVICE_RIGHTS.writeTelemetry, 'insights', insightsOf(this, config).id),
      ...grants,
    ]);
  }

  /** The queue of the app's events, made at the first call. */
  get queue(): StorageQueue {
    const found = this.node.tryFindChild('Events');
    if (found !== undefined) return found as StorageQueue; // made below
    return new StorageQueue(this, 'Events', { name: EVENTS_QUEUE.name, storageAccountId: this.account.id });
  }
}

/** The platform locks timers by blobs, counts messages in queues, and keeps orchestrations in all three. */
function hostGrants(app: AppName, { id }: StorageAccount): GrantOn[] {
  const { triggers }: { readonly triggers: readonly AppTrigger[] } = APPS[app];
  const kinds = new Set(triggers.map(({ kind }) => kind));
  const isDurable = kinds.has('orchestration');
  return [
    grantOf(SERVICE_RIGHTS.hostBlobs, 'host', id),
    ...(isDurable || kinds.has('queue') ? [grantOf(SERVICE_RIGHTS.hostQueues, 'host', id)] : []),
    ...(isDurable ? [grantOf(SERVICE_RIGHTS.hostTables, 'host', id)] : []),
  ];
}
