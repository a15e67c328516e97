import type { Events, ModelEvent } from '../../ports/events.ts';
import { serviceClient } from '../shared/rest-service.ts';
import type { GoogleService } from './google-service.ts';
import { PUBSUB, publishMessages } from './pubsub.ts';

export interface EventsOptions extends GoogleService {
  /** Topic of an event, `projects/<project>/topics/<topic>`. */
  readonly topicOf: (type: ModelEvent['type']) => string;
}

/**
 * Pub/Sub: the whole event as data, and what subscriptions filter by as attributes. A request for a retraining has a topic
 * of its own, because a trigger of Eventarc has no filter on attributes.
 */
export function createEvents({ topicOf, endpoint = PUBSUB, ...service }: EventsOptions): Events {
  const client = serviceClient(service, 'events');
  return {
    async publish(event) {
      const { id, type, model, detail } = event;
      const { trigger } = detail;
      const attributes = { type, model, id, ...(typeof trigger === 'string' && { trigger }) };
      const data = Buffer.from(JSON.stringify(event)).toString('base64');
      await publishMessages(client, endpoint, topicOf(type), [{ data, attributes }], `publishing ${id}`);
    },
  };
}
