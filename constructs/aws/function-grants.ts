import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { FUNCTIONS, type FunctionName, type FunctionUses } from '../../lambdas/functions.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type { AwsBindings } from './bindings.ts';
import { objectStatements } from './permissions/objects.ts';
import { databaseUser, MIRROR_RIGHTS, modelPackagesOf, PORT_RIGHTS } from './permissions/ports.ts';
import { grant } from './permissions/right.ts';

/** Rights and settings that a function needs for the resources behind its ports. */
export interface FunctionGrants {
  readonly statements: readonly PolicyStatement[];
  /** Names of the resources, as the adapters read them. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Turns the port calls that a function makes (`lambdas/functions.ts`) into statements and environment variables.
 *
 * @throws Error naming every binding that the function uses and was not given
 */
export function grantsOf(
  scope: Construct,
  name: FunctionName,
  config: ResolvedConfig,
  bindings: AwsBindings,
): FunctionGrants {
  const uses: FunctionUses = FUNCTIONS[name].uses;
  const missing: string[] = [];
  const statements: PolicyStatement[] = [];
  const environment: Record<string, string> = { MLOPS_BUCKET: bindings.store.storeName };
  const need = <T>(binding: T | undefined, what: string, use: (given: T) => void): void => {
    if (binding === undefined) missing.push(what);
    else use(binding);
  };
  const stack = Stack.of(scope);

  if (uses.objects) statements.push(...objectStatements(uses.objects, bindings.store));
  if (uses.events)
    need(bindings.events, 'events', ({ bus, busName }) => {
      statements.push(grant(PORT_RIGHTS['events.publish'], bus.eventBusArn));
      environment.MLOPS_EVENT_BUS = busName;
    });
  if (uses.notifier)
    need(bindings.notifications, 'notifications', ({ topicId }) => {
      statements.push(grant(PORT_RIGHTS['notifier.notify'], topicId));
      environment.MLOPS_TOPIC_ARN = topicId;
    });
  if (uses.predictions)
    need(bindings.predictions, 'predictions', ({ streamArn, streamName }) => {
      statements.push(grant(PORT_RIGHTS['predictions.append'], streamArn));
      environment.MLOPS_STREAM = streamName;
    });
  if (uses.registryMirror)
    need(bindings.registry, 'registry', ({ groupName, groupArn }) => {
      const packages = modelPackagesOf(stack, groupName);
      if (uses.registryMirror?.includes('show'))
        statements.push(grant(MIRROR_RIGHTS.group, packages), grant(MIRROR_RIGHTS.show, groupArn, packages));
      if (uses.registryMirror?.includes('describe')) statements.push(grant(MIRROR_RIGHTS.describe, packages));
      environment.MLOPS_PACKAGE_GROUP = groupName;
    });
  if (uses.secret)
    need(bindings.secret, 'secret', ({ secretId }) => {
      statements.push(grant(PORT_RIGHTS['secret.read'], secretId));
      environment.MLOPS_SECRET_ARN = secretId;
    });
  // Features are fetched by key only where the blueprint says so, and only then is there an online store.
  if (uses.online && config.model.serving.online?.byKey)
    need(bindings.features?.onlineArn, 'features', (arn) => {
      for (const call of uses.online ?? []) statements.push(grant(PORT_RIGHTS[`online.${call}`], arn));
      environment.MLOPS_FEATURE_GROUP = bindings.features?.onlineName ?? '';
    });
  if (uses.source) {
    const { database } = config.environment;
    need(database?.instance, 'environment.database.instance', (id) =>
      statements.push(grant(PORT_RIGHTS['source.snapshot'], databaseUser(stack, id, database?.user ?? ''))),
    );
  }
  if (missing.length > 0)
    throw new Error(`function '${name}' uses ${missing.join(', ')}, got none: give its bindings`);
  return { statements, environment };
}
