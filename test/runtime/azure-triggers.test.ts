import { describe, expect, it } from 'vitest';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { messageHandler, timerHandler } from '../../lambdas/runtime/azure-triggers.ts';
import { azureBench, invocation } from './azure-bench.ts';

const MARKER = 'CANARY-PII-7';
const ATTEMPTS = 5;
const INSERTED = '2026-03-12T19:03:58+00:00';
const busy = new RuntimeFailure('objects/busy', 'slow down', { retryable: true });
const refused = new RuntimeFailure('registry/not-found', 'version 7 does not exist');

/** Delivers a message until it is done or lost, as the platform does; returns how often, and the lines. */
async function deliver(message: unknown, fail: (attempt: number) => Error | undefined) {
  const { runtime } = azureBench();
  const events: unknown[] = [];
  const lines: Record<string, unknown>[] = [];
  let attempt = 0;
  const handler = messageHandler(runtime, ATTEMPTS, async (_host, event) => {
    events.push(event);
    const error = fail(attempt);
    if (error) throw error;
  });
  while (attempt < ATTEMPTS) {
    attempt += 1;
    const call = invocation('i', { id: 'm-1', dequeueCount: attempt, insertionTime: INSERTED });
    const failed = await handler(message, call.context).then(
      () => false,
      () => true,
    );
    lines.push(...call.lines());
    if (!failed) break;
  }
  return { attempt, events, lines, names: lines.map(({ event }) => event) };
}

describe('a message at its handler', () => {
  it('is one run however often it is delivered: its time is when it was put into the queue', async () => {
    const { events, attempt } = await deliver({ trigger: 'demand' }, (nth) => (nth < 3 ? busy : undefined));
    expect(attempt).toBe(3);
    expect(new Set(events.map((event) => JSON.stringify(event)))).toEqual(
      new Set(['{"trigger":"demand","at":"2026-03-12T19:03:00.000Z"}']),
    );
  });

  it('keeps its own time, and takes that of the clock where the queue says none', async () => {
    const { runtime } = azureBench();
    const events: unknown[] = [];
    const handler = messageHandler(runtime, ATTEMPTS, async (_host, event) => void events.push(event));
    await handler({ at: '2026-01-01T00:00:00Z' }, invocation().context);
    await handler({}, invocation().context);
    expect(events).toEqual([{ at: '2026-01-01T00:00:00Z' }, { at: '2026-03-12T19:03:00.000Z' }]);
  });

  it.each([
    ['may pass', busy],
    ['no try can mend', refused],
  ])('is thrown back five times for a failure that %s, and lost at the last', async (_, error) => {
    const sent = { specversion: '1.0', id: 'e-1', type: 'version.approved', data: { name: MARKER } };
    const { attempt, lines, names } = await deliver(sent, () => error);
    expect(attempt).toBe(ATTEMPTS);
    expect(names).toEqual([...Array(ATTEMPTS).fill('function.failed'), 'message.lost']);
    expect(lines.at(-1)).toEqual({
      level: 'error',
      event: 'message.lost',
      type: 'version.approved',
      id: 'e-1',
      attempt: ATTEMPTS,
      code: error.code,
    });
    expect(JSON.stringify(lines)).not.toContain(MARKER);
  });

  it.each([MARKER, `{"${MARKER}`, Buffer.from([0xff]), undefined])(
    'is malformed where it is not JSON, and no part of it is in a log: %j',
    async (message) => {
      const { events, lines, names } = await deliver(message, () => undefined);
      expect(events).toEqual([]);
      expect(names).toEqual([...Array(ATTEMPTS).fill('function.failed'), 'message.lost']);
      expect(lines[0]).toMatchObject({ code: 'event/malformed', retryable: false });
      expect(JSON.stringify(lines)).not.toContain('CANARY');
    },
  );

  it('is lost with a line where the app has no configuration', async () => {
    const { runtime } = azureBench({});
    const { context, lines } = invocation('i', { id: 'm-1', dequeueCount: 5 });
    const handler = messageHandler(runtime, ATTEMPTS, async () => {});
    await expect(handler({}, context)).rejects.toMatchObject({ name: 'Permanent' });
    expect(lines()).toMatchObject([
      { event: 'function.failed', code: 'config/unreadable' },
      { event: 'message.lost', type: 'unknown', id: 'm-1' },
    ]);
  });
});

describe('a timer at its handler', () => {
  it('is one run in its minute, tried three times with the same time', async () => {
    const { runtime, done } = azureBench();
    const { context, lines } = invocation();
    const events: unknown[] = [];
    const handler = timerHandler(runtime, async (_host, event) => {
      events.push(event);
      if (events.length < 3) throw busy;
    });
    await handler({ isPastDue: true }, context);
    expect(events).toEqual(Array(3).fill({ at: '2026-03-12T19:03:00.000Z' }));
    expect(done).toEqual(['slept 5000', 'slept 10000', 'settled']);
    expect(lines()).toMatchObject([
      { level: 'warn', event: 'run.retried', attempt: 1, code: 'objects/busy' },
      { level: 'warn', event: 'run.retried', attempt: 2, code: 'objects/busy' },
    ]);
  });

  it.each([
    ['at once for a failure that no try can mend', refused, undefined, 1],
    ['at once for an unexpected one', new TypeError(MARKER), undefined, 1],
    ['after the third try', busy, undefined, 3],
    ['after as many tries as its handler has', busy, 1, 1],
  ])('fails %s', async (_, error, attempts, calls) => {
    const { runtime } = azureBench();
    const { context, lines, texts } = invocation();
    let called = 0;
    const handler = timerHandler(
      runtime,
      async () => {
        called += 1;
        throw error;
      },
      attempts,
    );
    await expect(handler({}, context)).rejects.toThrow();
    expect(called).toBe(calls);
    expect(lines().filter(({ event }) => event === 'function.failed')).toHaveLength(1);
    expect(texts.join()).not.toContain(MARKER);
  });
});
