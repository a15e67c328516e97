import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEvents } from '../../../lambdas/adapters/azure/events.ts';
import { queueMessage } from '../../../lambdas/runtime/azure-message.ts';
import { eventsContract, modelEvent } from '../../contracts/events.ts';
import { type Queues, queuesAt, type TakenMessage } from '../../support/azure/queues.ts';
import { azureOperation, azureProblems } from '../../support/azure-api.ts';
import { startAzure } from '../../support/azure-fakes.ts';
import type { FakeService, RecordingServer } from '../../support/recording-server.ts';
import { type StorageEmulator, startAzurite } from '../../support/storage-emulators.ts';
import { azurite, describeWith, openssl } from '../../support/tools.ts';

const ACCOUNT = 'bankpipeline';
/** Largest message (learn.microsoft.com/azure/storage/queues/scalability-targets). */
const MAX_BYTES = 64 * 1024;

/** The text of a message as the worker hands it to a function: parsed where it is JSON. */
function asHandedOver({ text }: TakenMessage): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const readOf = (message: TakenMessage) =>
  queueMessage(asHandedOver(message), {
    id: message.id,
    dequeueCount: message.dequeueCount,
    insertionTime: message.insertionTime.toISOString(),
  });

describeWith([azurite, openssl], 'events on a queue of Azurite', () => {
  let emulator: StorageEmulator;
  let queues: Queues;
  const topics: RecordingServer[] = [];
  let made = 0;
  beforeAll(async () => {
    emulator = await startAzurite('queue', [ACCOUNT]);
    queues = queuesAt(new URL('..', `${emulator.endpoint}/`).href.replace(/\/$/, ''), emulator.token);
  });
  afterAll(async () => {
    for (const topic of topics) await topic.close();
    await emulator?.stop();
  });

  async function newQueue(): Promise<string> {
    const queue = `events-${++made}`;
    await queues.make(ACCOUNT, queue);
    return queue;
  }

  async function takeAll(queue: string): Promise<TakenMessage[]> {
    const taken: TakenMessage[] = [];
    for (;;) {
      const message = await queues.take(ACCOUNT, queue);
      if (message === undefined) return taken;
      await queues.remove(ACCOUNT, queue, message);
      taken.push(message);
    }
  }

  const ENCODINGS = [
    ['as a text', (json: string) => json],
    ['in base64', (json: string) => Buffer.from(json).toString('base64')],
  ] as const;

  for (const [how, encoded] of ENCODINGS)
    eventsContract(`Event Grid with a queue that gets messages ${how}`, async () => {
      const queue = await newQueue();
      const arriving: string[] = [];
      const topic: FakeService = ({ body }) => {
        for (const event of JSON.parse(body) as unknown[]) arriving.push(JSON.stringify(event));
        return { status: 200, body: '' };
      };
      const server = await startAzure([topic]);
      topics.push(server);
      const endpoint = `${server.url}/api/events`;
      return {
        events: createEvents({ ...server.service, endpoint, environment: 'dev' }),
        async delivered() {
          for (const json of arriving) await queues.put(ACCOUNT, queue, encoded(json));
          return (await takeAll(queue)).map(
            (message) => readOf(message).event as ReturnType<typeof modelEvent>,
          );
        },
      };
    });

  it.each(ENCODINGS)('reads what a person put there %s, with the time that it came', async (_, encoded) => {
    const queue = await newQueue();
    await queues.put(ACCOUNT, queue, encoded('{"trigger":"demand"}'));
    const [message] = (await takeAll(queue)).map(readOf);
    expect(message?.event).toEqual({ trigger: 'demand' });
    expect(Math.abs(Date.now() - (message?.insertedAt ?? 0))).toBeLessThan(60_000);
  });

  it('holds the longest event that a topic takes for a queue, with what XML escapes', async () => {
    const queue = await newQueue();
    const reason = '<&">'.repeat(8_000);
    const event = { ...modelEvent('e1'), detail: { reason } };
    const json = JSON.stringify({ specversion: '1.0', id: 'e1', type: event.type, source: 's', data: event });
    expect(Buffer.from(json).toString('base64').length).toBeLessThan(MAX_BYTES);
    await queues.put(ACCOUNT, queue, Buffer.from(json).toString('base64'));
    const [message] = (await takeAll(queue)).map(readOf);
    expect(message).toMatchObject({ event, type: event.type, id: 'e1', attempt: 1 });
  });

  it('is put and taken by requests that Microsoft describes', async () => {
    const taken = '<QueueMessagesList />';
    const server = await startAzure([
      ({ method }) => ({ status: method === 'POST' ? 201 : 200, body: taken }),
    ]);
    topics.push(server);
    const described = queuesAt(server.url, 't');
    await described.put(ACCOUNT, 'events', '{}');
    await described.take(ACCOUNT, 'events');
    // The account is the host on Azure.
    const sent = server.requests.map((one) => ({ ...one, path: one.path.replace(`/${ACCOUNT}`, '') }));
    expect(sent.map((one) => azureOperation('queue', one))).toEqual(['queue.enqueue', 'queue.dequeue']);
    for (const one of sent) {
      expect(azureProblems('queue', one)).toEqual([]);
      const planted = { ...one, path: `${one.path}${one.path.includes('?') ? '&' : '?'}planted=1` };
      expect(azureProblems('queue', planted)).toEqual([expect.stringMatching(/ planted: unknown$/)]);
    }
  });
});
