import type { Port, PortCall } from '../../../lambdas/functions.ts';
import type { GcpRight } from './right.ts';

const PUBSUB = 'cloud.google.com/pubsub/docs/access-control#roles';
const SQL = 'cloud.google.com/sql/docs/postgres/iam-roles';

/** The right behind each port call; none where the call writes a line of the log. Those of objects are in `objects.ts`. */
export const PORT_RIGHTS = {
  'events.publish': [{ role: 'roles/pubsub.publisher', on: "the model's topic of events", source: PUBSUB }],
  'events.request': [
    { role: 'roles/pubsub.publisher', on: "the model's topic of retrainings", source: PUBSUB },
  ],
  'notifier.notify': [],
  'predictions.append': [
    { role: 'roles/pubsub.publisher', on: "the model's topic of predictions", source: PUBSUB },
  ],
  'secret.read': [
    {
      role: 'roles/secretmanager.secretAccessor',
      on: "the model's secret of pseudonyms",
      source: 'cloud.google.com/secret-manager/docs/access-control',
    },
  ],
  'endpoint.post': [
    {
      role: 'roles/run.invoker',
      on: "the model's scoring function",
      source: 'cloud.google.com/run/docs/reference/iam/roles',
    },
  ],
  'source.snapshot': [
    { role: 'roles/cloudsql.client', on: "the environment's database instance", source: SQL },
    { role: 'roles/cloudsql.instanceUser', on: "the environment's database instance", source: SQL },
  ],
} as const satisfies Readonly<
  Partial<Record<PortCall<Exclude<Port, 'objects' | 'online' | 'registryMirror'>>, readonly GcpRight[]>>
>;

/** Permissions of the registry's mirror: IAM knows models by their project only. */
export const MIRROR_PERMISSIONS = [
  'aiplatform.models.get',
  'aiplatform.models.list',
  'aiplatform.models.update',
  'aiplatform.models.upload',
] as const;
