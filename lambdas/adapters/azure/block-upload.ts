/** Blobs of more than one block (learn.microsoft.com/rest/api/storageservices/put-block-list). */

import { randomUUID } from 'node:crypto';
import { RuntimeFailure } from '../../core/errors.ts';
import type { UploadPart } from '../shared/parts.ts';
import type { RestClient, RestRequest } from '../shared/rest.ts';
import { blobErrorOf } from './blob-service.ts';

export interface BlockUpload {
  readonly client: RestClient;
  /** Address of the blob. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Headers of the condition, if there is one. */
  readonly condition: Readonly<Record<string, string>>;
  /** As a message begins: `writing models/1`. */
  readonly what: string;
}

/**
 * Stages the parts of a blob, then commits them: it is visible only when whole. A source that fails leaves blocks that
 * were never committed; nobody sees them, and Blob Storage removes them after a week
 * (learn.microsoft.com/rest/api/storageservices/put-block).
 *
 * @throws RuntimeFailure of the area `objects`; `objects/busy` (retryable) when somebody else committed the blob
 *   meanwhile, which discards the blocks of all others. Errors of the source are thrown unchanged.
 */
export async function uploadBlocks(
  { client, url, headers, condition, what }: BlockUpload,
  first: UploadPart,
  rest: AsyncIterable<UploadPart>,
): Promise<void> {
  // Blocks of one blob share their names, so those of two writers at once must differ. All are of one length.
  const upload = randomUUID();
  const blocks: string[] = [];
  async function stage({ bytes }: UploadPart): Promise<void> {
    const id = Buffer.from(`${upload}${String(blocks.length).padStart(6, '0')}`).toString('base64');
    const query = `comp=block&blockid=${encodeURIComponent(id)}`;
    await client.send({ method: 'PUT', url: `${url}?${query}`, headers, body: bytes, what });
    blocks.push(id);
  }

  await stage(first);
  for await (const part of rest) await stage(part);
  const list = blocks.map((id) => `<Latest>${id}</Latest>`).join('');
  const request: RestRequest = {
    method: 'PUT',
    url: `${url}?comp=blocklist`,
    headers: { ...headers, ...condition, 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="utf-8"?><BlockList>${list}</BlockList>`,
    what,
  };
  await client.send(request).catch((error: unknown) => {
    if (blobErrorOf(error) !== 'InvalidBlockList') throw error;
    throw new RuntimeFailure('objects/busy', `${what}: somebody else wrote it at the same time`, {
      retryable: true,
      cause: error,
    });
  });
}
