import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEvents } from '../../../lambdas/adapters/local/events.ts';
import { createLineWriter } from '../../../lambdas/adapters/local/line-writer.ts';
import type { ModelEvent } from '../../../lambdas/ports/events.ts';
import { eventsContract, modelEvent } from '../../contracts/events.ts';
import { tempDir } from '../../support/temp-dir.ts';

function setUp() {
  const path = join(tempDir(), 'events.jsonl');
  const errors: unknown[] = [];
  const events = createEvents({
    path,
    lines: createLineWriter(),
    logger: { error: (event, fields) => errors.push({ event, ...fields }) },
  });
  const published = () =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id as string);
  return { events, errors, published };
}

eventsContract('one process', () => {
  const { events } = setUp();
  const received: ModelEvent[] = [];
  events.subscribe((event) => {
    received.push(event);
  });
  return {
    events,
    async delivered() {
      await events.settled();
      return received;
    },
  };
});

describe('events in one process', () => {
  it('writes all events to the file, in order, before publishing ends', async () => {
    const { events, published } = setUp();
    await events.publish(modelEvent('e1'));
    await events.publish(modelEvent('e2'));
    expect(published()).toEqual(['e1', 'e2']);
  });

  it('delivers events to every subscriber in turn, and those that a handler publishes later', async () => {
    const { events, published } = setUp();
    const seen: string[] = [];
    events.subscribe(async ({ id }) => {
      seen.push(`first ${id}`);
      if (id === 'drift') await events.publish(modelEvent('retrain', 'retraining.requested'));
    });
    events.subscribe(({ id }) => {
      seen.push(`second ${id}`);
    });
    await events.publish(modelEvent('drift'));
    await events.settled();
    expect(seen).toEqual(['first drift', 'second drift', 'first retrain', 'second retrain']);
    expect(published()).toEqual(['drift', 'retrain']);
  });

  it('retries a handler that fails, three times at most, without disturbing the others', async () => {
    const { events, errors } = setUp();
    const seen: string[] = [];
    let failures = 1;
    events.subscribe(({ id }) => {
      seen.push(`flaky ${id}`);
      if (failures-- > 0) throw new Error('not now');
    });
    events.subscribe(({ id }) => {
      seen.push(`broken ${id}`);
      throw new Error('never');
    });
    events.subscribe(({ id }) => {
      seen.push(`fine ${id}`);
    });
    await events.publish(modelEvent('e'));
    await events.settled();
    expect(seen).toEqual(['flaky e', 'flaky e', 'broken e', 'broken e', 'broken e', 'fine e']);
    expect(errors).toHaveLength(4);
    expect(errors[0]).toMatchObject({
      event: 'event.not-handled',
      eventId: 'e',
      delivery: 1,
      reason: 'Error: not now',
    });
  });

  it('stops delivery to a subscriber that has ended its subscription', async () => {
    const { events } = setUp();
    const seen: string[] = [];
    const end = events.subscribe(({ id }) => {
      seen.push(id);
    });
    await events.publish(modelEvent('e1'));
    await events.settled();
    end();
    await events.publish(modelEvent('e2'));
    await events.settled();
    expect(seen).toEqual(['e1']);
  });
});
