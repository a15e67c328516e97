/** Grants of a function: one walk over its ports and their bindings, with the payload of the cloud. */

import { FUNCTIONS, type FunctionName, type FunctionUses, type Port } from '../../lambdas/functions.ts';
import type { Bindings } from '../contract/bindings.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';

type Database = NonNullable<ResolvedConfig['environment']['database']>;

/** Binding behind each port with the construct that makes it, in the order of the grants. The source has none. */
const BINDING_OF = {
  objects: ['store', 'an ArtifactStore'],
  events: ['events', 'ModelEvents'],
  notifier: ['notifications', 'Notifications'],
  predictions: ['predictions', 'a PredictionLog'],
  registryMirror: ['registry', 'a ModelRegistry'],
  secret: ['secret', 'a PseudonymSecret'],
  endpoint: ['scoring', 'a ScoringApi'],
  online: ['features', 'a FeatureStore of a blueprint with serving.online.byKey'],
} as const satisfies Readonly<
  Record<Exclude<Port, 'source'>, readonly [binding: keyof Bindings, construct: string]>
>;

/** Resource behind each port. */
type Resources<B extends Bindings> = {
  readonly [P in keyof typeof BINDING_OF]: NonNullable<B[(typeof BINDING_OF)[P][0]]>;
} & { readonly source: Database };

type Calls = { readonly [P in Port]-?: NonNullable<FunctionUses[P]> };

/** Rights of one function, as the cloud's payload, and the settings that its adapters read. */
export interface Grants<Payload> {
  readonly rights: readonly Payload[];
  /** Names of the resources by environment variable. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Grants for these calls of one port on its resource; undefined if the resource lacks the part that they need. */
type Grant<B extends Bindings, Payload, P extends Port> = (
  resource: Resources<B>[P],
  calls: Calls[P],
) => Grants<Payload> | undefined;

/** A cloud's grants, by port. */
export type PortGrants<B extends Bindings, Payload> = { readonly [P in Port]: Grant<B, Payload, P> };

/**
 * Walks the ports that a function uses (`lambdas/functions.ts`) and asks the cloud for the grants of each.
 *
 * @throws Error naming every binding that is missing, each with the construct that makes it
 */
export function collectGrants<B extends Bindings, Payload>(
  name: FunctionName,
  config: ResolvedConfig,
  bindings: B,
  cloud: PortGrants<B, Payload>,
): Grants<Payload> {
  const uses: Partial<Calls> = FUNCTIONS[name].uses;
  const missing: string[] = [];
  const found: Grants<Payload>[] = [];
  const add = <P extends Port>(port: P, resource: Resources<B>[P] | undefined, fix: string): void => {
    const calls = uses[port];
    if (calls === undefined) return;
    const grant: Grant<B, Payload, P> = cloud[port];
    const grants = resource && grant(resource, calls);
    if (grants === undefined) missing.push(fix);
    else found.push(grants);
  };

  for (const port of Object.keys(BINDING_OF) as (keyof typeof BINDING_OF)[]) {
    // Features are fetched by key only where the blueprint says so, and only then is there an online store.
    if (port === 'online' && !config.model.serving.online?.byKey) continue;
    const [binding, construct] = BINDING_OF[port];
    add(port, bindings[binding], `${binding}: give ${construct}`);
  }
  const { database } = config.environment;
  add(
    'source',
    database,
    database === undefined
      ? 'environment.database: give the database of the rows'
      : 'environment.database.instance: give the id of the database',
  );

  if (missing.length > 0) throw new Error(`function '${name}' lacks bindings: ${missing.join('; ')}`);
  return {
    rights: found.flatMap(({ rights }) => rights),
    environment: Object.fromEntries(found.flatMap(({ environment }) => Object.entries(environment))),
  };
}
