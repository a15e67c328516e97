import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type Blueprint, loadBlueprint } from '../../../blueprints/index.ts';
import { ArtifactStore } from '../../../constructs/aws/artifact-store.ts';
import type { AwsBindings } from '../../../constructs/aws/bindings.ts';
import { FeatureStore } from '../../../constructs/aws/feature-store.ts';
import { ModelEvents } from '../../../constructs/aws/model-events.ts';
import { ModelRegistry } from '../../../constructs/aws/model-registry.ts';
import { Notifications } from '../../../constructs/aws/notifications.ts';
import { PredictionLog } from '../../../constructs/aws/prediction-log.ts';
import { PseudonymSecret } from '../../../constructs/aws/pseudonym-secret.ts';
import { type ResolvedConfig, resolveConfig } from '../../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../../constructs/config/schema.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';
import { at, listOf, statementsOf } from '../../support/template.ts';

const FILE = join(import.meta.dirname, '../../../blueprints/bank-marketing/blueprint.ts');
const loaded = loadBlueprint(FILE);

/** The example blueprint in an environment on AWS. */
export async function exampleConfig(
  environment: 'dev' | 'staging' | 'prod' = 'dev',
  change: Partial<EnvironmentInput> = {},
  changeBlueprint: (blueprint: Blueprint) => Blueprint = (blueprint) => blueprint,
): Promise<ResolvedConfig> {
  const { blueprint } = await loaded;
  return resolveConfig(changeBlueprint(blueprint), parseEnvironment(environment, change, 'aws'), 'aws');
}

/** What its functions are configured with. */
export const exampleModel = async () => (await exampleConfig()).model;

/** Somebody else's stack: of no account and no region, with none of this project's tags. */
export const foreignStack = (): Stack => new Stack(new App(), 'Foreign');

/** Everything that a function can be bound to, but the API that is bound to it. */
export function allBindings(stack: Stack, config: ResolvedConfig): Required<Omit<AwsBindings, 'scoring'>> {
  const store = new ArtifactStore(stack, 'Store', { config });
  const notifications = new Notifications(stack, 'Notifications', { config });
  return {
    store,
    notifications,
    features: new FeatureStore(stack, 'Features', { config, store }),
    registry: new ModelRegistry(stack, 'Registry', { config }),
    events: new ModelEvents(stack, 'Events', { config, notifications }),
    predictions: new PredictionLog(stack, 'Predictions', { config, store }),
    secret: new PseudonymSecret(stack, 'Secret', { config }),
  };
}

/** A resource of a template. */
export interface Found {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The resources of a type in a stack. */
export function found(stack: Stack, type: string): Found[] {
  return Object.entries(Template.fromStack(stack).findResources(type)).map(([id, { Properties }]) => ({
    id,
    properties: (Properties ?? {}) as Found['properties'],
  }));
}

/** The one resource of a type whose logical id starts with this. */
export function one(stack: Stack, type: string, start = ''): Found {
  const all = found(stack, type).filter(({ id }) => id.startsWith(start));
  const [first] = all;
  if (first === undefined || all.length > 1)
    throw new Error(`expected one ${type} '${start}', got ${all.map(({ id }) => id).join(', ') || 'none'}`);
  return first;
}

/** What a role may do, as `action on <logical id or text>`, one text each. */
export function rightsOf(stack: Stack, roleId: string): string[] {
  return found(stack, 'AWS::IAM::Policy')
    .filter(({ properties }) => JSON.stringify(properties.Roles).includes(`"${roleId}"`))
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
    .flatMap(({ Action, Resource }) =>
      listOf(Resource).flatMap((resource) =>
        listOf(Action).map((action) => `${String(action)} on ${shown(resource)}`),
      ),
    )
    .sort();
}

/** `<logical id>` for what points at it, JSON for everything else. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  const reference = at(value, 'Ref') ?? at(value, 'Fn::GetAtt', 0);
  return typeof reference === 'string' ? reference : JSON.stringify(value);
}

/** The logical id of the role behind `Fn::GetAtt: [<id>, Arn]`. */
export const roleOf = ({ properties }: Found, ...path: readonly (string | number)[]): string =>
  String(at(at(properties, ...path), 'Fn::GetAtt', 0));
