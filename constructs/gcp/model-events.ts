import { PubsubSubscription } from '@cdktf/provider-google/lib/pubsub-subscription/index.js';
import type { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic/index.js';
import { PubsubTopicIamMember } from '@cdktf/provider-google/lib/pubsub-topic-iam-member/index.js';
import type { Construct } from 'constructs';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type * as contract from '../contract/model-events.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { gcpLabels, gcpName } from '../shared/naming.ts';
import { alarmForPeople } from './alert-policy.ts';
import type { Notifications } from './notifications.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { increase } from './promql.ts';
import { agentOf } from './service-agents.ts';
import { modelTopic } from './topic.ts';

export interface ModelEventsProps extends contract.ModelEventsProps {
  /** People who are notified of dead letters. @default - none: no alarm */
  readonly notifications?: Notifications;
}

/** The longest that Pub/Sub keeps a message (cloud.google.com/pubsub/docs/subscription-properties#message_retention). */
const KEPT_SEC = 7 * 86_400;
const LOOK_BACK_SEC = 300;

/**
 * Topics of Pub/Sub: events, requests for a training, and what could not be delivered. A request has a topic of its own,
 * because a trigger of Eventarc does not filter by attributes.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ModelEvents, Notifications } from 'mlops-blueprint/gcp';
 *
 * const notifications = new Notifications(stack, 'Notifications', { config });
 * const events = new ModelEvents(stack, 'Events', { config, notifications });
 * new TerraformOutput(stack, 'DeadLetters', { value: events.deadLetters.name });
 */
export class ModelEvents extends ModelConstruct implements contract.IModelEvents {
  /** Gets every event but requests for a training. */
  readonly resource: PubsubTopic;
  /** Gets requests for a training. */
  readonly requests: PubsubTopic;
  /** Gets events that a function failed on at every try. */
  readonly deadLetters: PubsubTopic;
  /** The right of Pub/Sub to send there, which a subscription with dead letters needs first. */
  readonly deadLetterRight: PubsubTopicIamMember;

  constructor(scope: Construct, id: string, props: ModelEventsProps) {
    super(scope, id, props);
    const { config, notifications } = props;
    this.resource = modelTopic(this, 'Resource', config, 'events');
    this.requests = modelTopic(this, 'Requests', config, 'retraining');
    this.deadLetters = modelTopic(this, 'DeadLetters', config, 'dead-letters');
    this.deadLetterRight = new PubsubTopicIamMember(this, 'DeadLetterRight', {
      topic: this.deadLetters.name,
      role: SERVICE_RIGHTS.publish.role,
      member: agentOf(this, config, 'pubsub'),
    });
    // A topic without a subscription forgets its messages.
    new PubsubSubscription(this, 'KeptDeadLetters', {
      name: gcpName(config, 'dead-letters', GCP_NAMES.subscription.most),
      topic: this.deadLetters.id,
      labels: gcpLabels(config),
      messageRetentionDuration: `${KEPT_SEC}s`,
      expirationPolicy: { ttl: '' },
    });
    if (notifications)
      alarmForPeople(this, 'DeadLetterAlarm', {
        config,
        name: 'dead letters',
        query: `${increase(
          'pubsub_googleapis_com:subscription_dead_letter_message_count',
          { subscription_id: { prefix: `${this.modelId}-` } },
          LOOK_BACK_SEC,
        )} > 0`,
        says: 'an event was not handled at any try',
        runbook: 'runbook-dead-letters',
        channels: notifications.channels,
      });
  }
}
