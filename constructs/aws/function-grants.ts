import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { FunctionName } from '../../lambdas/functions.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { collectGrants, type Grants, type PortGrants } from '../shared/function-grants.ts';
import type { AwsBindings } from './bindings.ts';
import { objectStatements } from './permissions/objects.ts';
import { databaseUser, FIND_PACKAGE_RIGHT, modelPackagesOf, PORT_RIGHTS } from './permissions/ports.ts';
import { grant } from './permissions/right.ts';

/**
 * Statements of a function's policy and its environment variables, from its port calls (`lambdas/functions.ts`).
 *
 * @throws Error naming every binding that the function uses and was not given
 */
export function grantsOf(
  scope: Construct,
  name: FunctionName,
  config: ResolvedConfig,
  bindings: AwsBindings,
): Grants<PolicyStatement> {
  return collectGrants(name, config, bindings, awsGrants(Stack.of(scope)));
}

function awsGrants(stack: Stack): PortGrants<AwsBindings, PolicyStatement> {
  return {
    objects: (store, calls) => ({
      rights: objectStatements(calls, store.resource),
      environment: { MLOPS_BUCKET: store.storeName },
    }),
    events: ({ bus, busName }) => ({
      rights: [grant(PORT_RIGHTS['events.publish'], bus.eventBusArn)],
      environment: { MLOPS_EVENT_BUS: busName },
    }),
    notifier: ({ topicId }) => ({
      rights: [grant(PORT_RIGHTS['notifier.notify'], topicId)],
      environment: { MLOPS_TOPIC_ARN: topicId },
    }),
    predictions: ({ streamArn, streamName }) => ({
      rights: [grant(PORT_RIGHTS['predictions.append'], streamArn)],
      environment: { MLOPS_STREAM: streamName },
    }),
    registryMirror: ({ groupArn, groupName }, calls) => {
      const packages = modelPackagesOf(stack, groupName);
      return {
        rights: [
          ...(calls.includes('show')
            ? [
                grant(FIND_PACKAGE_RIGHT, packages),
                grant(PORT_RIGHTS['registryMirror.show'], groupArn, packages),
              ]
            : []),
          ...(calls.includes('describe') ? [grant(PORT_RIGHTS['registryMirror.describe'], packages)] : []),
        ],
        environment: { MLOPS_PACKAGE_GROUP: groupName },
      };
    },
    secret: ({ secretId }) => ({
      rights: [grant(PORT_RIGHTS['secret.read'], secretId)],
      environment: { MLOPS_SECRET_ARN: secretId },
    }),
    endpoint: ({ resource, url }) => ({
      rights: [grant(PORT_RIGHTS['endpoint.post'], resource.arnForExecuteApi('POST', '/score', '$default'))],
      environment: { MLOPS_SCORING_URL: url },
    }),
    online: ({ onlineArn, onlineName }, calls) =>
      onlineArn === undefined || onlineName === undefined
        ? undefined
        : {
            rights: calls.map((call) => grant(PORT_RIGHTS[`online.${call}`], onlineArn)),
            environment: { MLOPS_FEATURE_GROUP: onlineName },
          },
    source: ({ instance, user }) =>
      instance === undefined
        ? undefined
        : {
            rights: [grant(PORT_RIGHTS['source.snapshot'], databaseUser(stack, instance, user))],
            environment: {},
          },
  };
}
