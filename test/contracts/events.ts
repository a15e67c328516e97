import { describe, expect, it } from 'vitest';
import type { Events, ModelEvent } from '../../lambdas/ports/events.ts';

export interface EventsSubject {
  readonly events: Events;
  /** Everything delivered so far, once it has been delivered. */
  delivered(): Promise<readonly ModelEvent[]>;
}

export function modelEvent(id: string, type: ModelEvent['type'] = 'drift.detected'): ModelEvent {
  return {
    id,
    type,
    model: 'bank-marketing',
    at: 1_000,
    detail: { psi: 0.31, feature: 'euribor', first: true, none: null },
  };
}

/**
 * What every Events must do.
 *
 * @param create - Makes a publisher and something that listens to it.
 */
export function eventsContract(name: string, create: () => EventsSubject | Promise<EventsSubject>): void {
  describe(`${name} as Events`, () => {
    it('delivers an event as it was published', async () => {
      const { events, delivered } = await create();
      await events.publish(modelEvent('e1'));
      expect(await delivered()).toEqual([modelEvent('e1')]);
    });

    it('delivers each of many events at least once', async () => {
      const { events, delivered } = await create();
      const ids = Array.from({ length: 50 }, (_, i) => `e${i}`);
      await Promise.all(ids.map((id) => events.publish(modelEvent(id))));
      expect(new Set((await delivered()).map(({ id }) => id))).toEqual(new Set(ids));
    });
  });
}
