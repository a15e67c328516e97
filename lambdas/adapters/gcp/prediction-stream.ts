import type { PredictionStream } from '../../ports/prediction-stream.ts';
import { createBatchedStream } from '../shared/batched-stream.ts';
import { serviceClient } from '../shared/rest-service.ts';
import type { GoogleService } from './google-service.ts';
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
  const client = serviceClient(service, 'predictions', TIMEOUT_MS);
  return createBatchedStream<TopicMessage>({
    encode: (line) => ({ data: Buffer.from(line).toString('base64') }),
    sizeOf: ({ data }) => data.length + AROUND_BYTES,
    limits: {
      items: MAX_MESSAGES,
      callBytes: MAX_CALL_BYTES,
      aroundBytes: CALL_BYTES,
      itemBytes: MAX_CALL_BYTES - CALL_BYTES,
    },
    tooLarge: `a record has at most ${MAX_CALL_BYTES - AROUND_BYTES - CALL_BYTES} bytes in base64`,
    send: (messages) =>
      publishMessages(client, endpoint, topic, messages, `appending ${messages.length} records`),
  });
}
