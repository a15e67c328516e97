import { FirehoseClient, type FirehoseClientConfig, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { RuntimeFailure } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { type PredictionStream, RecordsLost } from '../../ports/prediction-stream.ts';
import { recordIds } from '../shared/record-ids.ts';
import { failureOf } from './failure.ts';

export interface PredictionStreamOptions {
  readonly stream: string;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly client?: FirehoseClientConfig;
}

/** Limits of one call (docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html). */
const MAX_RECORDS = 500;
const MAX_CALL_BYTES = 4 * 1024 * 1024;
const MAX_RECORD_BYTES = 1000 * 1024;

/** Records that the service did not take are sent again so often, each wait twice the one before. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 50;

/**
 * The stream on Firehose, which files records by their arrival time. A record can be in the file of the next hour, or of the
 * hour when its buffer began. So readers also read a little around their window.
 */
export function createPredictionStream({ stream, clock, client }: PredictionStreamOptions): PredictionStream {
  const firehose = new FirehoseClient(client ?? {});
  const pending = new Set<Promise<void>>();

  /** Sends one call's records; those that were not taken again, until all are or the attempts are used up. */
  async function send(records: readonly Uint8Array[]): Promise<void> {
    let waiting = records;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await clock.sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
      const answer = await firehose
        .send(
          new PutRecordBatchCommand({
            DeliveryStreamName: stream,
            Records: waiting.map((Data) => ({ Data })),
          }),
        )
        .catch((error: unknown) => {
          throw failureOf('predictions', error, `appending ${waiting.length} records`);
        });
      if (!answer.FailedPutCount) return;
      const refused = answer.RequestResponses ?? [];
      waiting = waiting.filter((_, index) => refused[index]?.ErrorCode !== undefined);
    }
    const cause = new RuntimeFailure('predictions/lost', `not taken in ${ATTEMPTS} attempts`, {
      retryable: true,
    });
    throw new RecordsLost(waiting.length, cause);
  }

  /** Sends the records in as many calls as it takes. A failed call does not stop the others. */
  async function sendAll(lines: readonly Uint8Array[]): Promise<void> {
    const fit = lines.filter(({ byteLength }) => byteLength <= MAX_RECORD_BYTES);
    const calls = callsOf(fit);
    const ended = await Promise.allSettled(calls.map(send));
    const failures = ended.flatMap((one, call) =>
      one.status === 'fulfilled' ? [] : [lossOf(one.reason, calls[call]?.length ?? 0)],
    );
    if (fit.length < lines.length) failures.push(new RecordsLost(lines.length - fit.length, TOO_LARGE));
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
      const lines = records.map(({ line }) => Buffer.from(`${line}\n`));
      const sending = sendAll(lines);
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

const TOO_LARGE = new RuntimeFailure(
  'predictions/too-large',
  `a record has at most ${MAX_RECORD_BYTES} bytes`,
);

/** Returns the loss of a failed call with this many records. */
function lossOf(reason: unknown, records: number): RecordsLost {
  if (reason instanceof RecordsLost) return reason;
  if (reason instanceof RuntimeFailure) return new RecordsLost(records, reason);
  throw reason;
}

/** Records in as few calls as the limits allow. */
function callsOf(lines: readonly Uint8Array[]): Uint8Array[][] {
  const calls: Uint8Array[][] = [];
  let bytes = 0;
  for (const line of lines) {
    const last = calls.at(-1);
    if (last === undefined || last.length === MAX_RECORDS || bytes + line.byteLength > MAX_CALL_BYTES) {
      calls.push([line]);
      bytes = line.byteLength;
    } else {
      last.push(line);
      bytes += line.byteLength;
    }
  }
  return calls;
}
