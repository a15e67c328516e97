import { RuntimeFailure } from '../../core/errors.ts';
import { type PredictionStream, RecordsLost } from '../../ports/prediction-stream.ts';
import { recordIds } from '../shared/record-ids.ts';
import { type GoogleService, googleClient } from './google-service.ts';
import { PUBSUB, publishMessages, type TopicMessage } from './pubsub.ts';

export interface PredictionStreamOptions extends GoogleService {
  /** `projects/<project>/topics/<topic>`, with a subscription that writes to the bucket. */
  readonly topic: string;
}

/**
 * A request has at most 1,000 messages and 10 MB (cloud.google.com/pubsub/quotas#resource_limits). Its JSON with the data in
 * base64 is counted here, which is more than Pub/Sub counts.
 */
const MAX_MESSAGES = 1_000;
const MAX_CALL_BYTES = 9_500_000;
/** `{"data":""},` around the data of a message. */
const AROUND_BYTES = 12;
/** `{"messages":[]}` */
const CALL_BYTES = 15;

/** The scoring function answers within ten seconds, and a request is tried four times. */
const TIMEOUT_MS = 1_500;

/**
 * The stream on Pub/Sub: a message per record. Its subscription writes each as a line, and files records by their arrival
 * time (cloud.google.com/pubsub/docs/cloudstorage), so readers also read a little around their window.
 */
export function createPredictionStream({
  topic,
  endpoint = PUBSUB,
  ...service
}: PredictionStreamOptions): PredictionStream {
  const client = googleClient(service, 'predictions', TIMEOUT_MS);
  const pending = new Set<Promise<void>>();

  /** Sends the records in as many calls as it takes. A failed call does not stop the others. */
  async function sendAll(messages: readonly TopicMessage[]): Promise<void> {
    const fit = messages.filter((message) => sizeOf(message) + CALL_BYTES <= MAX_CALL_BYTES);
    const calls = callsOf(fit);
    const ended = await Promise.allSettled(
      calls.map((call) => publishMessages(client, endpoint, topic, call, `appending ${call.length} records`)),
    );
    const failures = ended.flatMap((one, call) =>
      one.status === 'fulfilled' ? [] : [lossOf(one.reason, calls[call]?.length ?? 0)],
    );
    if (fit.length < messages.length) failures.push(new RecordsLost(messages.length - fit.length, TOO_LARGE));
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
      const sending = sendAll(records.map(({ line }) => ({ data: Buffer.from(line).toString('base64') })));
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
  `a record has at most ${MAX_CALL_BYTES - AROUND_BYTES - CALL_BYTES} bytes in base64`,
);

/** Returns the loss of a failed call with this many records. */
function lossOf(reason: unknown, records: number): RecordsLost {
  if (reason instanceof RuntimeFailure) return new RecordsLost(records, reason);
  throw reason;
}

const sizeOf = ({ data }: TopicMessage): number => data.length + AROUND_BYTES;

/** Messages in as few calls as the limits allow. */
function callsOf(messages: readonly TopicMessage[]): TopicMessage[][] {
  const calls: TopicMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const last = calls.at(-1);
    const size = sizeOf(message);
    if (last === undefined || last.length === MAX_MESSAGES || bytes + size > MAX_CALL_BYTES) {
      calls.push([message]);
      bytes = CALL_BYTES + size;
    } else {
      last.push(message);
      bytes += size;
    }
  }
  return calls;
}
