import { join } from 'node:path';
import type { Construct } from 'constructs';
import { type Blueprint, loadBlueprint } from '../../../blueprints/index.ts';
import { type ResolvedConfig, resolveConfig } from '../../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../../constructs/config/schema.ts';
import type { GcpBindings } from '../../../constructs/gcp/bindings.ts';
import * as gcp from '../../../constructs/gcp/index.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';

const loaded = loadBlueprint(join(import.meta.dirname, '../../../blueprints/bank-marketing/blueprint.ts'));

/** The example blueprint in an environment on Google Cloud. */
export async function exampleGcpConfig(
  environment: 'dev' | 'staging' | 'prod' = 'dev',
  change: Partial<EnvironmentInput> = {},
  changeBlueprint: (blueprint: Blueprint) => Blueprint = (blueprint) => blueprint,
): Promise<ResolvedConfig> {
  const { blueprint } = await loaded;
  return resolveConfig(changeBlueprint(blueprint), parseEnvironment(environment, change, 'gcp'), 'gcp');
}

/** Everything that a function can be bound to, but the API that is bound to it. */
export function gcpBindings(
  scope: Construct,
  config: ResolvedConfig,
): Required<Omit<GcpBindings, 'scoring'>> {
  const store = new gcp.ArtifactStore(scope, 'Store', { config });
  const notifications = new gcp.Notifications(scope, 'Notifications', { config });
  return {
    store,
    notifications,
    features: new gcp.FeatureStore(scope, 'Features', { config, store }),
    registry: new gcp.ModelRegistry(scope, 'Registry', { config }),
    events: new gcp.ModelEvents(scope, 'Events', { config, notifications }),
    predictions: new gcp.PredictionLog(scope, 'Predictions', { config, store }),
    secret: new gcp.PseudonymSecret(scope, 'Secret', { config }),
  };
}
