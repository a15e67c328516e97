import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { AwsRight } from './right.ts';
import { wildcardActions } from './wildcards.ts';

const AUTHORIZATION = 'docs.aws.amazon.com/service-authorization/latest/reference';

/** Rights of services that act for us in roles of their own, and of a function in a private network. */
export const SERVICE_RIGHTS = {
  invoke: {
    actions: ['lambda:InvokeFunction'],
    on: 'the functions that a schedule, a rule or a workflow calls',
    source: `${AUTHORIZATION}/list_awslambda.html`,
  },
  start: {
    actions: ['states:StartExecution'],
    on: 'the workflow that a schedule or a rule starts',
    source: `${AUTHORIZATION}/list_awsstepfunctions.html`,
  },
  deadLetters: {
    actions: ['sqs:SendMessage'],
    on: "the model's dead-letter queue",
    source: `${AUTHORIZATION}/list_amazonsqs.html`,
  },
  workflowLogs: {
    actions: wildcardActions('logs:'),
    on: '*',
    impliedBy: 'a workflow that logs what it does',
    source: 'docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  },
  workflowTraces: {
    actions: wildcardActions('xray:'),
    on: '*',
    impliedBy: 'a workflow that is traced',
    source: 'docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html',
  },
  interfaces: {
    actions: wildcardActions('ec2:'),
    on: '*',
    impliedBy: 'a function in a private network',
    source: 'docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html',
  },
  deliver: {
    actions: [
      's3:AbortMultipartUpload',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:ListBucket',
      's3:ListBucketMultipartUploads',
      's3:PutObject',
    ],
    on: 'the artifact store, objects below the prefixes that Firehose writes',
    source: 'docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3',
  },
  deliveryLog: {
    actions: ['logs:PutLogEvents'],
    on: "the delivery stream's error log",
    source: 'docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3',
  },
  call: {
    actions: ['execute-api:Invoke'],
    on: "the routes of the model's API",
    source: 'docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html',
  },
} as const satisfies Readonly<Record<string, AwsRight>>;

/**
 * A service that acts in a role of ours, for this account only (the confused deputy's condition). Firehose's page names
 * the account as external id and no other key; the other services send the source account.
 * Sources: docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#firehose-assume-role,
 * docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html.
 */
export function confinedService(service: string): ServicePrincipal {
  const key = service === 'firehose' ? 'sts:ExternalId' : 'aws:SourceAccount';
  return new ServicePrincipal(`${service}.amazonaws.com`, {
    conditions: { StringEquals: { [key]: Aws.ACCOUNT_ID } },
  });
}

/** A statement of a resource's own policy, for a service of this account. */
export function serviceStatement(
  sid: string,
  service: string,
  actions: readonly string[],
  resource: string,
): PolicyStatement {
  return new PolicyStatement({
    sid,
    principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
    actions: [...actions],
    resources: [resource],
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}
