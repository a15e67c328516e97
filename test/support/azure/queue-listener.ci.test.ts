import { afterAll, beforeAll, expect, it } from 'vitest';
import { type StorageEmulator, startAzurite } from '../storage-emulators.ts';
import { azurite, describeWith, openssl } from '../tools.ts';
import { listenToQueue } from './queue-listener.ts';
import { type Queues, queuesAt, type TakenMessage } from './queues.ts';

const ACCOUNTS = ['churnpipeline', 'churnrelease'] as const;
const TEXT = '{"a":"<b> & \'c\'"}';

describeWith([azurite, openssl], 'a queue of an app', () => {
  let emulator: StorageEmulator;
  let queues: Queues;

  beforeAll(async () => {
    emulator = await startAzurite('queue', ACCOUNTS);
    queues = queuesAt(new URL('..', `${emulator.endpoint}/`).href.replace(/\/$/, ''), emulator.token);
    for (const account of ACCOUNTS) {
      await queues.make(account, 'events');
      await queues.make(account, 'events-poison');
    }
  });
  afterAll(() => emulator?.stop());

  const listen = (call: (message: TakenMessage) => Promise<unknown>) =>
    listenToQueue({ queues, account: 'churnpipeline', queue: 'events', attempts: 5, call });

  it('belongs to its account, and hands each message over as it was put', async () => {
    await queues.put('churnpipeline', 'events', TEXT);
    expect(await queues.count('churnrelease', 'events')).toBe(0);
    const taken: TakenMessage[] = [];
    const listener = listen(async (message) => taken.push(message));
    await listener.settled();
    await listener.stop();
    expect(taken).toMatchObject([{ text: TEXT, dequeueCount: 1 }]);
    expect(Math.abs(Date.now() - (taken[0]?.insertionTime.getTime() ?? 0))).toBeLessThan(60_000);
  });

  it('delivers a message that fails again, and keeps it in the poison queue after five failures', async () => {
    await queues.put('churnpipeline', 'events', TEXT);
    const listener = listen(async () => {
      throw new Error('planted');
    });
    await listener.settled();
    await listener.stop();
    expect(listener.deliveries.map(({ attempt, failed }) => [attempt, failed])).toEqual(
      [1, 2, 3, 4, 5].map((attempt) => [attempt, true]),
    );
    expect((await queues.take('churnpipeline', 'events-poison'))?.text).toBe(TEXT);
  });
});
