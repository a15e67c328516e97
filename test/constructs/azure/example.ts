import { join } from 'node:path';
import type { Construct } from 'constructs';
import { type Blueprint, loadBlueprint } from '../../../blueprints/index.ts';
import type { AzureBindings } from '../../../constructs/azure/bindings.ts';
import * as azure from '../../../constructs/azure/index.ts';
import { type ResolvedConfig, resolveConfig } from '../../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../../constructs/config/schema.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';
import { foreignTerraformStack } from '../../support/synth-terraform.ts';
import type { TerraformConfig } from '../../support/terraform/schema.ts';

const loaded = loadBlueprint(join(import.meta.dirname, '../../../blueprints/bank-marketing/blueprint.ts'));

/** Whom the examples notify. */
export const PEOPLE = { alertTo: ['ml-alerts@example.com', 'on-call@example.com'] };

/** The example blueprint in an environment on Azure. */
export async function exampleAzureConfig(
  environment: 'dev' | 'staging' | 'prod' = 'dev',
  change: Partial<EnvironmentInput> = {},
  changeBlueprint: (blueprint: Blueprint) => Blueprint = (blueprint) => blueprint,
): Promise<ResolvedConfig> {
  const { blueprint } = await loaded;
  return resolveConfig(changeBlueprint(blueprint), parseEnvironment(environment, change, 'azure'), 'azure');
}

/** Everything that a function can be bound to, but the API that is bound to it. */
export function azureBindings(
  scope: Construct,
  config: ResolvedConfig,
): Required<Omit<AzureBindings, 'scoring'>> {
  const store = new azure.ArtifactStore(scope, 'Store', { config });
  const notifications = new azure.Notifications(scope, 'Notifications', { config });
  return {
    store,
    notifications,
    features: new azure.FeatureStore(scope, 'Features', { config, store }),
    registry: new azure.ModelRegistry(scope, 'Registry', { config }),
    events: new azure.ModelEvents(scope, 'Events', { config, notifications }),
    predictions: new azure.PredictionLog(scope, 'Predictions', { config, store }),
    secret: new azure.PseudonymSecret(scope, 'Secret', { config }),
  };
}

/** Everything that somebody else's stack holds after the constructs are made in it. */
export function made(make: (scope: Construct) => unknown): TerraformConfig {
  const stack = foreignTerraformStack();
  make(stack);
  return stack.toTerraform() as TerraformConfig; // the form that it is written in
}

type Body = Readonly<Record<string, unknown>>;

/** Resources of a type, in the order in which they were made. */
export const all = ({ resource }: TerraformConfig, type: string): readonly Body[] =>
  Object.values(resource?.[type] ?? {});

/** The only resource of a type. */
export function only(config: TerraformConfig, type: string): Body {
  const [found, ...others] = all(config, type);
  if (found === undefined || others.length > 0)
    throw new Error(`${others.length + (found ? 1 : 0)} resources of ${type}`);
  return found;
}
