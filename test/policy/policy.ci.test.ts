import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, synthesize } from '../support/synth.ts';
import type { Resource, Stacks } from '../support/template.ts';
import { CHECKS } from './checks.ts';

const ENVIRONMENTS = ['dev', 'staging', 'prod'] as const;
const encryption = { dev: 'provider', staging: 'customer', prod: 'customer' } as const;
const alertTo = ['ml-alerts@example.com'];
const callers = ['arn:aws:iam::111111111111:role/call-centre'];

const made = new Map<string, Synthesized>();
const stacksOf = (environment: string): Stacks => {
  const found = made.get(environment);
  if (found === undefined) throw new Error(`${environment} was not synthesized`);
  return found.stacks;
};

beforeAll(async () => {
  for (const environment of ENVIRONMENTS)
    made.set(environment, await synthesize(environment, { alertTo, callers }));
});

describe.each(ENVIRONMENTS)('every template of %s', (environment) => {
  it.each(Object.entries(CHECKS))('has %s', (_, check) => {
    const { looked, findings } = check(stacksOf(environment), { encryption: encryption[environment] });
    expect(findings).toEqual([]);
    expect(looked).toBeGreaterThan(0);
  });
});

type Change = (resource: MutableResource) => void;
interface MutableResource {
  Type: string;
  Properties: Record<string, unknown>;
}

/** The stacks with one resource changed: the first of its type whose name matches. */
function planted(type: string, name: RegExp, change: Change, environment = 'staging'): Stacks {
  const copy = structuredClone(stacksOf(environment)) as Record<
    string,
    { Resources: Record<string, Resource> }
  >;
  for (const { Resources } of Object.values(copy))
    for (const [id, resource] of Object.entries(Resources))
      if (resource.Type === type && name.test(id)) {
        change(resource as MutableResource);
        return copy as Stacks;
      }
  throw new Error(`no ${type} named ${name}`);
}

