/**
 * Resources of Azure that azurerm lacks or makes wrong, by the API itself (registry.terraform.io/providers/Azure/azapi). Each body is
 * typed by the vendor's own package where it is written.
 */

import type { Construct } from 'constructs';
import { PlainResource, type PlainResourceProps } from './cdktf.ts';

/** Type and version of an API: `Microsoft.Web/sites@2024-11-01`. */
export type ApiVersion = `Microsoft.${string}@${string}`;
type Body = Readonly<Record<string, unknown>>;

export interface AzapiResourceProps extends PlainResourceProps {
  readonly type: ApiVersion;
  readonly name: string;
  /** Id of the group or the resource that it is part of. */
  readonly parentId: string;
  /** Azure region. @default - that of its parent */
  readonly location?: string;
  /** Tags that it can be found and billed by. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Ids of the identities that it has, assigned by the user; `system` for its own. @default - none */
  readonly identity?: { readonly ids: readonly string[] } | 'system';
  readonly body: Body;
  /** Parts of the body that are sent and never stored (Terraform 1.11). @default - none */
  readonly sensitiveBody?: Body;
  /** Versions of the sensitive parts by their paths: another version sends them again. @default - never again */
  readonly sensitiveVersion?: Readonly<Record<string, string>>;
  /** Query of the call that deletes it. @default - none */
  readonly deleteQuery?: Readonly<Record<string, readonly string[]>>;
}

/** `azapi_resource`. It reads nothing back but its id. */
export class AzapiResource extends PlainResource {
  constructor(scope: Construct, id: string, props: AzapiResourceProps) {
    const { type, name, parentId, location, tags, identity, body, ...others } = props;
    const { sensitiveBody, sensitiveVersion, deleteQuery, ...meta } = others;
    super(scope, id, 'azapi', 'azapi_resource', meta, {
      type,
      name,
      parent_id: parentId,
      location,
      tags,
      ...(identity && { identity: [identityBlock(identity)] }),
      body,
      sensitive_body: sensitiveBody,
      sensitive_body_version: sensitiveVersion,
      delete_query_parameters: deleteQuery,
      // The API gives ids back in a spelling of its own, such as serverfarms, and that is not a change.
      ignore_casing: true,
      response_export_values: [],
    });
  }

  get id(): string {
    return this.getStringAttribute('id');
  }

  /** Object id of the resource's own identity. */
  get principalId(): string {
    return this.getStringAttribute('identity[0].principal_id');
  }
}

const identityBlock = (identity: NonNullable<AzapiResourceProps['identity']>) =>
  identity === 'system'
    ? { type: 'SystemAssigned' }
    : { type: 'UserAssigned', identity_ids: [...identity.ids] };

export interface AzapiActionProps extends PlainResourceProps {
  readonly type: ApiVersion;
  /** Id of the resource that it is done to. */
  readonly resourceId: string;
  readonly method: 'POST' | 'PUT';
  readonly body: Body;
  /** As that of a resource. @default - none */
  readonly sensitiveBody?: Body;
  /** As those of a resource. @default - never again */
  readonly sensitiveVersion?: Readonly<Record<string, string>>;
}

/** `azapi_resource_action`: a call that is done when it is made, and when its body changes. It is not undone. */
export class AzapiAction extends PlainResource {
  constructor(scope: Construct, id: string, props: AzapiActionProps) {
    const { type, resourceId, method, body, sensitiveBody, sensitiveVersion, ...meta } = props;
    super(scope, id, 'azapi', 'azapi_resource_action', meta, {
      type,
      resource_id: resourceId,
      method,
      body,
      sensitive_body: sensitiveBody,
      sensitive_body_version: sensitiveVersion,
      response_export_values: [],
    });
  }
}

export interface AzapiUpdateProps extends PlainResourceProps {
  readonly type: ApiVersion;
  /** Id of the resource that is there with its parent. */
  readonly resourceId: string;
  readonly body: Body;
}

/** `azapi_update_resource`: settings of a resource that comes with its parent and cannot be made. */
export class AzapiUpdate extends PlainResource {
  constructor(scope: Construct, id: string, { type, resourceId, body, ...meta }: AzapiUpdateProps) {
    super(scope, id, 'azapi', 'azapi_update_resource', meta, {
      type,
      resource_id: resourceId,
      body,
      response_export_values: [],
    });
  }
}
