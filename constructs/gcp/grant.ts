/** Grants as data: a role on one resource, which becomes a member of that resource's policy. */

import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member/index.js';
import type { Cloudfunctions2Function } from '@cdktf/provider-google/lib/cloudfunctions2-function/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import type { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic/index.js';
import { PubsubTopicIamMember } from '@cdktf/provider-google/lib/pubsub-topic-iam-member/index.js';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member/index.js';
import { StorageManagedFolderIamMember } from '@cdktf/provider-google/lib/storage-managed-folder-iam-member/index.js';
import type { Construct } from 'constructs';
import type { TerraformResource } from '../shared/cdktf.ts';
import type { GcpRight } from './permissions/right.ts';

/** A role on a resource, and how it is given to a member. */
export interface GrantOn {
  readonly right: GcpRight;
  /** Name of the resource within the model, for the id of the grant. */
  readonly resource: string;
  give(scope: Construct, id: string, member: string): TerraformResource;
}

export const folder = (right: GcpRight, bucket: string, name: string): GrantOn => ({
  right,
  resource: name.slice(0, -1).replaceAll('/', '-'),
  give: (scope, id, member) =>
    new StorageManagedFolderIamMember(scope, id, { bucket, managedFolder: name, role: right.role, member }),
});

export const topic = (right: GcpRight, resource: PubsubTopic): GrantOn => ({
  right,
  resource: resource.node.path.split('/').slice(-2).join('-'),
  give: (scope, id, member) =>
    new PubsubTopicIamMember(scope, id, { topic: resource.name, role: right.role, member }),
});

/** @param secretId - `projects/<project>/secrets/<id>` */
export const secret = (right: GcpRight, secretId: string): GrantOn => ({
  right,
  resource: 'secret',
  give: (scope, id, member) =>
    new SecretManagerSecretIamMember(scope, id, { secretId, role: right.role, member }),
});

/** The service of Cloud Run that a function is. */
export const service = (right: GcpRight, resource: Cloudfunctions2Function, location: string): GrantOn => ({
  right,
  resource: 'function',
  give: (scope, id, member) =>
    new CloudRunV2ServiceIamMember(scope, id, {
      name: resource.name,
      location,
      role: right.role,
      member,
    }),
});

/** For what has no policy of its own. */
export const project = (right: GcpRight, id: string): GrantOn => ({
  right,
  resource: 'project',
  give: (scope, constructId, member) =>
    new ProjectIamMember(scope, constructId, { project: id, role: right.role, member }),
});

/** @param instance - `project:region:instance`; the role holds for this instance alone. */
export function database(right: GcpRight, instance: string): GrantOn {
  const parts = instance.split(':');
  const name = parts.at(-1) ?? '';
  const owner = parts.slice(0, -2).join(':'); // the project of a domain has a colon itself
  return {
    right,
    resource: 'database',
    give: (scope, id, member) =>
      new ProjectIamMember(scope, id, {
        project: owner,
        role: right.role,
        member,
        condition: {
          title: `only ${name}`.slice(0, 100),
          // cloud.google.com/sql/docs/postgres/iam-conditions
          expression: `resource.type == "sqladmin.googleapis.com/Instance" && resource.name == "projects/${owner}/instances/${name}"`,
        },
      }),
  };
}

/** Gives each grant to a member, as a construct of its own below the scope. */
export const giveAll = (scope: Construct, member: string, grants: readonly GrantOn[]): TerraformResource[] =>
  grants.map((one) => one.give(scope, `${shortRole(one.right)}-${one.resource}`, member));

const shortRole = ({ role }: GcpRight): string => role.split(/[./]/).at(-1) ?? role;