const statement = (resource: MutableResource, index = 0) =>
  (resource.Properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement[index] ?? {};

describe('a planted fault is found:', () => {
  it.each<[keyof typeof CHECKS, string, string, RegExp, Change, RegExp]>([
    [
      'no wildcard outside the list',
      'an action on everything',
      'AWS::IAM::Policy',
      /ScoringApi/,
      (policy) => Object.assign(statement(policy), { Action: 's3:GetObject', Resource: '*' }),
      /s3:GetObject on \*/,
    ],
    [
      'no wildcard outside the list',
      'all actions of a service',
      'AWS::IAM::Policy',
      /ScoringApi/,
      (policy) => Object.assign(statement(policy), { Action: ['s3:Get*'] }),
      /action s3:Get\*/,
    ],
    [
      'no managed policies and no users',
      'a managed policy',
      'AWS::IAM::Role',
      /Train/,
      (role) =>
        Object.assign(role.Properties, {
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
        }),
      /managed policies/,
    ],
    [
      'services act for this account only',
      'a schedule’s role for every account',
      'AWS::IAM::Role',
      /ScheduleRole|TickRole/,
      (role) =>
        Object.assign(
          (role.Properties.AssumeRolePolicyDocument as { Statement: object[] }).Statement[0] ?? {},
          {
            Condition: {},
          },
        ),
      /for any account/,
    ],
    [
      'no resource is open to everybody',
      'a bucket for everybody',
      'AWS::S3::BucketPolicy',
      /ArtifactStore/,
      (policy) => Object.assign(statement(policy), { Effect: 'Allow', Condition: undefined }),
      /allows everybody/,
    ],
    [
      'encrypted as the environment asks',
      'a log group without a key',
      'AWS::Logs::LogGroup',
      /Train/,
      (group) => delete group.Properties.KmsKeyId,
      /has no key/,
    ],
    [
      'encrypted as the environment asks',
      'a key that never turns',
      'AWS::KMS::Key',
      /./,
      (key) => Object.assign(key.Properties, { EnableKeyRotation: false }),
      /never rotated/,
    ],
    ...(['cloudwatch', 'events', 'scheduler', 'firehose', 'logs'] as const).map(
      (service): [keyof typeof CHECKS, string, string, RegExp, Change, RegExp] => [
        "the key's policy names every producer",
        `a key that does not know ${service}`,
        'AWS::KMS::Key',
        /./,
        (key) => {
          key.Properties.KeyPolicy = JSON.parse(
            JSON.stringify(key.Properties.KeyPolicy)
              .replaceAll(`${service}.`, 'nobody.')
              .replaceAll(`"${service}`, '"nobody'),
          );
        },
        new RegExp(`${service}.* does not name it`),
      ],
    ),
    [
      'whoever reaches something encrypted may use its key',
      'a rule that starts an encrypted workflow without its key',
      'AWS::IAM::Policy',
      /OnRequestPolicy/,
      (policy) => {
        policy.Properties.PolicyDocument = { Statement: [statement(policy)] };
      },
      /may states:StartExecution on .*, and not kms:/,
    ],
    [
      'whoever reaches something encrypted may use its key',
      'a function that writes to an encrypted bucket without its key',
      'AWS::IAM::Policy',
      /Train.*Policy/,
      (policy) => {
        policy.Properties.PolicyDocument = JSON.parse(
          JSON.stringify(policy.Properties.PolicyDocument).replaceAll(
            'kms:GenerateDataKey',
            'kms:DescribeKey',
          ),
        );
      },
      /may s3:PutObject on .*, and not kms:GenerateDataKey/,
    ],
    [
      'whoever reaches something encrypted may use its key',
      'a role that may use the key for nothing',
      'AWS::IAM::Policy',
      /OnRequestPolicy/,
      (policy) => {
        policy.Properties.PolicyDocument = JSON.parse(
          JSON.stringify(policy.Properties.PolicyDocument).replaceAll(
            'states:StartExecution',
            'states:ListTagsForResource',
          ),
        );
      },
      /may use the key, and reaches nothing under it/,
    ],
    [
      'whoever reaches something encrypted may use its key',
      'a log group whose name the key does not know',
      'AWS::Logs::LogGroup',
      /Train/,
      (group) => Object.assign(group.Properties, { LogGroupName: '/mlops/another-prod/train' }),
      /whose policy does not name it/,
    ],
    [
      'a create can be repeated',
      'a bucket that a rolled back create leaves behind',
      'AWS::S3::Bucket',
      /ArtifactStore/,
      (bucket) => Object.assign(bucket, { DeletionPolicy: 'Retain' }),
      /stays behind when its create is rolled back/,
    ],
    [
      'a create can be repeated',
      'a named log group that outlives the model stack',
      'AWS::Logs::LogGroup',
      /Train/,
      (group) => Object.assign(group, { DeletionPolicy: 'RetainExceptOnCreate' }),
      /cannot be made anew/,
    ],
    [
      'only starters start a training',
      'a function that starts a training',
      'AWS::IAM::Policy',
      /Register.*Policy/,
      (policy) => Object.assign(statement(policy), { Action: 'states:StartExecution' }),
      /lets lambda.amazonaws.com start a training/,
    ],
    [
      'TLS only',
      'a bucket that takes HTTP',
      'AWS::S3::BucketPolicy',
      /ArtifactStorePolicy|ArtifactStore.*Policy/,
      (policy) => {
        policy.Properties.PolicyDocument = { Statement: [] };
      },
      /takes plain HTTP/,
    ],
    [
      'nothing public',
      'a route without an authorizer',
      'AWS::ApiGatewayV2::Route',
      /./,
      (route) => Object.assign(route.Properties, { AuthorizationType: 'NONE' }),
      /has no authorizer/,
    ],
    [
      'nothing public',
      'a bucket whose public access is not blocked',
      'AWS::S3::Bucket',
      /ArtifactStore/,
      (bucket) => delete bucket.Properties.PublicAccessBlockConfiguration,
      /without BlockPublicAcls/,
    ],
    [
      'nothing public',
      'a function that any account’s rule may call',
      'AWS::Lambda::Permission',
      /./,
      (permission) => delete permission.Properties.SourceArn,
      /any account may invoke/,
    ],
    [
      'rules hear this account only',
      'a rule for the alarms of every account',
      'AWS::Events::Rule',
      /OnAlarm/,
      (rule) => delete (rule.Properties.EventPattern as { account?: unknown }).account,
      /hears events of every account/,
    ],
    [
      'sound functions',
      'a function without a dead-letter queue',
      'AWS::Lambda::EventInvokeConfig',
      /Release/,
      (config) => delete config.Properties.DestinationConfig,
      /no dead-letter queue/,
    ],
    [
      'sound functions',
      'reserved places',
      'AWS::Lambda::Function',
      /Release/,
      (fn) => Object.assign(fn.Properties, { ReservedConcurrentExecutions: 1 }),
      /takes places/,
    ],
    [
      'logs end',
      'logs for ever',
      'AWS::Logs::LogGroup',
      /Train/,
      (group) => delete group.Properties.RetentionInDays,
      /for ever/,
    ],
    [
      'alarms see something',
      'an alarm on a metric that nobody emits',
      'AWS::CloudWatch::Alarm',
      /ScorePsi/,
      (alarm) => Object.assign(alarm.Properties, { MetricName: 'latency' }),
      /no function emits latency/,
    ],
    [
      'alarms see something',
      'an alarm on a version, which no template knows',
      'AWS::CloudWatch::Alarm',
      /ScorePsi/,
      (alarm) => Object.assign(alarm.Properties, { Dimensions: [{ Name: 'version', Value: '3' }] }),
      /has dimensions/,
    ],
    [
      'alarms see something',
      'an alarm on a function that does not exist',
      'AWS::CloudWatch::Alarm',
      /WorkflowFailedAlarm/,
      (alarm) =>
        Object.assign(alarm.Properties, { Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'Gone' } }] }),
      /names nothing that exists/,
    ],
    [
      'alarms act',
      'a heartbeat that is quiet without data',
      'AWS::CloudWatch::Alarm',
      /TickAlarm/,
      (alarm) => Object.assign(alarm.Properties, { TreatMissingData: 'notBreaching' }),
      /heartbeat/,
    ],
    [
      'alarms act',
      'an alarm that tells nobody',
      'AWS::CloudWatch::Alarm',
      /Latency/,
      (alarm) => delete alarm.Properties.AlarmActions,
      /tells nobody/,
    ],
    [
      'valid workflows',
      'a state that does not exist',
      'AWS::StepFunctions::StateMachine',
      /Training/,
      (machine) =>
        Object.assign(machine.Properties, {
          DefinitionString: String(machine.Properties.DefinitionString)
            .replace('"Next":"Train"', '"Next":"Nowhere"')
            .replace('"Default":"Train"', '"Default":"Nowhere"'),
        }),
      /Nowhere|MISSING/i,
    ],
  ])('%s: %s', (name, _, type, id, change, finding) => {
    const { findings } = CHECKS[name](planted(type, id, change), { encryption: 'customer' });
    expect(findings.join('\n')).toMatch(finding);
  });

  it('everything that holds something is written and read: a queue to which nobody may write', () => {
    const copy = JSON.parse(
      JSON.stringify(stacksOf('staging')).replaceAll('sqs:SendMessage', 'sqs:GetQueueUrl'),
    ) as Stacks;
    const { findings } = CHECKS['everything that holds something is written and read'](copy, {
      encryption: 'customer',
    });
    expect(findings.join('\n')).toMatch(/nobody writes it/);
  });
});
