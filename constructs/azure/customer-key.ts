import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity/index.js';
import { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type { TerraformResource } from '../shared/cdktf.ts';
import { azureName, azureTags } from '../shared/naming.ts';
import { oncePerStack } from '../shared/once-per-stack.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { keyOf } from './place.ts';
import { pauseAfter } from './propagation.ts';
import { groupOf } from './resource-group.ts';

/** The longest name of an identity. */
const LONGEST = 128;

/** The identity that the storage accounts of a stack use a customer key with. */
export class KeyUser extends Construct {
  readonly identity: UserAssignedIdentity;
  /** Address of the key without a version: a new version is used by itself. */
  readonly keyUrl: string;
  /** Resources that must be there before the key is used. */
  readonly ready: TerraformResource;

  constructor(scope: Construct, id: string, config: ResolvedConfig, key: string) {
    super(scope, id);
    const group = groupOf(this, config);
    const part = group.resourceGroupName.includes('$') ? 'keys-data' : 'keys';
    this.identity = new UserAssignedIdentity(this, 'Identity', {
      ...group,
      name: azureName(config, part, LONGEST),
      tags: azureTags(config),
    });
    const right = new RoleAssignment(this, 'Uses', {
      scope: key,
      roleDefinitionName: SERVICE_RIGHTS.useKey.role,
      principalId: this.identity.principalId,
      principalType: 'ServicePrincipal',
    });
    this.ready = pauseAfter(this, 'Ready', [right], this.identity.principalId);
    this.keyUrl = keyUrl(key);
  }
}

/** The user of the environment's key in a construct's stack; undefined with Microsoft's own keys. */
export function keyUserOf(scope: Construct, config: ResolvedConfig): KeyUser | undefined {
  const key = keyOf(config);
  return key === undefined
    ? undefined
    : oncePerStack(scope, 'KeyUser', (stack) => new KeyUser(stack, 'KeyUser', config, key));
}

/** `https://<vault>.vault.azure.net/keys/<key>` of the key's ARM id, whose pattern the schema has seen. */
function keyUrl(id: string): string {
  const [, vault, key] = /\/vaults\/([^/]+)\/keys\/([^/]+)$/i.exec(id) ?? [];
  return `https://${vault}.vault.azure.net/keys/${key}`;
}
