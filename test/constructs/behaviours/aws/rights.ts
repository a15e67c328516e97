/** Permissions of a role in IAM, as port calls. The words of IAM come from its reference and not from the constructs. */

import { WILDCARDS } from '../../../../constructs/aws/permissions/wildcards.ts';
import {
  at,
  type Located,
  listOf,
  resourcesOf,
  type Stacks,
  statementsOf,
  targetsOf,
} from '../../../support/template.ts';
import type { PortCall, Rights } from '../reader.ts';
import { functionNameOf, runNameOf } from './names.ts';

/** One action on one resource. */
interface Grant {
  readonly action: string;
  /** The resource that it points at, and the type of it. */
  readonly target: Located | undefined;
  /** Text of the ARN, references in angle brackets. */
  readonly arn: string;
}

/** Actions behind each port call, and the type of resource that they belong to. */
const CALLS: Readonly<Record<PortCall, { readonly actions: readonly string[]; readonly on: string }>> = {
  'events.publish': { actions: ['events:PutEvents'], on: 'AWS::Events::EventBus' },
  'events.request': { actions: ['events:PutEvents'], on: 'AWS::Events::EventBus' },
  'notifier.notify': { actions: ['sns:Publish'], on: 'AWS::SNS::Topic' },
  'predictions.append': { actions: ['firehose:PutRecordBatch'], on: 'AWS::KinesisFirehose::DeliveryStream' },
  'online.put': { actions: ['sagemaker:PutRecord'], on: 'AWS::SageMaker::FeatureGroup' },
  'online.get': { actions: ['sagemaker:GetRecord'], on: 'AWS::SageMaker::FeatureGroup' },
  'registryMirror.show': {
    actions: ['sagemaker:ListModelPackages', 'sagemaker:CreateModelPackage', 'sagemaker:UpdateModelPackage'],
    on: 'AWS::SageMaker::ModelPackageGroup',
  },
  'registryMirror.describe': {
    actions: ['sagemaker:DescribeModelPackage'],
    on: 'AWS::SageMaker::ModelPackageGroup',
  },
  'secret.read': { actions: ['secretsmanager:GetSecretValue'], on: 'AWS::SecretsManager::Secret' },
  'endpoint.post': { actions: ['execute-api:Invoke'], on: 'AWS::ApiGatewayV2::Api' },
  'source.snapshot': { actions: ['rds-db:connect'], on: 'database user' },
};

/** One database and one user of it; a wildcard is neither. */
const DATABASE_USER = /:dbuser:(?:db|cluster)-[A-Z0-9]+\/\w+$/;

/** Needed to run at all: nobody reads or changes the model by it. */
const RUNNING: Readonly<Record<string, string>> = {
  'sqs:SendMessage': 'AWS::SQS::Queue',
  'kms:Decrypt': 'AWS::KMS::Key',
  'kms:GenerateDataKey': 'AWS::KMS::Key',
};
const LOGGING = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/** Needs of an identity for its running. */
export interface RunningNeeds {
  /** Its own log. */
  readonly logs?: string | undefined;
  /** Services in which it may do the listed actions that know no resource. */
  readonly everywhere?: readonly ('logs:' | 'xray:' | 'ec2:')[];
}

