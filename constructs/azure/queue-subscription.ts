import { EventgridEventSubscription } from '@cdktf/provider-azurerm/lib/eventgrid-event-subscription/index.js';
import { Construct } from 'constructs';
import { AZURE_NAMES } from '../config/limits/azure-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { azureName } from '../shared/naming.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { FunctionApp } from './function-app.ts';
import { giveAll, grantOf } from './grant.ts';
import type { ModelEvents } from './model-events.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { pauseAfter } from './propagation.ts';

export interface QueueSubscriptionProps {
  readonly config: ResolvedConfig;
  /** Name of the subscription within the model. */
  readonly name: string;
  readonly events: ModelEvents;
  /** Types of the events that it takes. */
  readonly types: readonly string[];
  readonly app: FunctionApp;
  /** The store whose container keeps what could not be delivered. */
  readonly store: ArtifactStore;
}

/** Event Grid tries for a day, at most 30 times (learn.microsoft.com/azure/event-grid/delivery-and-retry). */
const RETRIES = { maxDeliveryAttempts: 30, eventTimeToLive: 1_440 } as const;
const WEEK_SEC = 604_800;

/** Puts events of some types into the queue of an app, by the topic's own identity. */
export class QueueSubscription extends Construct {
  constructor(scope: Construct, id: string, props: QueueSubscriptionProps) {
    super(scope, id);
    const { config, name, events, types, app, store } = props;
    const roles = [
      ...giveAll(this, events.principalId, [grantOf(SERVICE_RIGHTS.sendMessage, 'queue', app.queueId)]),
      events.deadLettersIn(store),
    ];
    new EventgridEventSubscription(this, 'Resource', {
      name: azureName(config, name, AZURE_NAMES.eventSubscription.most),
      scope: events.resource.id,
      eventDeliverySchema: 'CloudEventSchemaV1_0',
      includedEventTypes: [...types],
      storageQueueEndpoint: {
        storageAccountId: app.host.account.id,
        queueName: app.queue.name,
        queueMessageTimeToLiveInSeconds: WEEK_SEC,
      },
      deliveryIdentity: { type: 'SystemAssigned' },
      storageBlobDeadLetterDestination: {
        storageAccountId: store.accountId,
        storageBlobContainerName: store.deadLetters,
      },
      deadLetterIdentity: { type: 'SystemAssigned' },
      retryPolicy: RETRIES,
      dependsOn: [pauseAfter(this, 'Ready', roles, events.principalId)],
    });
  }
}
