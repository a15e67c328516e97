import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type InstanceClient,
  startOfEvent,
  startOfTimer,
  startTraining,
} from '../../lambdas/runtime/azure-start.ts';
import { answerInstances, durableClientOf, type Instances } from '../support/durable-api.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

const NOW = Date.parse('2026-03-01T02:05:12.345Z');

/** The event of the monitoring, as `lambdas/monitor/run-monitoring.ts` publishes it. */
const requested = (trigger: unknown, at: unknown = Date.parse('2026-03-01T01:59:58.749Z')) => ({
  id: 'retraining.requested:1:1772330398749',
  type: 'retraining.requested',
  model: 'bank-marketing',
  at,
  detail: { trigger, reason: 'contact drifted', version: 1 },
});

describe('the start of a training on Durable Functions', () => {
  it('takes the trigger and the time of an event, so that its deliveries are one run', () => {
    expect(startOfEvent(requested('drift'), NOW)).toEqual({
      id: 'drift-20260301t015958749z',
      input: { trigger: 'drift', at: '2026-03-01T01:59:58.749Z', data: false },
    });
  });

  it('takes trigger, time and kind as a person gives them', () => {
    const input = { trigger: 'demand', at: '2026-02-28T00:00:30Z', data: true };
    expect(startOfEvent(input, NOW)).toEqual({ id: 'data-20260228t000030000z', input });
    const { data: _, ...whole } = input;
    expect(startOfEvent(whole, NOW)).toEqual({
      id: 'demand-20260228t000030000z',
      input: { ...input, data: false },
    });
  });

  it('takes the minute of the timer', () => {
    const at = '2026-03-01T02:05:00.000Z';
    expect(startOfTimer({ trigger: 'new-data', data: true }, { at }, NOW)).toEqual({
      id: 'data-20260301t020500000z',
      input: { trigger: 'new-data', at, data: true },
    });
  });

  it.each([
    ['nothing', null, 'event/malformed'],
    ['a text', 'drift', 'event/malformed'],
    ['an event of another type', { ...requested('drift'), type: 'release.moved' }, 'event/malformed'],
    ['an event without detail', { ...requested('drift'), detail: null }, 'event/malformed'],
    ['an event of an unknown trigger', requested('boredom'), 'event/malformed'],
    ['an event without a time', requested('drift', '2026-03-01'), 'event/malformed'],
    ['a person without a trigger', { at: '2026-03-01T02:00:00Z' }, 'event/malformed'],
    ['a person without a time', { trigger: 'demand' }, 'event/malformed'],
    ['a time that is not one', { trigger: 'demand', at: 'today' }, 'event/malformed'],
    ['a time in the future', { trigger: 'demand', at: '2026-03-02T00:00:00Z' }, 'event/in-the-future'],
    [
      'a kind that is a text',
      { trigger: 'demand', at: '2026-03-01T02:00:00Z', data: 'yes' },
      'event/malformed',
    ],
  ])('is refused for %s', (_, message, code) => {
    expect(() => startOfEvent(message, NOW)).toThrow(expect.objectContaining({ code }));
  });
});

describe('an instance of a training', () => {
  const start = startOfTimer({ trigger: 'schedule', data: false }, { at: '2026-03-01T02:05:00Z' }, NOW);
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
