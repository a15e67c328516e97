import { PubsubSubscription } from '@cdktf/provider-google/lib/pubsub-subscription/index.js';
import { PubsubSubscriptionIamMember } from '@cdktf/provider-google/lib/pubsub-subscription-iam-member/index.js';
import type { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic/index.js';
import { Construct } from 'constructs';
import { FUNCTIONS, type FunctionName } from '../../lambdas/functions.ts';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { gcpLabels, gcpName } from '../shared/naming.ts';
import { callerOf } from './caller.ts';
import type { ModelEvents } from './model-events.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { pauseAfter } from './propagation.ts';
import type { ServerlessFunction } from './serverless-function.ts';
import { agentOf } from './service-agents.ts';

export interface PushSubscriptionProps {
  readonly config: ResolvedConfig;
  /** Last part of the subscription's name. */
  readonly name: string;
  readonly topic: PubsubTopic;
  /**
   * Types of events that are delivered. It can never change: another filter is another subscription.
   *
   * @default - all
   */
  readonly types?: readonly string[];
  readonly function: ServerlessFunction;
  readonly functionName: FunctionName;
  readonly events: ModelEvents;
}

/** Attempts before a message is a dead letter; 5 to 100 (cloud.google.com/pubsub/docs/handling-failures). */
const ATTEMPTS = 5;
const BACKOFF_SEC = { least: 10, most: 600 } as const;
/** The longest deadline of an acknowledgement (cloud.google.com/pubsub/docs/subscription-properties#ack_deadline). */
const LONGEST_DEADLINE_SEC = 600;
const KEPT_SEC = 86_400;

/** Events that Pub/Sub pushes to a function until it answers 2xx; after five attempts they are dead letters. */
export class PushSubscription extends Construct {
  readonly resource: PubsubSubscription;

  constructor(scope: Construct, id: string, props: PushSubscriptionProps) {
    super(scope, id);
    const { config, name, topic, types, events, functionName } = props;
    const target = props.function;
    const caller = callerOf(this, config);
    const ready = pauseAfter(
      this,
      'Ready',
      [
        target.allow('schedules', caller.account.member),
        caller.signedBy(config, topic),
        events.deadLetterRight,
      ],
      caller.account.member,
    );
    this.resource = new PubsubSubscription(this, 'Resource', {
      name: gcpName(config, name, GCP_NAMES.subscription.most),
      topic: topic.id,
      labels: gcpLabels(config),
      ...(types && { filter: types.map((type) => `attributes.type = "${type}"`).join(' OR ') }),
      ackDeadlineSeconds: Math.min(LONGEST_DEADLINE_SEC, FUNCTIONS[functionName].needs.timeoutSec + 15),
      messageRetentionDuration: `${KEPT_SEC}s`,
      expirationPolicy: { ttl: '' },
      retryPolicy: {
        minimumBackoff: `${BACKOFF_SEC.least}s`,
        maximumBackoff: `${BACKOFF_SEC.most}s`,
      },
      deadLetterPolicy: { deadLetterTopic: events.deadLetters.id, maxDeliveryAttempts: ATTEMPTS },
      pushConfig: {
        pushEndpoint: target.url,
        oidcToken: { serviceAccountEmail: caller.account.email, audience: target.url },
      },
      dependsOn: [ready],
    });
    new PubsubSubscriptionIamMember(this, 'Acknowledges', {
      subscription: this.resource.name,
      role: SERVICE_RIGHTS.acknowledge.role,
      member: agentOf(this, config, 'pubsub'),
    });
  }
}
