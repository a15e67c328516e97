import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { blueprint as bankMarketing } from '../../blueprints/bank-marketing/blueprint.ts';
import { HEADROOM, memoryMb, trainingRows } from '../../constructs/config/limits/volume.ts';
import { WHOLE_TABLE_FUNCTIONS } from '../../lambdas/functions.ts';
import { keyNamesProducers } from '../policy/data-at-rest.ts';
import { soundFunctions } from '../policy/exposure.ts';
import { callersHoldTheKey } from '../policy/key-holders.ts';
import { repeatable } from '../policy/names.ts';
import { alarmsSeeSomething } from '../policy/observability.ts';
import { onlyStartersStart } from '../policy/starters.ts';
import { synthesize } from '../support/synth.ts';
import {
  at,
  listOf,
  type Resource,
  resourcesOf,
  type Stacks,
  statementsOf,
  targetsOf,
} from '../support/template.ts';
import { silentDeadLetters, silentOutages } from './alarms.ts';

/** What breaks in a real account though every other check is green; each fix is proven by taking it back. */
interface Row {
  readonly id: string;
  readonly trap: string;
  readonly source: string;
  /** What is wrong; empty when the fix is there. */
  readonly wrong: (stacks: Stacks) => readonly string[];
  /** Takes the fix back. */
  readonly revert: (stacks: Mutable) => void;
}

type Properties = Record<string, unknown>;
type Mutable = Record<
  string,
  {
    Resources: Record<string, { Type: string; Properties: Properties }>;
    Outputs?: Record<string, Properties>;
  }
>;

const find = (stacks: Mutable, type: string, name = /./): Properties => {
  for (const { Resources } of Object.values(stacks))
    for (const [id, one] of Object.entries(Resources))
      if (one.Type === type && name.test(id)) return one.Properties;
  throw new Error(`no ${type} ${name}`);
};
const actionsOf = (properties: Readonly<Properties>): string[] =>
  statementsOf(properties.PolicyDocument).flatMap(({ Action }) => listOf(Action).map(String));
const functionPolicies = (stacks: Stacks) => resourcesOf(stacks, 'AWS::IAM::Policy');
const staging = { encryption: 'customer' } as const;

