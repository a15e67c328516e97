import type { PredictionStream } from '../../ports/prediction-stream.ts';
import { createBatchedStream } from '../shared/batched-stream.ts';
import { type RestService, serviceClient } from '../shared/rest-service.ts';
import { type AppendBlobs, createAppendBlobs } from './append-blobs.ts';

export interface PredictionStreamOptions extends RestService, Pick<AppendBlobs, 'container' | 'instance'> {
  /** Blocks of a blob after which the next one is begun. @default 40,000 */
  readonly blocks?: number;
  /** Longest silence of the service. @default 1,500 */
  readonly timeoutMs?: number;
}

/**
 * A block of an append blob has at most 4 MiB (learn.microsoft.com/azure/storage/blobs/scalability-targets). Versions of
 * the API since 2022-11-02 take 100 MiB, in preview (learn.microsoft.com/rest/api/storageservices/append-block).
 */
const MAX_BLOCK_BYTES = 4 * 1024 * 1024;

/** The scoring function answers within ten seconds, and a request is tried four times. */
const TIMEOUT_MS = 1_500;

/**
 * The stream as append blobs of the model's own container. A call is a block, and is filed by the time that it arrives. A
 * call whose answer is lost is sent again: a record may be there twice, and readers count its name once.
 */
export function createPredictionStream({
  container,
  instance,
  blocks,
  timeoutMs = TIMEOUT_MS,
  ...service
}: PredictionStreamOptions): PredictionStream {
  const { clock } = service;
  const append = createAppendBlobs({
    client: serviceClient(service, 'predictions', timeoutMs),
    container,
    instance,
    now: clock.now,
    ...(blocks !== undefined && { blocks }),
  });
  return createBatchedStream<Uint8Array>({
    encode: (line) => Buffer.from(`${line}\n`),
    sizeOf: ({ byteLength }) => byteLength,
    limits: {
      items: Number.POSITIVE_INFINITY,
      callBytes: MAX_BLOCK_BYTES,
      aroundBytes: 0,
      itemBytes: MAX_BLOCK_BYTES,
    },
    tooLarge: `a record has at most ${MAX_BLOCK_BYTES} bytes`,
    send: (lines) => append(Buffer.concat(lines), `appending ${lines.length} records`),
  });
}