/** Everything that a role may do. */
export function rightsOf(stacks: Stacks, role: string, needs: RunningNeeds = {}): Rights {
  const grants = grantsOf(stacks, role);
  const known = new Map(resourcesOf(stacks).map((one) => [one.id, one]));
  const explained = new Set<Grant>();
  const take = (matches: (grant: Grant) => boolean): Grant[] => {
    const taken = grants.filter(matches);
    for (const grant of taken) explained.add(grant);
    return taken;
  };
  const onObjects = (action: string) =>
    take((grant) => grant.action === action && isStore(grant.target) && /^<[^>]+>\/./.test(grant.arn)).map(
      ({ arn }) => arn.replace(/^<[^>]+>\//, '').replace(/\*$/, ''),
    );
  const writes = onObjects('s3:PutObject');
  take(
    ({ action, arn }) =>
      action === 's3:AbortMultipartUpload' && writes.some((prefix) => arn.endsWith(`/${prefix}*`)),
  );
  // Who may call other paths too is a caller of the API.
  const isProbe = grants.every(
    ({ action, arn }) => action !== 'execute-api:Invoke' || arn.endsWith('/POST/score'),
  );
  const calls = (Object.keys(CALLS) as PortCall[]).filter((call) => {
    if (call === 'endpoint.post' && !isProbe) return false;
    const { actions, on } = CALLS[call];
    const of = (action: string) => (grant: Grant) =>
      grant.action === action &&
      (on === 'database user' ? DATABASE_USER.test(grant.arn) : grant.target?.type === on);
    return actions.every((action) => grants.some(of(action))) && actions.map((action) => take(of(action)));
  });
  take(({ action, target }) => target !== undefined && RUNNING[action] === target.type);
  take(({ action, target }) => LOGGING.includes(action) && target !== undefined && target.id === needs.logs);
  take(
    ({ action, arn }) =>
      arn === '*' &&
      WILDCARDS.some((one) => one.action === action) &&
      (needs.everywhere ?? []).some((service) => action.startsWith(service)),
  );
  return {
    reads: onObjects('s3:GetObject'),
    writes,
    deletes: onObjects('s3:DeleteObject'),
    lists: take(
      ({ action, target, arn }) => action === 's3:ListBucket' && isStore(target) && /^<[^>]+>$/.test(arn),
    ).map(() => ''),
    calls,
    starts: [
      ...take(({ action, target }) => action === 'lambda:InvokeFunction' && isFunction(target)).map(
        ({ target }) => functionNameOf(known, target?.id),
      ),
      ...take(({ action, target }) => action === 'states:StartExecution' && isWorkflow(target)).map(
        ({ target }) => runNameOf(target?.id),
      ),
      ...(isWholeApi(
        stacks,
        take(({ action, target }) => action === 'execute-api:Invoke' && isApi(target)),
      )
        ? (['score'] as const)
        : []),
    ].filter((one) => one !== undefined),
    others: grants.filter((grant) => !explained.has(grant)).map(({ action, arn }) => `${action} on ${arn}`),
  };
}

const isStore = (one?: Located) => one?.type === 'AWS::S3::Bucket' && !one.name.includes('AccessLogs');
const isFunction = (one?: Located) =>
  one?.type === 'AWS::Lambda::Function' || one?.type === 'AWS::Lambda::Alias';
const isWorkflow = (one?: Located) => one?.type === 'AWS::StepFunctions::StateMachine';
const isApi = (one?: Located) => one?.type === 'AWS::ApiGatewayV2::Api';

/** Whether every route of the API may be called. */
function isWholeApi(stacks: Stacks, grants: readonly Grant[]): boolean {
  const routes = resourcesOf(stacks, 'AWS::ApiGatewayV2::Route').map(({ properties }) =>
    String(properties.RouteKey).replace(' ', ''),
  );
  return grants.length > 0 && routes.every((route) => grants.some(({ arn }) => arn.endsWith(`/${route}`)));
}

/** The grants of all policies of a role; a managed policy grants more than can be read here. */
function grantsOf(stacks: Stacks, role: string): Grant[] {
  const located = resourcesOf(stacks, 'AWS::IAM::Role').find(({ id }) => id === role);
  const attached = resourcesOf(stacks, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')
    .filter(({ stack, properties }) => targetsOf(stacks, stack, properties.Roles).includes(role))
    .map(({ stack, properties }) => ({ stack, document: properties.PolicyDocument }));
  const inline = listOf(located?.properties.Policies).map((policy) => ({
    stack: located?.stack ?? '',
    document: at(policy, 'PolicyDocument'),
  }));
  const managed = listOf(located?.properties.ManagedPolicyArns).map(
    (arn): Grant => ({
      action: 'everything of a managed policy',
      target: undefined,
      arn: arnOf(stacks, located?.stack ?? '', arn).arn,
    }),
  );
  const granted = [...attached, ...inline].flatMap(({ stack, document }) =>
    statementsOf(document)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action, Resource }) =>
        listOf(Action ?? 'every unlisted action').flatMap((action) =>
          listOf(Resource ?? 'every unlisted resource').map((resource) => ({
            action: String(action),
            ...arnOf(stacks, stack, resource),
          })),
        ),
      ),
  );
  return [...granted, ...managed];
}

/** The text of an ARN, and the resource that it points at or names. */
function arnOf(stacks: Stacks, stack: string, resource: unknown): Pick<Grant, 'target' | 'arn'> {
  const all = resourcesOf(stacks);
  const parts = listOf(at(resource, 'Fn::Join', 1) ?? resource);
  const arn = parts
    .map((part) => (typeof part === 'string' ? part : `<${targetsOf(stacks, stack, part)[0] ?? 'account'}>`))
    .join('');
  const pointed = targetsOf(stacks, stack, resource)[0];
  const target = all.find(({ id, type, properties }) => {
    if (pointed !== undefined) return id === pointed;
    if (type === 'AWS::SageMaker::FeatureGroup')
      return arn.endsWith(`:feature-group/${properties.FeatureGroupName}`);
    if (type === 'AWS::SageMaker::ModelPackageGroup')
      return arn.endsWith(`:model-package/${properties.ModelPackageGroupName}/*`);
    return false;
  });
  return { target, arn };
}
