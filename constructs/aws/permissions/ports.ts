import { Aws, type Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { PortCall } from '../../../lambdas/functions.ts';
import { OBJECT_RIGHTS } from './objects.ts';
import { type AwsRight, grant } from './right.ts';

const AUTHORIZATION = 'docs.aws.amazon.com/service-authorization/latest/reference';

/** One bus has all events, requests for a retraining too. */
const PUT_EVENTS: AwsRight = {
  actions: ['events:PutEvents'],
  on: "the model's own event bus",
  source: `${AUTHORIZATION}/list_amazoneventbridge.html`,
};

/** The right behind each port call. */
export const PORT_RIGHTS = {
  ...OBJECT_RIGHTS,
  'events.publish': PUT_EVENTS,
  'events.request': PUT_EVENTS,
  'notifier.notify': {
    actions: ['sns:Publish'],
    on: "the model's topic",
    source: `${AUTHORIZATION}/list_amazonsns.html`,
  },
  'predictions.append': {
    actions: ['firehose:PutRecordBatch'],
    on: "the model's delivery stream",
    source: `${AUTHORIZATION}/list_amazondatafirehose.html`,
  },
  'online.put': {
    actions: ['sagemaker:PutRecord', 'sagemaker:GetRecord'],
    on: "the model's feature group",
    source: `${AUTHORIZATION}/list_amazonsagemaker.html`,
  },
  'online.get': {
    actions: ['sagemaker:GetRecord'],
    on: "the model's feature group",
    source: `${AUTHORIZATION}/list_amazonsagemaker.html`,
  },
  'secret.read': {
    actions: ['secretsmanager:GetSecretValue'],
    on: "the model's secret of pseudonyms",
    source: `${AUTHORIZATION}/list_awssecretsmanager.html`,
  },
  'endpoint.post': {
    actions: ['execute-api:Invoke'],
    on: "POST /score of the model's API",
    source: 'docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html',
  },
  'source.snapshot': {
    actions: ['rds-db:connect'],
    on: "the environment's database user",
    source: 'docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html',
  },
  'registryMirror.show': {
    actions: ['sagemaker:CreateModelPackage', 'sagemaker:UpdateModelPackage'],
    on: 'the group and its packages',
    source: `${AUTHORIZATION}/list_amazonsagemaker.html`,
  },
  'registryMirror.describe': {
    actions: ['sagemaker:DescribeModelPackage'],
    on: "the group's packages",
    source: `${AUTHORIZATION}/list_amazonsagemaker.html`,
  },
} as const satisfies Readonly<Record<PortCall, AwsRight>>;

/** SageMaker numbers packages itself: the one of a version is found by its description. */
export const FIND_PACKAGE_RIGHT: AwsRight = {
  actions: ['sagemaker:ListModelPackages'],
  on: 'the packages of the group',
  impliedBy: 'show: the package of a version is looked for before one is created',
  source: `${AUTHORIZATION}/list_amazonsagemaker.html`,
};

/** Rights of every function, whatever it calls. */
export const FUNCTION_RIGHTS = {
  logs: {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    on: 'its own log group',
    impliedBy: 'running: Lambda writes the log in the name of the function',
    source: 'docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html',
  },
  deadLetters: {
    actions: ['sqs:SendMessage'],
    on: "the model's dead-letter queue",
    impliedBy: 'an event that failed at every try',
    source: 'docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html',
  },
  key: {
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    on: "the environment's key",
    impliedBy: 'reading and writing what is encrypted under a customer key',
    source: 'docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
  },
} as const satisfies Readonly<Record<string, AwsRight>>;

/** Statements that every function needs for itself. */
export function ownStatements(
  logs: ILogGroup,
  deadLetters: IQueue,
  key: IKey | undefined,
): PolicyStatement[] {
  return [
    grant(FUNCTION_RIGHTS.logs, logs.logGroupArn),
    grant(FUNCTION_RIGHTS.deadLetters, deadLetters.queueArn),
    ...(key === undefined ? [] : [grant(FUNCTION_RIGHTS.key, key.keyArn)]),
  ];
}

/** ARN pattern of the packages of a group, which are named by the group and a number. */
export function modelPackagesOf(stack: Stack, groupName: string): string {
  return stack.formatArn({ service: 'sagemaker', resource: 'model-package', resourceName: `${groupName}/*` });
}

/** ARN of a database user for IAM authentication. */
export function databaseUser(stack: Stack, instance: string, user: string): string {
  return `arn:${Aws.PARTITION}:rds-db:${stack.region}:${stack.account}:dbuser:${instance}/${user}`;
}
