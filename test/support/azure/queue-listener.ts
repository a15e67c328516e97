/** The host's listener of a queue: one message after the other, tried again, and kept in the poison queue in the end. */

import { setTimeout as wait } from 'node:timers/promises';
import type { Queues, TakenMessage } from './queues.ts';

export interface QueueListener {
  /** Deliveries, by their outcome. */
  readonly deliveries: readonly { readonly id: string; readonly attempt: number; readonly failed: boolean }[];
  /** Waits until the queue is empty and nothing is under way. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface ListenTo {
  readonly queues: Queues;
  readonly account: string;
  readonly queue: string;
  /** `maxDequeueCount` of host.json. */
  readonly attempts: number;
  /** Calls the function; rejects where it fails. */
  call(message: TakenMessage): Promise<unknown>;
}

const POLL_MS = 100;
/** `visibilityTimeout` of host.json, shortened. */
const RETRY_SEC = 1;

/**
 * Listens as the extension of storage queues does
 * (learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#poison-messages).
 */
export function listenToQueue({ queues, account, queue, attempts, call }: ListenTo): QueueListener {
  const deliveries: { id: string; attempt: number; failed: boolean }[] = [];
  let stopped = false;

  async function deliver(message: TakenMessage): Promise<void> {
    const { id, dequeueCount: attempt, text } = message;
    const failed = await call(message).then(
      () => false,
      () => true,
    );
    deliveries.push({ id, attempt, failed });
    if (failed && attempt < attempts) return queues.giveBack(account, queue, message, RETRY_SEC);
    if (failed) await queues.put(account, `${queue}-poison`, text);
    await queues.remove(account, queue, message);
  }

  const listening = (async () => {
    while (!stopped) {
      const message = await queues.take(account, queue);
      if (message === undefined) await wait(POLL_MS);
      else await deliver(message);
    }
  })();

  return {
    deliveries,
    async settled() {
      while ((await queues.count(account, queue)) > 0) await wait(POLL_MS);
    },
    async stop() {
      stopped = true;
      await listening;
    },
  };
}
