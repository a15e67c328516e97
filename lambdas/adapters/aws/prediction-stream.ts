import { FirehoseClient, type FirehoseClientConfig, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { RuntimeFailure } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { type PredictionStream, RecordsLost } from '../../ports/prediction-stream.ts';
import { createBatchedStream } from '../shared/batched-stream.ts';
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

  return createBatchedStream<Uint8Array>({
    encode: (line) => Buffer.from(`${line}\n`),
    sizeOf: ({ byteLength }) => byteLength,
    limits: { items: MAX_RECORDS, callBytes: MAX_CALL_BYTES, aroundBytes: 0, itemBytes: MAX_RECORD_BYTES },
    tooLarge: `a record has at most ${MAX_RECORD_BYTES} bytes`,
    send,
  });
}
