import { Key } from 'aws-cdk-lib/aws-kms';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { invoke, Schedule } from '../../../constructs/aws/schedule.ts';
import { exampleConfig, foreignStack, one, rightsOf, roleOf } from './example.ts';

const CONFIG = await exampleConfig();
const LAMBDA = 'arn:aws:lambda:eu-central-1:123456789012:function:one';

function schedule(more: { readonly key?: boolean; readonly expression?: string } = {}) {
  const stack = foreignStack();
  const deadLetters = new Queue(stack, 'Dead');
  new Schedule(stack, 'Schedule', {
    config: CONFIG,
    expression: more.expression ?? '0 2 * * 0',
    target: invoke(LAMBDA),
    input: { kind: 'tick' },
    deadLetters,
    description: 'each week',
    ...(more.key && { encryptionKey: new Key(stack, 'Key') }),
  });
  return stack;
}

describe('a schedule', () => {
  it('calls its target in time, tries twice more within the hour, and keeps what it could not deliver', () => {
    const { properties } = one(schedule(), 'AWS::Scheduler::Schedule');
    expect(properties).toMatchObject({
      ScheduleExpression: 'cron(0 2 ? * 1 *)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: LAMBDA,
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^Dead/), 'Arn'] } },
      },
    });
    expect(properties).not.toHaveProperty('KmsKeyArn');
    expect(properties).not.toHaveProperty('Name');
  });

  it('tells the target the time that it names, not the time of the delivery', () => {
    const { properties } = one(schedule(), 'AWS::Scheduler::Schedule');
    const { Input } = properties.Target as { readonly Input: string };
    // docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    expect(JSON.parse(Input)).toEqual({ kind: 'tick', at: '<aws.scheduler.scheduled-time>' });
  });

  it('acts in a role of its own, which only the scheduler of this account may take and which may do two things', () => {
    const stack = schedule();
    const role = roleOf(one(stack, 'AWS::Scheduler::Schedule'), 'Target', 'RoleArn');
    expect(rightsOf(stack, role)).toEqual([
      `lambda:InvokeFunction on ${LAMBDA}`,
      expect.stringMatching(/^sqs:SendMessage on Dead/),
    ]);
    expect(one(stack, 'AWS::IAM::Role', role).properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    });
  });

  it('is encrypted under the customer key, which its role may use', () => {
    const stack = schedule({ key: true });
    const found = one(stack, 'AWS::Scheduler::Schedule');
    expect(found.properties.KmsKeyArn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] });
    expect(rightsOf(stack, roleOf(found, 'Target', 'RoleArn'))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^kms:Decrypt on Key/),
        expect.stringMatching(/^kms:GenerateDataKey on Key/),
      ]),
    );
  });

  it('fails on a cron that EventBridge Scheduler cannot say', () => {
    expect(() => schedule({ expression: '0 2 1 * 1' })).toThrow('restricts day and weekday');
  });
});
