import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ReleaseController } from '../../../constructs/aws/release-controller.ts';
import { RollbackAlarms } from '../../../constructs/aws/rollback-alarms.ts';
import { ScoringApi } from '../../../constructs/aws/scoring-api.ts';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { approvalSignal, releaseSignal } from '../../../lambdas/runtime/aws-signals.ts';
import { at, listOf } from '../../support/template.ts';
import { allBindings, exampleConfig, foreignStack, found, one } from './example.ts';

function controller(config: ResolvedConfig, online = true): Stack {
  const stack = foreignStack();
  const bindings = allBindings(stack, config);
  const scoring = online ? new ScoringApi(stack, 'Scoring', { config, bindings }) : undefined;
  const alarms = scoring && new RollbackAlarms(stack, 'Alarms', { config, scoring });
  new ReleaseController(stack, 'Controller', { config, bindings, ...(alarms && { alarms }) });
  return stack;
}

const DEV = controller(await exampleConfig());
const release = { 'Fn::GetAtt': [one(DEV, 'AWS::Lambda::Function', 'ControllerRelease').id, 'Arn'] };
const approve = { 'Fn::GetAtt': [one(DEV, 'AWS::Lambda::Function', 'ControllerApprove').id, 'Arn'] };
const rule = (name: string) => one(DEV, 'AWS::Events::Rule', `Controller${name}`);
const targetOf = (name: string) => at(rule(name).properties, 'Targets', 0, 'Arn');

/** The text of an output, with its references in angle brackets. */
function command(name: string): string {
  const outputs = Object.entries(Template.fromStack(DEV).findOutputs('*'));
  const [, output] = outputs.find(([id]) => id.startsWith(`Controller${name}`)) ?? [];
  return listOf(at(output, 'Value', 'Fn::Join', 1) ?? at(output, 'Value'))
    .map((part) => (typeof part === 'string' ? part : '<ref>'))
    .join('');
}
const payload = (text: string) =>
  JSON.parse(
    (/--payload '(.*)' /.exec(text)?.[1] ?? '')
      .replace("'$(date -u +%s)'", '1')
      .replace("'$USER'", 'me')
      .replace(/'"\$\{VERSION:\?[a-z ]+\}"'/, '3'),
  ) as unknown;

describe('the release controller', () => {
  it('hears approvals of its own package group on the default bus', () => {
    const { properties } = rule('OnPackageApproved');
    expect(properties).not.toHaveProperty('EventBusName');
    // docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    expect(properties.EventPattern).toEqual({
      source: ['aws.sagemaker'],
      'detail-type': ['SageMaker Model Package State Change'],
      detail: { ModelPackageGroupName: ['bank-marketing-dev'], ModelApprovalStatus: ['Approved'] },
      account: [{ Ref: 'AWS::AccountId' }],
    });
    expect(targetOf('OnPackageApproved')).toEqual(approve);
  });

  it('hears exactly the rollback alarms, and only that they go off', () => {
    const { properties } = rule('OnAlarm');
    expect(properties).not.toHaveProperty('EventBusName');
    const named = listOf(at(properties, 'EventPattern', 'detail', 'alarmName'));
    const alarms = found(DEV, 'AWS::CloudWatch::Alarm').filter(({ id }) => id.startsWith('Alarms'));
    expect(named).toEqual(alarms.map(({ id }) => ({ Ref: id })));
    expect(named.length).toBeGreaterThan(0);
    expect(at(properties, 'EventPattern', 'detail', 'state')).toEqual({ value: ['ALARM'] });
    expect(targetOf('OnAlarm')).toEqual(release);
  });

  it('hears no alarms of a model without an API', async () => {
    const stack = controller(await exampleConfig(), false);
    expect(found(stack, 'AWS::Events::Rule').map(({ id }) => id)).toEqual([
      expect.stringMatching(/^ControllerOnPackageApproved/),
      expect.stringMatching(/^ControllerOnApproved/),
    ]);
  });

  it('drops a tick after a minute, and keeps every other event as long as Lambda does', () => {
    const alias = one(DEV, 'AWS::Lambda::Alias', 'ControllerTickAlias');
    const schedule = one(DEV, 'AWS::Scheduler::Schedule', 'ControllerTick');
    expect(at(schedule.properties, 'Target', 'Arn')).toEqual({ Ref: alias.id });
    const configs = found(DEV, 'AWS::Lambda::EventInvokeConfig').filter(({ id }) =>
      id.startsWith('Controller'),
    );
    const ageOf = (isLatest: boolean) =>
      configs
        .filter(({ properties }) => (properties.Qualifier === '$LATEST') === isLatest)
        .map(({ properties }) => properties.MaximumEventAgeInSeconds);
    expect([ageOf(false), ageOf(true)]).toEqual([[60], [undefined, undefined]]);
    for (const { properties } of configs)
      expect(at(properties, 'DestinationConfig', 'OnFailure', 'Destination')).toBeDefined();
    expect(alias.properties.Name).toBe('tick');
    expect(targetOf('OnApproved')).toEqual(release);
  });

  it('takes the tick of its schedule', () => {
    const schedule = one(DEV, 'AWS::Scheduler::Schedule', 'ControllerTick');
    const input = JSON.parse(String(at(schedule.properties, 'Target', 'Input'))) as unknown;
    expect(releaseSignal(input)).toEqual({ kind: 'tick' });
  });

  it('lets each rule call its own function, and no other event', () => {
    const permitted = found(DEV, 'AWS::Lambda::Permission')
      .filter(({ properties }) => properties.Principal === 'events.amazonaws.com')
      .map(({ properties }) => [properties.SourceArn, properties.FunctionName, properties.Action]);
    const wanted = ['OnPackageApproved', 'OnApproved', 'OnProbeFailed', 'OnAlarm'].map((name) => [
      { 'Fn::GetAtt': [rule(name).id, 'Arn'] },
      targetOf(name),
      'lambda:InvokeFunction',
    ]);
    expect(permitted).toEqual(expect.arrayContaining(wanted));
    expect(permitted).toHaveLength(wanted.length);
  });

  it('tries for an hour and keeps what it could not deliver, which the queue takes from this account only', () => {
    const queue = one(DEV, 'AWS::SQS::Queue', 'Events').id;
    for (const name of ['OnPackageApproved', 'OnApproved', 'OnAlarm'])
      expect(at(rule(name).properties, 'Targets', 0)).toMatchObject({
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 8 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queue, 'Arn'] } },
      });
    const statements = listOf(
      at(one(DEV, 'AWS::SQS::QueuePolicy', 'Events').properties, 'PolicyDocument', 'Statement'),
    );
    const fromEvents = statements.filter(
      (one_) => at(one_, 'Principal', 'Service') === 'events.amazonaws.com',
    );
    expect(fromEvents).toHaveLength(1);
    expect(fromEvents[0]).toMatchObject({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
  });

  it('says what a person types to roll back, to approve, and to see what serves', () => {
    expect(command('RollBack')).toMatch(/^aws lambda invoke --function-name <ref> /);
    expect(releaseSignal(payload(command('RollBack')))).toEqual({
      kind: 'rollback',
      version: 3,
      id: '1',
      by: 'me',
    });
    expect(approvalSignal(payload(command('ApproveVersion')))).toEqual({
      kind: 'version',
      version: 1,
      by: 'me',
    });
    expect(command('ReleaseStatus')).toBe('aws s3 cp s3://<ref>/release/state.json -');
    expect(command('ListVersions')).toContain('--model-package-group-name bank-marketing-dev');
  });
});
