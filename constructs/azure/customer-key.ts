import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity/index.js';
import { Construct } from 'constructs';
import { AZURE_NAMES } from '../config/limits/azure-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { type TerraformResource, TerraformStack } from '../shared/cdktf.ts';
import { azureName, azureTags } from '../shared/naming.ts';
import { oncePerStack } from '../shared/once-per-stack.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { armId, keyOf } from './place.ts';
import { pauseAfter } from './propagation.ts';
import { groupOf } from './resource-group.ts';

const ID = 'KeyUser';

const identityName = (config: ResolvedConfig): string => azureName(config, 'keys', AZURE_NAMES.identity.most);

/** The identity that the storage accounts of a model use a customer key with. */
class KeyUser extends Construct {
  readonly identity: UserAssignedIdentity;
  readonly ready: TerraformResource;

  constructor(scope: Construct, id: string, config: ResolvedConfig, key: string) {
    super(scope, id);
    this.identity = new UserAssignedIdentity(this, 'Identity', {
      ...groupOf(this, config),
      name: identityName(config),
      tags: azureTags(config),
    });
    const right = new RoleAssignment(this, 'Uses', {
      scope: key,
      roleDefinitionName: SERVICE_RIGHTS.useKey.role,
      principalId: this.identity.principalId,
      principalType: 'ServicePrincipal',
    });
    this.ready = pauseAfter(this, 'Ready', [right], this.identity.principalId);
  }
}

/** Makes the user of the environment's key in the stack of a construct; none with Microsoft's own keys. */
export function makeKeyUser(scope: Construct, config: ResolvedConfig): void {
  const key = keyOf(config);
  if (key !== undefined) oncePerStack(scope, ID, (stack) => new KeyUser(stack, ID, config, key));
}

/** A customer key as an account takes it. */
export interface KeyUse {
  readonly identityId: string;
  /** Address of the key without a version: a new version is used by itself. */
  readonly keyUrl: string;
  /** Resources that must be there first; none in another stack than the user's. */
  readonly after: readonly TerraformResource[];
}

/** The environment's key for the accounts of a stack; undefined with Microsoft's own keys. */
export function keyUseOf(scope: Construct, config: ResolvedConfig): KeyUse | undefined {
  const key = keyOf(config);
  if (key === undefined) return undefined;
  const found = TerraformStack.of(scope).node.tryFindChild(ID);
  const user = found === undefined ? undefined : (found as KeyUser); // nobody else makes a child of this id
  return {
    identityId:
      user?.identity.id ??
      armId(config, 'Microsoft.ManagedIdentity/userAssignedIdentities', identityName(config)),
    keyUrl: keyUrl(key),
    after: user === undefined ? [] : [user.ready],
  };
}

/** `https://<vault>.vault.azure.net/keys/<key>` of the key's ARM id, whose pattern the schema has seen. */
function keyUrl(id: string): string {
  const [, vault, key] = /\/vaults\/([^/]+)\/keys\/([^/]+)$/i.exec(id) ?? [];
  return `https://${vault}.vault.azure.net/keys/${key}`;
}
