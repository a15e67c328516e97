import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type InstanceClient,
  startOfMessage,
  startOfTimer,
  startTraining,
} from '../../lambdas/runtime/azure-start.ts';
import { answerInstances, durableClientOf, type Instances } from '../support/durable-api.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

const NOW = Date.parse('2026-03-01T02:05:12.345Z');
const INSERTED = Date.parse('2026-03-01T02:00:59.999Z');

/** An event as Event Grid puts it into a queue (learn.microsoft.com/azure/event-grid/cloud-event-schema). */
const requested = (trigger: unknown, time: unknown = '2026-03-01T01:59:58.749Z') => ({
  specversion: '1.0',
  id: 'retraining.requested:1:1772330400000',
  type: 'retraining.requested',
  source: 'mlops/bank-marketing/dev',
  subject: 'bank-marketing',
  time,
  data: {
    id: 'retraining.requested:1:1772330400000',
    type: 'retraining.requested',
    model: 'bank-marketing',
    at: 1_772_330_400_000,
    detail: { trigger, reason: 'contact drifted', version: 1 },
  },
});

describe('the start of a training on Durable Functions', () => {
  it('takes the trigger and the minute of an event, so that its deliveries are one run', () => {
    const start = startOfMessage(requested('drift'), INSERTED, NOW);
    expect(start).toEqual({
      id: 'drift-20260301t015900000z',
      input: { trigger: 'drift', at: '2026-03-01T01:59:00.000Z', data: false },
    });
    expect(startOfMessage(requested('drift'), INSERTED + 120_000, NOW)).toEqual(start);
  });

  it('takes the minute in which a message of a person came', () => {
    expect(startOfMessage({ trigger: 'demand' }, INSERTED, NOW)).toEqual({
      id: 'demand-20260301t020000000z',
      input: { trigger: 'demand', at: '2026-03-01T02:00:00.000Z', data: false },
    });
  });

  it('takes trigger, time and kind as a person gives them', () => {
    const input = { trigger: 'demand', at: '2026-02-28T00:00:30Z', data: true };
    expect(startOfMessage(input, INSERTED, NOW)).toEqual({ id: 'data-20260228t000030000z', input });
  });

  it('takes the minute of the timer', () => {
    expect(startOfTimer({ trigger: 'new-data', data: true }, NOW)).toEqual({
      id: 'data-20260301t020500000z',
      input: { trigger: 'new-data', at: '2026-03-01T02:05:00.000Z', data: true },
    });
  });

  it.each([
    ['nothing', null, 'event/malformed'],
    ['a text', 'drift', 'event/malformed'],
    ['an event of another type', { ...requested('drift'), type: 'release.moved' }, 'event/malformed'],
    ['an event without its own data', { ...requested('drift'), data: null }, 'event/malformed'],
    ['an event of an unknown trigger', requested('boredom'), 'event/malformed'],
    ['an event without a time', requested('drift', 5), 'event/malformed'],
    ['a person without a trigger', {}, 'event/malformed'],
    ['a time that is not one', { trigger: 'demand', at: 'today' }, 'event/malformed'],
    ['a time in the future', { trigger: 'demand', at: '2026-03-02T00:00:00Z' }, 'event/in-the-future'],
    ['a kind that is a text', { trigger: 'demand', data: 'yes' }, 'event/malformed'],
  ])('is refused for %s', (_, message, code) => {
    expect(() => startOfMessage(message, INSERTED, NOW)).toThrow(expect.objectContaining({ code }));
  });
});

describe('an instance of a training', () => {
  const start = startOfTimer({ trigger: 'schedule', data: false }, NOW);
  let server: ScriptedServer;
  let client: InstanceClient;
  const instances: Instances = new Map();

  beforeAll(async () => {
    server = await startScriptedServer();
    client = durableClientOf(server.endpoint);
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    instances.clear();
    server.answer((request) => answerInstances(instances, request));
  });
  const sent = () => server.requests.map(({ method, url }) => `${method} ${url}`);
  const PATH = `instances/${start.id}`;

  it('is started with its id and its input', async () => {
    expect(await startTraining(client, start)).toBe(true);
    expect(sent()).toEqual([
      `GET /durabletask/${PATH}`,
      `POST /durabletask/orchestrators/training/${start.id}`,
    ]);
    expect(instances.get(start.id)).toEqual({ status: 'Pending', name: 'training', input: start.input });
  });

  it.each(['Pending', 'Running', 'Completed', 'Failed', 'Terminated'] as const)(
    'is not started again when it is %s',
    async (status) => {
      instances.set(start.id, { status, name: 'training', input: {} });
      expect(await startTraining(client, start)).toBe(false);
      expect(sent()).toEqual([`GET /durabletask/${PATH}`]);
    },
  );

  it('is started once by two deliveries at the same time', async () => {
    const both = await Promise.all([startTraining(client, start), startTraining(client, start)]);
    expect(both.sort()).toEqual([false, true]);
    expect(sent().filter((one) => one.startsWith('POST'))).toHaveLength(2);
  });

  it('would be started again by the client alone, once it has ended', async () => {
    instances.set(start.id, { status: 'Completed', name: 'training', input: {} });
    await client.startNew('training', { instanceId: start.id, input: start.input });
    expect(instances.get(start.id)?.status).toBe('Pending');
  });

  it.each([
    ['refuses the question', [{ status: 503 }]],
    ['refuses the start', [{ status: 404 }, { status: 503 }, { status: 404 }]],
    [
      'answers the question after its refusal with a failure',
      [{ status: 404 }, { status: 503 }, { status: 500 }],
    ],
    ['cuts the connection', ['cut']],
  ] as const)('is to be delivered again when the host %s', async (_, replies) => {
    server.answer(...replies);
    await expect(startTraining(client, start)).rejects.toMatchObject({
      code: 'pipeline/not-started',
      retryable: true,
    });
  });
});
