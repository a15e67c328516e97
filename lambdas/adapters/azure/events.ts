import type { Events } from '../../ports/events.ts';
import { type RestService, serviceClient } from '../shared/rest-service.ts';

export interface EventsOptions extends RestService {
  /** Address of the custom topic, `https://<topic>.<region>-1.eventgrid.azure.net/api/events`. */
  readonly endpoint: string;
  readonly environment: string;
}

/** learn.microsoft.com/azure/event-grid/post-to-custom-topic#endpoint */
const API_VERSION = '2018-01-01';
const BODY = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' };

/**
 * Event Grid: a batch of one event of CloudEvents 1.0, with the whole event as data. Subscriptions filter by `type`, and by
 * `data.detail.trigger` of a retraining.
 */
export function createEvents({ endpoint, environment, ...service }: EventsOptions): Events {
  const client = serviceClient(service, 'events');
  return {
    async publish(event) {
      const { id, type, model, at } = event;
      const cloudEvent = {
        specversion: '1.0',
        id,
        type,
        source: `mlops/${model}/${environment}`,
        subject: model,
        time: new Date(at).toISOString(),
        datacontenttype: 'application/json',
        data: event,
      };
      await client.send({
        method: 'POST',
        url: `${endpoint}?api-version=${API_VERSION}`,
        headers: BODY,
        body: JSON.stringify([cloudEvent]),
        what: `publishing ${id}`,
      });
    },
  };
}
