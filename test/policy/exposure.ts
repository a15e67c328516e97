import { at, listOf, resourcesOf, statementsOf, targetsOf } from '../support/template.ts';
import { type Check, checkEach, together } from './check.ts';

/** Buckets, queues and topics take nothing over plain HTTP. */
export const tlsOnly: Check = (stacks) => {
  const policies = resourcesOf(
    stacks,
    'AWS::S3::BucketPolicy',
    'AWS::SQS::QueuePolicy',
    'AWS::SNS::TopicPolicy',
  );
  const guarded = new Set(
    policies
      .filter(({ properties }) =>
        statementsOf(properties.PolicyDocument).some(
          ({ Effect, Condition }) =>
            Effect === 'Deny' && String(at(Condition, 'Bool', 'aws:SecureTransport')) === 'false',
        ),
      )
      .flatMap(({ stack, properties }) =>
        targetsOf(stacks, stack, [properties.Bucket, properties.Queues, properties.Topics]),
      ),
  );
  return checkEach(resourcesOf(stacks, 'AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::SNS::Topic'), ({ id }) => [
    !guarded.has(id) && 'takes plain HTTP',
  ]);
};

const BLOCKED = [
  'BlockPublicAcls',
  'BlockPublicPolicy',
  'IgnorePublicAcls',
  'RestrictPublicBuckets',
] as const;

/** Nothing is reached without a signature: buckets are private, routes authorized, functions have no URL. */
export const notPublic: Check = (stacks) =>
  together(
    checkEach(resourcesOf(stacks, 'AWS::S3::Bucket'), ({ properties }) => [
      ...BLOCKED.map(
        (block) => at(properties, 'PublicAccessBlockConfiguration', block) !== true && `without ${block}`,
      ),
      at(properties, 'OwnershipControls', 'Rules', 0, 'ObjectOwnership') !== 'BucketOwnerEnforced' &&
        'has ACLs',
      at(properties, 'VersioningConfiguration', 'Status') !== 'Enabled' && 'not versioned',
    ]),
    checkEach(resourcesOf(stacks, 'AWS::ApiGatewayV2::Route'), ({ properties }) => [
      !['AWS_IAM', 'JWT'].includes(String(properties.AuthorizationType)) && 'has no authorizer',
    ]),
    checkEach(resourcesOf(stacks, 'AWS::Lambda::Url'), () => ['a function URL']),
    checkEach(resourcesOf(stacks, 'AWS::Lambda::Permission'), ({ properties }) => [
      properties.SourceArn === undefined &&
        properties.SourceAccount === undefined &&
        'any account may invoke it',
    ]),
    checkEach(resourcesOf(stacks, 'AWS::EC2::SecurityGroup'), ({ properties }) => [
      listOf(properties.SecurityGroupIngress).length > 0 && 'lets something in',
      ...listOf(properties.SecurityGroupEgress).map(
        (rule) =>
          String(at(rule, 'IpProtocol')) === '-1' &&
          at(rule, 'CidrIp') === '0.0.0.0/0' &&
          'lets everything out',
      ),
    ]),
  );

/** Longest that a Lambda function runs (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const MAX_TIMEOUT_SEC = 900;
/** Of Lambda's 4 KB; names of resources need no more. */
const MAX_ENVIRONMENT_BYTES = 1024;

/** Every function: pinned runtime, timeout, own log group with a retention, dead-letter queue, no reserved places. */
export const soundFunctions: Check = (stacks) => {
  const groups = new Map(
    resourcesOf(stacks, 'AWS::Logs::LogGroup').map((group) => [group.id, group.properties]),
  );
  const kept = new Set(
    resourcesOf(stacks, 'AWS::Lambda::EventInvokeConfig')
      .filter(({ properties }) => properties.Qualifier === '$LATEST')
      .filter(
        ({ properties }) => at(properties, 'DestinationConfig', 'OnFailure', 'Destination') !== undefined,
      )
      .flatMap(({ stack, properties }) => targetsOf(stacks, stack, properties.FunctionName)),
  );
  return checkEach(resourcesOf(stacks, 'AWS::Lambda::Function'), ({ id, stack, properties }) => {
    const [logs] = targetsOf(stacks, stack, at(properties, 'LoggingConfig', 'LogGroup'));
    const timeout = Number(properties.Timeout);
    return [
      properties.Runtime !== 'nodejs24.x' && `runs on ${String(properties.Runtime)}`,
      at(properties, 'Architectures', 0) !== 'arm64' && 'is not on arm64',
      !(timeout > 0 && timeout <= MAX_TIMEOUT_SEC) && 'has no timeout',
      properties.MemorySize === undefined && 'has no memory size',
      logs === undefined && 'has no log group of its own',
      logs !== undefined && groups.get(logs)?.RetentionInDays === undefined && 'keeps its logs for ever',
      !kept.has(id) && 'has no dead-letter queue',
      properties.ReservedConcurrentExecutions !== undefined &&
        'takes places of the account (fails in new accounts)',
      JSON.stringify(at(properties, 'Environment', 'Variables') ?? {}).length > MAX_ENVIRONMENT_BYTES &&
        'has more environment than names',
    ];
  });
};

/** Every log group ends: a retention, and a name below which the key's policy lets it be. */
export const boundedLogs: Check = (stacks) =>
  checkEach(resourcesOf(stacks, 'AWS::Logs::LogGroup'), ({ properties }) => [
    properties.RetentionInDays === undefined && 'keeps its logs for ever',
    !/^\/(mlops|aws\/vendedlogs\/(states|apigateway)\/mlops)\//.test(String(properties.LogGroupName)) &&
      `named ${String(properties.LogGroupName)}`,
  ]);

/** Rules of the default bus hear events of this account only: other accounts may forward theirs to it. */
export const ownEvents: Check = (stacks) =>
  checkEach(
    resourcesOf(stacks, 'AWS::Events::Rule').filter(
      ({ properties }) => properties.EventBusName === undefined,
    ),
    ({ properties }) => [
      JSON.stringify(at(properties, 'EventPattern', 'account')) !== '[{"Ref":"AWS::AccountId"}]' &&
        'hears events of every account',
    ],
  );
