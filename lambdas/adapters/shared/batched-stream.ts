import { RuntimeFailure } from '../../core/errors.ts';
import { type PredictionStream, RecordsLost } from '../../ports/prediction-stream.ts';
import { recordIds } from './record-ids.ts';

/** A service that takes records in calls of bounded size. */
export interface BatchedService<Item> {
  /** A record's line as the service takes it. */
  encode(line: string): Item;
  /** Bytes of an item within a call. */
  sizeOf(item: Item): number;
  readonly limits: {
    /** Items of a call. */
    readonly items: number;
    /** Bytes of a call, with what stands around its items. */
    readonly callBytes: number;
    /** Bytes around the items of a call. */
    readonly aroundBytes: number;
    /** Bytes of an item. */
    readonly itemBytes: number;
  };
  /** Message for a record above the limit. */
  readonly tooLarge: string;
  /** @throws RecordsLost for some of the items, another RuntimeFailure when it took none */
  send(items: readonly Item[]): Promise<void>;
}

/** A stream over such a service: records go out in as few calls as the limits allow, and a failed call does not stop the others. */
export function createBatchedStream<Item>(service: BatchedService<Item>): PredictionStream {
  const pending = new Set<Promise<void>>();
  const { sizeOf, limits, tooLarge, encode } = service;

  async function sendAll(items: readonly Item[]): Promise<void> {
    const fit = items.filter((item) => sizeOf(item) <= limits.itemBytes);
    const calls = callsOf(fit, service);
    const ended = await Promise.allSettled(calls.map((call) => service.send(call)));
    const failures = ended.flatMap((one, call) =>
      one.status === 'fulfilled' ? [] : [lossOf(one.reason, calls[call]?.length ?? 0)],
    );
    if (fit.length < items.length)
      failures.push(
        new RecordsLost(items.length - fit.length, new RuntimeFailure('predictions/too-large', tooLarge)),
      );
    const [first] = failures;
    if (first === undefined) return;
    throw new RecordsLost(
      failures.reduce((sum, { records }) => sum + records, 0),
      first,
    );
  }

  return {
    nextId: recordIds(),
    async append(records) {
      for (const { line } of records)
        if (/[\r\n]/.test(line))
          throw new RuntimeFailure('predictions/line-break', 'a prediction record must be one line');
      const sending = sendAll(records.map(({ line }) => encode(line)));
      pending.add(sending);
      try {
        await sending;
      } finally {
        pending.delete(sending);
      }
    },
    async flush() {
      await Promise.allSettled([...pending]);
    },
  };
}

/** Returns the loss of a failed call with this many records. */
function lossOf(reason: unknown, records: number): RecordsLost {
  if (reason instanceof RecordsLost) return reason;
  if (reason instanceof RuntimeFailure) return new RecordsLost(records, reason);
  throw reason;
}

function callsOf<Item>(items: readonly Item[], { sizeOf, limits }: BatchedService<Item>): Item[][] {
  const calls: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const last = calls.at(-1);
    const size = sizeOf(item);
    if (last === undefined || last.length === limits.items || bytes + size > limits.callBytes) {
      calls.push([item]);
      bytes = limits.aroundBytes + size;
    } else {
      last.push(item);
      bytes += size;
    }
  }
  return calls;
}
