import type { FunctionName } from '../../lambdas/functions.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { collectGrants, type Grants, type PortGrants } from '../shared/function-grants.ts';
import type { AzureBindings } from './bindings.ts';
import { type GrantOn, grantOf } from './grant.ts';
import { mergedUses, type ObjectUses, objectCondition } from './permissions/objects.ts';
import { PORT_RIGHTS } from './permissions/ports.ts';

/** Keys of the artifact store, or a role on another resource. */
type Payload = { readonly objects: ObjectUses } | GrantOn;

/**
 * Grants to an app's identity and its settings, from the port calls of its functions (`lambdas/functions.ts`).
 *
 * @throws Error naming every binding that a function uses and was not given
 */
export function appGrants(
  functions: readonly FunctionName[],
  config: ResolvedConfig,
  bindings: AzureBindings,
): Grants<GrantOn> {
  const all = functions.map((name) => collectGrants<AzureBindings, Payload>(name, config, bindings, PORTS));
  const rights = all.flatMap(({ rights: own }) => own);
  const uses = mergedUses(rights.flatMap((right) => ('objects' in right ? [right.objects] : [])));
  const { store } = bindings;
  const objects: GrantOn = {
    id: 'Artifacts',
    scope: store.containerId,
    role: { id: store.roleId },
    condition: objectCondition(uses),
  };
  return {
    rights: [objects, ...rights.flatMap((right) => ('objects' in right ? [] : [right]))],
    environment: Object.assign({}, ...all.map(({ environment }) => environment)),
  };
}

const NOTHING = { rights: [], environment: {} };

const PORTS: PortGrants<AzureBindings, Payload> = {
  objects: (store, calls) => ({ rights: [{ objects: calls }], environment: { MLOPS_CONTAINER: store.url } }),
  events: ({ resource, endpoint }) => ({
    rights: PORT_RIGHTS['events.publish'].map((right) => grantOf(right, 'events', resource.id)),
    environment: { MLOPS_EVENTS_ENDPOINT: endpoint },
  }),
  notifier: () => NOTHING,
  // Records lie in the artifact store: the app adds blobs to their prefix, and reads none.
  predictions: ({ prefix }) => ({ rights: [{ objects: { write: [prefix] } }], environment: {} }),
  registryMirror: ({ modelResourceId, workspaceId, roleId }) => ({
    rights: [{ id: 'Models-workspace', scope: workspaceId, role: { id: roleId } }],
    environment: { MLOPS_ML_MODEL: modelResourceId },
  }),
  secret: ({ id, secretUrl }) => ({
    rights: PORT_RIGHTS['secret.read'].map((right) => grantOf(right, 'secret', id)),
    environment: { MLOPS_SECRET: secretUrl },
  }),
  endpoint: ({ url, audience }) => ({
    rights: [],
    environment: { MLOPS_SCORING_URL: url, MLOPS_SCORING_AUDIENCE: audience },
  }),
  online: () => undefined,
  source: () => NOTHING,
};
