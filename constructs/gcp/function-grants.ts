import type { FunctionName } from '../../lambdas/functions.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { collectGrants, type Grants, type PortGrants } from '../shared/function-grants.ts';
import type { GcpBindings } from './bindings.ts';
import type { GrantOn } from './grant.ts';
import * as on from './grant.ts';
import { folderRights } from './permissions/objects.ts';
import { PORT_RIGHTS } from './permissions/ports.ts';
import { cloudOf } from './place.ts';

/**
 * Grants to a function's identity and its environment variables, from its port calls (`lambdas/functions.ts`).
 *
 * @throws Error naming every binding that the function uses and was not given
 */
export const grantsOf = (
  name: FunctionName,
  config: ResolvedConfig,
  bindings: GcpBindings,
): Grants<GrantOn> => collectGrants(name, config, bindings, gcpGrants(config));

function gcpGrants(config: ResolvedConfig): PortGrants<GcpBindings, GrantOn> {
  const { project, region } = cloudOf(config);
  const nothing = { rights: [], environment: {} };
  return {
    objects: (store, calls) => ({
      rights: folderRights(calls).map(({ folder, right }) => on.folder(right, store.storeName, folder)),
      environment: { MLOPS_BUCKET: store.storeName },
    }),
    events: ({ resource, requests }, calls) => ({
      rights: calls.flatMap((call) =>
        PORT_RIGHTS[`events.${call}`].map((right) =>
          on.topic(right, call === 'request' ? requests : resource),
        ),
      ),
      environment: {
        MLOPS_EVENTS_TOPIC: resource.id,
        ...(calls.some((call) => call === 'request') && { MLOPS_RETRAINING_TOPIC: requests.id }),
      },
    }),
    notifier: () => nothing,
    predictions: ({ topic }) => ({
      rights: PORT_RIGHTS['predictions.append'].map((right) => on.topic(right, topic)),
      environment: { MLOPS_PREDICTIONS_TOPIC: topic.id },
    }),
    registryMirror: ({ modelName, roleName }) => ({
      rights: [on.project({ role: roleName, on: 'the project', source: 'model-registry.ts' }, project)],
      environment: { MLOPS_VERTEX_MODEL: modelName },
    }),
    secret: ({ secretId }) => ({
      rights: PORT_RIGHTS['secret.read'].map((right) => on.secret(right, secretId)),
      environment: { MLOPS_SECRET: secretId },
    }),
    endpoint: ({ resource, url }) => ({
      rights: PORT_RIGHTS['endpoint.post'].map((right) => on.service(right, resource, region)),
      environment: { MLOPS_SCORING_URL: url },
    }),
    online: () => undefined,
    source: ({ instance }) =>
      instance === undefined
        ? undefined
        : {
            rights: PORT_RIGHTS['source.snapshot'].map((right) => on.database(right, instance)),
            environment: {},
          },
  };
}
