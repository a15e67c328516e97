import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
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
 * @example
 * import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
 * import { Notifications } from 'mlops-blueprint/aws';
 *
 * const notifications = new Notifications(stack, 'Notifications', { config });
 * notifications.resource.addSubscription(new EmailSubscription('ml-team@example.com'));
 */
export class Notifications extends ModelConstruct implements contract.INotifications {
  readonly resource: Topic;
  readonly topicId: string;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id, props);
    const { config } = props;
    const key = keyFor(this, config, props.encryptionKey);
    this.resource = new Topic(this, 'Resource', { enforceSSL: true, ...(key && { masterKey: key }) });
    this.resource.addToResourcePolicy(
      serviceStatement('Alarms', 'cloudwatch', ['sns:Publish'], this.resource.topicArn),
    );
    for (const address of config.environment.alertTo)
      this.resource.addSubscription(new EmailSubscription(address));
    this.topicId = this.resource.topicArn;
  }
}
