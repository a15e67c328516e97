import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ModelEvents } from '../../../constructs/aws/model-events.ts';
import { Notifications } from '../../../constructs/aws/notifications.ts';
import { exampleConfig, found, one } from './example.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:on-call';

async function withTopic(alertTopicArn: string) {
  const stack = new Stack(new App(), 'Own', { env: { account: '123456789012', region: 'eu-central-1' } });
  const config = await exampleConfig('staging', {
    alertTo: ['ml@example.com'],
    cloud: { provider: 'aws', alertTopicArn },
  });
  const notifications = new Notifications(stack, 'Notifications', { config });
  new ModelEvents(stack, 'Events', { config, notifications });
  return stack;
}

describe('an existing topic', () => {
  it('gets the alarms and the people of the environment, and no topic is made', async () => {
    const stack = await withTopic(TOPIC);
    expect(found(stack, 'AWS::SNS::Topic')).toEqual([]);
    expect(found(stack, 'AWS::SNS::TopicPolicy')).toEqual([]);
    expect(one(stack, 'AWS::CloudWatch::Alarm').properties.AlarmActions).toEqual([TOPIC]);
    expect(one(stack, 'AWS::SNS::Subscription').properties).toMatchObject({
      TopicArn: TOPIC,
      Endpoint: 'ml@example.com',
    });
  });

  it('needs a statement of its owner, which a warning has', async () => {
    const stack = await withTopic(TOPIC);
    Annotations.fromStack(stack).hasWarning(
      '/Own/Notifications',
      Match.stringLikeRegexp('cloudwatch.amazonaws.com.*sns:Publish|sns:Publish.*cloudwatch.amazonaws.com'),
    );
  });

  it('is refused in another region, where no alarm of this one notifies it', async () => {
    await expect(withTopic(TOPIC.replace('eu-central-1', 'eu-west-1'))).rejects.toThrow(
      'give one in eu-central-1',
    );
  });
});
