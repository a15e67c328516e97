import type { Events, ModelEvent } from '../../ports/events.ts';
import type { Logger } from '../../ports/logger.ts';
import type { LineWriter } from './line-writer.ts';

export interface LocalEvents extends Events {
  /** Calls `handler` with each event from now on, one after another. Returns what ends it. */
  subscribe(handler: (event: ModelEvent) => Promise<void> | void): () => void;
  /** Waits until every event, and every event that a handler published, has been handled. */
  settled(): Promise<void>;
}

export interface EventsOptions {
  /** `events.jsonl`: everything published, in order. */
  readonly path: string;
  readonly lines: LineWriter;
  readonly logger: Pick<Logger, 'error'>;
}

/** A handler that fails gets the event this often, as a queue in the cloud would give it. */
const MAX_DELIVERIES = 3;

/** Publishing ends when the event is in the file; the subscribers of this process are called afterwards. */
export function createEvents({ path, lines, logger }: EventsOptions): LocalEvents {
  const handlers = new Set<(event: ModelEvent) => Promise<void> | void>();
  let queue: Promise<void> = Promise.resolve();

  async function deliver(event: ModelEvent): Promise<void> {
    for (const handler of handlers) {
      for (let delivery = 1; delivery <= MAX_DELIVERIES; delivery++) {
        try {
          await handler(event);
          break;
        } catch (error) {
          // One subscriber's failure is neither the publisher's nor the other subscribers'.
          logger.error('event.not-handled', {
            eventId: event.id,
            type: event.type,
            delivery,
            reason: String(error),
          });
        }
      }
    }
  }

  return {
    async publish(event) {
      lines.append(path, JSON.stringify(event));
      await lines.flush();
      queue = queue.then(() => deliver(event));
    },
    subscribe(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    async settled() {
      for (let seen: Promise<void> | undefined; seen !== queue; ) {
        seen = queue;
        await seen;
      }
    },
  };
}
