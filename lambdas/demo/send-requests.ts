import type { VirtualClock } from '../adapters/local/clock.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { WindowAnswers } from '../report/refusals.ts';
import type { ScoreClient } from './http-client.ts';
import { RefusalCounter } from './refusals.ts';
import type { Incident, RequestOf } from './replay-data.ts';
import { daysOf, type ReplayWindow } from './timeline.ts';

export interface Replay {
  /** Waits until every answer so far can be read. */
  readonly flush: () => Promise<void>;
  readonly clock: VirtualClock;
  readonly client: ScoreClient;
  readonly requestOf: RequestOf;
  readonly times: Float64Array;
}

/** Requests under way at once; the order of answers within a day does not matter to anybody. */
const CONCURRENCY = 8;

/**
 * Sends the requests of a window, day after day, and lets `afterDay` look at what was answered.
 *
 * @throws RuntimeFailure `local/answer` when the service breaks (5xx): refusals are told, faults are not hidden
 */
export async function replayWindow(
  { flush, clock, client, requestOf, times }: Replay,
  window: ReplayWindow,
  options: {
    readonly incident?: Incident | undefined;
    readonly onProgress: (done: number, total: number) => void;
    readonly afterDay: () => Promise<void>;
  },
): Promise<WindowAnswers> {
  const counter = new RefusalCounter();
  for (const day of daysOf(times, window)) {
    clock.advanceTo(day.from);
    let next = day.first;
    const send = async () => {
      while (next < day.end) {
        const position = next;
        next += 1;
        const { status, body } = await client.post(requestOf(position, options.incident));
        if (status >= 500)
          throw new RuntimeFailure('local/answer', `the service answered ${status}: ${body.slice(0, 200)}`);
        if (status !== 200) counter.add({ status, body });
      }
    };
    try {
      await Promise.all(Array.from({ length: CONCURRENCY }, send));
    } finally {
      next = day.end; // after a fault nobody sends on
    }
    await flush();
    clock.advanceTo(day.to);
    options.onProgress(day.end - window.first, window.end - window.first);
    await options.afterDay();
  }
  clock.advanceTo(window.to);
  return { sent: window.end - window.first, refusals: counter.refusals };
}
