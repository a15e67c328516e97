import { Annotations, ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type * as contract from '../contract/notifications.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { keyFor } from './encryption-key.ts';
import { serviceStatement } from './permissions/services.ts';

export interface NotificationsProps extends contract.NotificationsProps {
  /** @default - the environment's key; none with provider encryption */
  readonly encryptionKey?: IKey;
}

/**
 * SNS. With provider encryption the topic has no key: CloudWatch cannot publish to a topic under the key that AWS
 * manages, whose policy nobody can change
 * (docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services). Messages hold names
 * and numbers, never a row.
 *
 * With `cloud.alertTopicArn` no topic is made; a warning has the statement that the owner of the topic adds.
 *
 * @example
 * import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
 * import { Notifications } from 'mlops-blueprint/aws';
 *
 * const notifications = new Notifications(stack, 'Notifications', { config });
 * notifications.resource.addSubscription(new EmailSubscription('ml-team@example.com'));
 */
export class Notifications extends ModelConstruct implements contract.INotifications {
  /** The topic, made here or given by the environment. */
  readonly resource: ITopic;
  readonly topicId: string;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id, props);
    const { config } = props;
    const { alertTo, cloud } = config.environment;
    const given = cloud.provider === 'aws' ? cloud.alertTopicArn : undefined;
    this.resource =
      given === undefined
        ? this.topic(keyFor(this, config, props.encryptionKey))
        : Topic.fromTopicArn(this, 'Resource', given);
    if (given !== undefined) this.askOwner();
    for (const address of alertTo) this.resource.addSubscription(new EmailSubscription(address));
    this.topicId = this.resource.topicArn;
  }

  private topic(key: IKey | undefined): Topic {
    const topic = new Topic(this, 'Resource', { enforceSSL: true, ...(key && { masterKey: key }) });
    topic.addToResourcePolicy(alarmStatement(topic.topicArn));
    return topic;
  }

  /** The policy of a topic that others made is not ours to change, nor that of its key. */
  private askOwner(): void {
    const { topicArn } = this.resource;
    const stack = Stack.of(this);
    const { region } = stack.splitArn(topicArn, ArnFormat.NO_RESOURCE_NAME);
    if (region !== undefined && !Token.isUnresolved(stack.region) && region !== stack.region)
      throw new Error(
        `Notifications: cloud.alertTopicArn is in ${region}, an alarm notifies topics of its own region only: give one in ${stack.region}`,
      );
    Annotations.of(this).addWarningV2(
      'mlops-blueprint:alert-topic',
      `the policy of ${topicArn} is not part of this app: its owner must add ${JSON.stringify(
        stack.resolve(alarmStatement(topicArn).toStatementJson()),
      )}; where the topic has a customer key, the key's policy must allow cloudwatch.amazonaws.com and the roles of the functions kms:Decrypt and kms:GenerateDataKey`,
    );
  }
}

const alarmStatement = (topicArn: string): PolicyStatement =>
  serviceStatement('Alarms', 'cloudwatch', ['sns:Publish'], topicArn);
