import { EventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type * as contract from '../contract/model-events.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { deadLetterAlarm } from './alarm.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { keyFor } from './encryption-key.ts';
import type { Notifications } from './notifications.ts';

export interface ModelEventsProps extends contract.ModelEventsProps {
  /** People who are notified of dead letters. @default - none: no alarm on the queue */
  readonly notifications?: Notifications;
  /** @default - the environment's key, or AWS's own */
  readonly encryptionKey?: IKey;
}

/**
 * EventBridge: a bus of the model's own, so that its functions may publish there and nowhere else.
 *
 * @example
 * import { CfnOutput } from 'aws-cdk-lib';
 * import { ModelEvents, Notifications } from 'mlops-blueprint/aws';
 *
 * const notifications = new Notifications(stack, 'Notifications', { config });
 * const events = new ModelEvents(stack, 'Events', { config, notifications });
 * new CfnOutput(stack, 'DeadLetters', { value: events.deadLetters.queueUrl });
 */
export class ModelEvents extends ModelConstruct implements contract.IModelEvents {
  readonly resource: EventBus;
  readonly busName: string;
  /** Events that no target took, and those that a function failed on at every try. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: ModelEventsProps) {
    super(scope, id, props);
    const { config, notifications } = props;
    const key = keyFor(this, config, props.encryptionKey);
    this.deadLetters = deadLetterQueue(this, key);
    this.resource = new EventBus(this, 'Resource', {
      description: `events of ${config.model.name} in ${config.model.environment}`,
      // An event that the key refuses is kept (docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq.html).
      ...(key && { kmsKey: key, deadLetterQueue: this.deadLetters }),
    });
    this.busName = this.resource.eventBusName;
    if (notifications) deadLetterAlarm(this, this.deadLetters, notifications);
  }

  get bus(): EventBus {
    return this.resource;
  }
}
