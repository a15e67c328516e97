/** Grants as data: a role on one resource, which becomes a role assignment of an identity. */

import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import type { Construct } from 'constructs';
import type { AzureRight } from './permissions/right.ts';

/** A role on a resource, and how it is given. */
export interface GrantOn {
  /** Id of the assignment's construct: the same grant has the same one. */
  readonly id: string;
  /** ARM id of the resource. */
  readonly scope: string;
  /** A role that is built in, or one of ours by its id. */
  readonly role: { readonly name: string } | { readonly id: string };
  /** Narrows the role, version 2.0 of conditions. @default - the whole role */
  readonly condition?: string;
}

/** A built-in role on a resource. @param resource - Names the resource within the model. */
export const grantOf = ({ role }: AzureRight, resource: string, scope: string): GrantOn => ({
  id: `${pascal(role)}-${resource}`,
  scope,
  role: { name: role },
});

const pascal = (role: string): string => role.replaceAll(/[^A-Za-z]/g, '');

/** Gives each grant once to an identity of the model, as a construct of its own below the scope. */
export function giveAll(scope: Construct, principalId: string, grants: readonly GrantOn[]): RoleAssignment[] {
  const byId = new Map(grants.map((grant) => [grant.id, grant]));
  return [...byId.values()].map((grant) => giveTo(scope, grant, principalId, 'ServicePrincipal'));
}

/**
 * Gives one grant.
 *
 * @param kind - Kind of the principal. Azure looks it up where it is not given, and does not find an identity that was just made
 *   (learn.microsoft.com/azure/role-based-access-control/role-assignments-template#new-service-principal).
 */
export const giveTo = (
  scope: Construct,
  { id, scope: resource, role, condition }: GrantOn,
  principalId: string,
  kind: 'ServicePrincipal' | undefined,
): RoleAssignment =>
  new RoleAssignment(scope, id, {
    scope: resource,
    ...('name' in role ? { roleDefinitionName: role.name } : { roleDefinitionId: role.id }),
    principalId,
    ...(kind && { principalType: kind }),
    ...(condition !== undefined && { condition, conditionVersion: '2.0' }),
  });
