import {
  EventBridgeClient,
  type EventBridgeClientConfig,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { RuntimeFailure } from '../../core/errors.ts';
import type { Events } from '../../ports/events.ts';
import { failureOf } from './failure.ts';

export interface EventsOptions {
  /** Name of the model's own event bus. */
  readonly bus: string;
  readonly client?: EventBridgeClientConfig;
}

/** Codes of an entry that was not taken and may be, later. */
const LATER = new Set(['ThrottlingException', 'InternalFailure', 'InternalException']);

/** EventBridge: source `mlops.<model>`, the event's type as detail type, the whole event as detail. */
export function createEvents({ bus, client }: EventsOptions): Events {
  const eventbridge = new EventBridgeClient(client ?? {});
  return {
    async publish(event) {
      const what = `publishing ${event.id}`;
      const { FailedEntryCount, Entries } = await eventbridge
        .send(
          new PutEventsCommand({
            Entries: [
              {
                EventBusName: bus,
                Source: `mlops.${event.model}`,
                DetailType: event.type,
                Time: new Date(event.at),
                Detail: JSON.stringify(event),
              },
            ],
          }),
        )
        .catch((error: unknown) => {
          throw failureOf('events', error, what);
        });
      if (!FailedEntryCount) return;
      const code = Entries?.[0]?.ErrorCode ?? 'unknown';
      const retryable = LATER.has(code);
      throw new RuntimeFailure(retryable ? 'events/busy' : 'events/refused', `${what}: not taken (${code})`, {
        retryable,
      });
    },
  };
}