const ROWS: readonly Row[] = [
  {
    id: 'A1',
    trap: 'a key whose policy does not name CloudWatch drops its messages in silence',
    source: 'github.com/aws/aws-cdk/issues/11121',
    wrong: (stacks) => keyNamesProducers(stacks, staging).findings,
    revert: (stacks) => {
      const key = find(stacks, 'AWS::KMS::Key');
      key.KeyPolicy = { Statement: listOf(at(key.KeyPolicy, 'Statement')).slice(0, 1) };
    },
  },
  {
    id: 'A2',
    trap: 'a missing object is 403 to who may not list the bucket',
    source: 'github.com/aws/aws-cli/issues/2041',
    wrong: (stacks) =>
      functionPolicies(stacks)
        .filter(({ properties }) => actionsOf(properties).includes('s3:GetObject'))
        .filter(
          ({ properties }) =>
            !statementsOf(properties.PolicyDocument).some(
              ({ Action, Condition }) => listOf(Action).includes('s3:ListBucket') && Condition === undefined,
            ),
        )
        .map(({ id }) => id),
    revert: (stacks) => {
      const policy = find(stacks, 'AWS::IAM::Policy', /ScoringApi/);
      policy.PolicyDocument = JSON.parse(
        JSON.stringify(policy.PolicyDocument).replaceAll('s3:ListBucket', 's3:GetBucketLocation'),
      );
    },
  },
  {
    id: 'A3',
    trap: 'a tag, a name or a description of a feature group that changes is a replacement that is refused',
    source: 'docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-featuregroup.html',
    wrong: (stacks) => {
      const groups = resourcesOf(stacks, 'AWS::SageMaker::FeatureGroup');
      return [
        ...(groups.length === 0 ? ['there is no feature group'] : []),
        ...groups.filter(({ properties }) => properties.Tags !== undefined).map(({ id }) => `${id} has tags`),
        ...groups
          .filter(
            ({ name, properties }) =>
              !/V1/.test(name) || !String(properties.FeatureGroupName).endsWith('-v1'),
          )
          .map(({ id }) => `${id} does not carry the features' version`),
      ];
    },
    revert: (stacks) => {
      find(stacks, 'AWS::SageMaker::FeatureGroup').Tags = [{ Key: 'managed-by', Value: 'x' }];
    },
  },
  {
    id: 'A4',
    trap: 'alarm events come on changes only, and a template knows no version: the controller looks by itself',
    source: 'docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html',
    wrong: (stacks) => {
      const ticks = resourcesOf(stacks, 'AWS::Scheduler::Schedule').filter(
        ({ properties }) =>
          properties.ScheduleExpression === 'rate(1 minute)' &&
          String(at(properties, 'Target', 'Input')).includes('"kind":"tick"'),
      );
      const rules = resourcesOf(stacks, 'AWS::Events::Rule').filter(({ properties }) =>
        JSON.stringify(properties.EventPattern).includes('CloudWatch Alarm State Change'),
      );
      const alarmed = rules.some(
        ({ properties }) =>
          listOf(at(properties, 'EventPattern', 'detail', 'alarmName')).length > 0 &&
          JSON.stringify(at(properties, 'EventPattern', 'detail', 'state', 'value')) === '["ALARM"]',
      );
      return [
        ...(ticks.length === 1 ? [] : ['nobody looks each minute']),
        ...(alarmed ? [] : ['no rule hears just our alarms going off']),
        ...alarmsSeeSomething(stacks, staging).findings,
      ];
    },
    revert: (stacks) => {
      find(stacks, 'AWS::Scheduler::Schedule', /Tick/).ScheduleExpression = 'rate(1 day)';
    },
  },
  {
    id: 'A5',
    trap: 'reserved concurrency fails in new accounts',
    source: 'docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html',
    wrong: (stacks) => soundFunctions(stacks, staging).findings,
    revert: (stacks) => {
      find(stacks, 'AWS::Lambda::Function').ReservedConcurrentExecutions = 1;
    },
  },
  {
    id: 'A6',
    trap: 'a function in a network without NAT hangs on every service that has no endpoint there',
    source: 'docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html',
    wrong: (stacks) => {
      const inVpc = resourcesOf(stacks, 'AWS::Lambda::Function').filter(
        ({ properties }) => properties.VpcConfig,
      );
      const allowed = /^(s3|rds-db|logs|kms|ec2):|^sqs:SendMessage$/; // the last three and the queue are Lambda's own doing
      return [
        ...(inVpc.length === 1 ? [] : [`${inVpc.length} functions are in the network`]),
        ...functionPolicies(stacks)
          .filter(({ name }) => /^CsvExport/.test(name))
          .flatMap(({ properties }) => actionsOf(properties).filter((action) => !allowed.test(action))),
      ];
    },
    revert: (stacks) => {
      const policy = find(stacks, 'AWS::IAM::Policy', /^CsvExport/);
      listOf(at(policy.PolicyDocument, 'Statement')).push({
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Resource: 'x',
      });
    },
  },
  {
    id: 'A7',
    trap: 'a function’s environment holds 4 KB',
    source: 'docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
    wrong: (stacks) => soundFunctions(stacks, staging).findings.filter((one) => one.includes('environment')),
    revert: (stacks) => {
      find(stacks, 'AWS::Lambda::Function').Environment = { Variables: { CONFIG: 'x'.repeat(1100) } };
    },
  },
  {
    id: 'A8',
    trap: 'the CDK’s own grants on buckets read more than asked, and delete',
    source: 'github.com/aws/aws-cdk/issues/24074',
    wrong: (stacks) =>
      functionPolicies(stacks).flatMap(({ id, properties }) =>
        actionsOf(properties)
          .filter((action) => /^s3:(GetObject\*|GetBucket\*|List\*|DeleteObject)/.test(action))
          .map((action) => `${id} ${action}`),
      ),
    revert: (stacks) => {
      const policy = find(stacks, 'AWS::IAM::Policy', /Train/);
      listOf(at(policy.PolicyDocument, 'Statement')).push({
        Effect: 'Allow',
        Action: 's3:DeleteObject*',
        Resource: 'x',
      });
    },
  },
  {
    id: 'A9',
    trap: 'where writes must say what they replace, CopyObject is refused; so the policy is there, and nobody copies',
    source: 'docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html',
    wrong: (stacks) => {
      const guarded = resourcesOf(stacks, 'AWS::S3::BucketPolicy').some(({ properties }) =>
        statementsOf(properties.PolicyDocument).some(
          ({ Effect, Condition }) =>
            Effect === 'Deny' && at(Condition, 'Null', 's3:if-none-match') === 'true',
        ),
      );
      const folder = join(import.meta.dirname, '../../lambdas/adapters/aws');
      const copying = readdirSync(folder).filter((name) =>
        readFileSync(join(folder, name), 'utf8').includes('CopyObject'),
      );
      return [...(guarded ? [] : ['writes need not say what they replace']), ...copying];
    },
    revert: (stacks) => {
      const policy = find(
        stacks,
        'AWS::S3::BucketPolicy',
        /^ArtifactStorePolicy|^ArtifactStore(?!AccessLogs)/,
      );
      policy.PolicyDocument = { Statement: [] };
    },
  },
  {
    id: 'A10',
    trap: 'a managed endpoint is billed by the hour and needs a model: the small tier has none',
    source: 'docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html',
    wrong: (stacks) =>
      resourcesOf(stacks)
        .filter(({ type }) => /SageMaker::(Endpoint|Model)$/.test(type))
        .map(({ id }) => id),
    revert: (stacks) => {
      Object.assign(stacks.model?.Resources ?? {}, {
        E: { Type: 'AWS::SageMaker::Endpoint', Properties: {} },
      });
    },
  },
  {
    id: 'A11',
    trap: 'an export that another stack imports cannot be changed or dropped: the deployment deadlocks',
    source: 'docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html',
    wrong: (stacks) =>
      JSON.stringify(stacks).includes('Fn::ImportValue') ||
      Object.values(stacks).some(({ Outputs = {} }) =>
        Object.values(Outputs).some(({ Export }) => Export !== undefined),
      )
        ? ['a stack imports what another exports']
        : [],
    revert: (stacks) => {
      const [output] = Object.values(stacks.data?.Outputs ?? {});
      Object.assign(output ?? {}, { Export: { Name: 'pinned' } });
    },
  },
  {
    id: 'A12',
    trap: 'log groups that services make stay behind; ours are in the template and go with it',
    source: 'docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html',
    wrong: (stacks) => [
      ...resourcesOf(stacks, 'AWS::Lambda::Function')
        .filter(({ properties }) => at(properties, 'LoggingConfig', 'LogGroup') === undefined)
        .map(({ id }) => `${id} logs where Lambda likes`),
      ...resourcesOf(stacks, 'AWS::Logs::LogGroup', 'AWS::S3::Bucket')
        .filter(({ resource }) => resource.DeletionPolicy !== 'Delete')
        .map(({ id }) => `${id} stays behind`),
    ],
    revert: (stacks) => {
      delete find(stacks, 'AWS::Lambda::Function').LoggingConfig;
    },
  },
  {
    id: 'A13',
    trap: 'a budget counts by tags that the resources must have',
    source: 'docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html',
    wrong: (stacks) => {
      const [budget] = resourcesOf(stacks, 'AWS::Budgets::Budget');
      const filters = listOf(at(budget?.properties, 'Budget', 'FilterExpression', 'And')).map(
        (filter) => `${at(filter, 'Tags', 'Key')}=${at(filter, 'Tags', 'Values', 0)}`,
      );
      const tags = listOf(resourcesOf(stacks, 'AWS::S3::Bucket')[0]?.properties.Tags).map(
        (tag) => `${at(tag, 'Key')}=${at(tag, 'Value')}`,
      );
      return filters.length === 0 ? ['no filter'] : filters.filter((filter) => !tags.includes(filter));
    },
    revert: (stacks) => {
      const budget = find(stacks, 'AWS::Budgets::Budget').Budget as Properties;
      budget.FilterExpression = { And: [{ Tags: { Key: 'model', Values: ['bank-marketing'] } }] };
    },
  },
  {
    id: 'B1',
    trap: 'an event that starts an encrypted workflow goes to the dead letters when its role lacks the key',
    source:
      'docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html, KmsAccessDeniedException',
    wrong: (stacks) => callersHoldTheKey(stacks, staging).findings,
    revert: (stacks) => {
      const policy = find(stacks, 'AWS::IAM::Policy', /OnRequestPolicy/);
      policy.PolicyDocument = { Statement: listOf(at(policy.PolicyDocument, 'Statement')).slice(0, 1) };
    },
  },
  {
    id: 'B2',
    trap: 'a name that outlives a rolled back create, or the model stack, makes the next create fail',
    source: 'docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html',
    wrong: (stacks) => repeatable(stacks, staging).findings,
    revert: (stacks) => {
      const [group] = Object.values(stacks.model?.Resources ?? {}).filter(
        ({ Type }) => Type === 'AWS::Logs::LogGroup',
      );
      Object.assign(group ?? {}, { DeletionPolicy: 'Retain' });
    },
  },
  {
    id: 'B4',
    trap: 'a log group under a key whose policy does not name it cannot be created',
    source: 'github.com/aws/aws-cdk/issues/28304',
    wrong: (stacks) => callersHoldTheKey(stacks, staging).findings,
    revert: (stacks) => {
      const key = find(stacks, 'AWS::KMS::Key');
      key.KeyPolicy = JSON.parse(JSON.stringify(key.KeyPolicy).replaceAll('log-group:', 'log-group:/other'));
    },
  },
  {
    id: 'M1',
    trap: 'training reads all runs of its window, and a function out of memory ends without a word',
    source: 'docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html',
    wrong: (stacks) => {
      const wanted = memoryMb('window', trainingRows(bankMarketing, Number.POSITIVE_INFINITY), 14);
      const holders = resourcesOf(stacks, 'AWS::Lambda::Function').filter(({ properties }) =>
        WHOLE_TABLE_FUNCTIONS.some((name) => properties.Handler === `${name}.handler`),
      );
      const warned = resourcesOf(stacks, 'AWS::CloudWatch::Alarm').filter(
        ({ properties }) => properties.MetricName === 'memoryPercent' && Number(properties.Threshold) <= 80,
      );
      return [
        ...(holders.length === WHOLE_TABLE_FUNCTIONS.length ? [] : [`${holders.length} functions hold rows`]),
        ...holders
          .filter(({ properties }) => !(Number(properties.MemorySize) >= wanted * (1 + HEADROOM)))
          .map(({ id }) => `${id} has no room for the rows of the window`),
        ...(warned.length > 0 ? [] : ['nobody hears of a function that is nearly full']),
      ];
    },
    revert: (stacks) => {
      find(stacks, 'AWS::Lambda::Function', /^TrainingPipelineTrain/).MemorySize = 1_024;
    },
  },
  {
    id: 'M2',
    trap: 'an alarm that waits for 50 requests in a minute never fires where ten come in an hour',
    source: 'docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html',
    wrong: silentOutages,
    revert: (stacks) => {
      for (const [id, alarm] of Object.entries(stacks.model?.Resources ?? {}))
        if (/^ScoringApiAlarms/.test(id))
          alarm.Properties = JSON.parse(
            JSON.stringify(alarm.Properties)
              .replaceAll(/"Period":\d+/g, '"Period":60')
              .replaceAll(/IF\(FILL\(failed, 0\) >= \d+/g, 'IF(requests >= 50'),
          ) as Properties;
    },
  },
  {
    id: 'M3',
    trap: 'a payload says who approves, and the identity that trained is always a function',
    source: 'docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html, LastModifiedBy',
    wrong: (stacks) => [
      ...onlyStartersStart(stacks, staging).findings,
      ...Object.keys(stacks.model?.Outputs ?? {}).filter((name) => name.includes('ApproveVersion')),
    ],
    revert: (stacks) => {
      Object.assign(stacks.model?.Outputs ?? {}, {
        ReleaseControllerApproveVersion: { Value: 'aws lambda' },
      });
    },
  },
  {
    id: 'M7',
    trap: 'an alarm on the messages that wait is in ALARM until somebody empties the queue; old ticks come for hours',
    source:
      'docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html, MaximumEventAgeInSeconds',
    wrong: (stacks) => [
      ...silentDeadLetters(stacks),
      ...(resourcesOf(stacks, 'AWS::Lambda::EventInvokeConfig').filter(
        ({ properties }) => properties.MaximumEventAgeInSeconds === 60 && properties.Qualifier !== '$LATEST',
      ).length === 1
        ? []
        : ['ticks are kept for six hours, or approvals are not']),
    ],
    revert: (stacks) => {
      const alarm = find(stacks, 'AWS::CloudWatch::Alarm', /DeadLetterAlarm/);
      alarm.Metrics = JSON.parse(
        JSON.stringify(alarm.Metrics).replace('DIFF(FILL(waiting, 0) + FILL(hidden, 0))', 'FILL(waiting, 0)'),
      );
    },
  },
  {
    id: 'M8',
    trap: 'access logs outside /aws/vendedlogs/ fill one resource policy of 5,120 characters for the region',
    source: 'docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html',
    wrong: (stacks) =>
      resourcesOf(stacks, 'AWS::ApiGatewayV2::Stage', 'AWS::StepFunctions::StateMachine')
        .flatMap(({ stack, properties }) => [
          ...targetsOf(stacks, stack, properties.AccessLogSettings),
          ...targetsOf(stacks, stack, properties.LoggingConfiguration),
        ])
        .map((id) => resourcesOf(stacks, 'AWS::Logs::LogGroup').find((group) => group.id === id))
        .map((group) => String(group?.properties.LogGroupName))
        .filter((name) => !name.startsWith('/aws/vendedlogs/')),
    revert: (stacks) => {
      find(stacks, 'AWS::Logs::LogGroup', /AccessLogs/).LogGroupName = '/mlops/bank-marketing-staging/api';
    },
  },
  {
    id: 'M9',
    trap: 'raw rows of people stay for ever, and so do their old versions and the markers of deleted objects',
    source: 'docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html',
    wrong: (stacks) => {
      const rules = listOf(
        at(
          resourcesOf(stacks, 'AWS::S3::Bucket').find(({ name }) => /^ArtifactStore(?!AccessLogs)/.test(name))
            ?.properties,
          'LifecycleConfiguration',
          'Rules',
        ),
      );
      const ofPrefix = (prefix: string) => rules.find((rule) => at(rule, 'Prefix') === prefix);
      const markers = rules.filter((rule) => at(rule, 'ExpiredObjectDeleteMarker') === true);
      return [
        ...['exports/', 'prepared/', 'quarantine/'].flatMap((prefix) => [
          ...(Number(at(ofPrefix(prefix), 'ExpirationInDays')) <= 60 ? [] : [`${prefix} stays`]),
          ...(Number(at(ofPrefix(prefix), 'NoncurrentVersionExpiration', 'NoncurrentDays')) <= 7
            ? []
            : [`old versions of ${prefix} stay`]),
        ]),
        ...(markers.length === 1 ? [] : ['markers of deleted objects stay']),
        // S3 refuses a rule that has both.
        ...markers.filter((rule) => at(rule, 'ExpirationInDays') !== undefined).map(() => 'a rule has both'),
      ];
    },
    revert: (stacks) => {
      const bucket = find(stacks, 'AWS::S3::Bucket', /^ArtifactStore(?!AccessLogs)/);
      bucket.LifecycleConfiguration = {
        Rules: [
          { NoncurrentVersionExpiration: { NoncurrentDays: 90 } },
          { Prefix: 'predictions/', ExpirationInDays: 400 },
        ],
      };
    },
  },
  {
    id: 'M10',
    trap: 'a topic without a subscription gets every alarm and notifies nobody',
    source: 'docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html',
    wrong: (stacks) => {
      const read = resourcesOf(stacks, 'AWS::SNS::Subscription').flatMap(({ stack, properties }) =>
        targetsOf(stacks, stack, properties.TopicArn),
      );
      return resourcesOf(stacks, 'AWS::CloudWatch::Alarm')
        .filter(({ stack, properties }) =>
          targetsOf(stacks, stack, properties.AlarmActions).every((topic) => !read.includes(topic)),
        )
        .map(({ id }) => `${id} notifies nobody`);
    },
    revert: (stacks) => {
      for (const { Resources } of Object.values(stacks))
        for (const [id, one] of Object.entries(Resources))
          if (one.Type === 'AWS::SNS::Subscription') delete Resources[id];
    },
  },
];

describe('the first deployment in a real account', () => {
  let stacks: Stacks;
  beforeAll(async () => {
    const byKey = join(import.meta.dirname, 'by-key.ts');
    ({ stacks } = await synthesize('staging', { alertTo: ['ml-alerts@example.com'] }, byKey));
  });

  it.each(ROWS)('avoids the trap $id: $trap', ({ wrong }) => {
    expect(wrong(stacks)).toEqual([]);
  });

  it.each(ROWS)('detects the trap $id when its fix is reverted', ({ wrong, revert }) => {
    const copy = structuredClone(stacks) as unknown as Mutable; // the same data, to be changed
    revert(copy);
    expect(
      wrong(copy as unknown as Readonly<Record<string, { Resources: Record<string, Resource> }>>),
    ).not.toEqual([]);
  });
});
