/** Resumable uploads as Cloud Storage documents them, with faults that fake-gcs-server does not have. */

import type { ReceivedRequest, Reply } from '../../support/scripted-server.ts';

/** The next request to a session: how many of its bytes are stored, and another answer than the right one. */
export interface SessionFault {
  /** @default all */
  readonly stored?: number;
  readonly reply?: Reply;
}

export interface UploadService {
  /** The handler for a scripted server. */
  handle(request: ReceivedRequest): Reply;
  /** The object, once it is whole. */
  object(): Buffer | undefined;
  /** Requests to sessions, as `0-8388607/*` with the bytes that came; `cancelled` for the end of one. */
  readonly log: readonly string[];
  /** Memory of requests at once: the largest body. */
  largest(): number;
}

/**
 * @param endpoint - Of the server that it answers for.
 * @param faults - One a request to a session, in their order; `undefined` and none are no fault.
 * @param unmet - The condition never holds.
 */
export function uploadService(
  endpoint: () => string,
  faults: readonly (SessionFault | undefined)[] = [],
  { unmet = false, gone = false }: { readonly unmet?: boolean; readonly gone?: boolean } = {},
): UploadService {
  const log: string[] = [];
  const waiting = [...faults];
  let stored = Buffer.alloc(0);
  let object: Buffer | undefined;
  let largest = 0;

  function put({ headers, body }: ReceivedRequest): Reply {
    const range = String(headers['content-range']).replace('bytes ', '');
    log.push(range);
    largest = Math.max(largest, body.byteLength);
    const fault = waiting.shift();
    if (gone) return { status: 410 };
    const [, first, total] = /^(?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(range) ?? [];
    if (object !== undefined) return fault?.reply ?? done(object);
    if (first !== undefined) {
      const from = Number(first);
      if (from > stored.byteLength) return { status: 400, body: 'bytes are missing before these' };
      // Bytes that are stored already are passed over.
      const fresh = body.subarray(stored.byteLength - from, fault?.stored ?? body.byteLength);
      stored = Buffer.concat([stored, fresh]);
    }
    if (total !== '*' && Number(total) === stored.byteLength) {
      if (unmet) return fault?.reply ?? { status: 412, body: '{"error":{"code":412}}' };
      object = stored;
      return fault?.reply ?? done(object);
    }
    const { byteLength } = stored;
    return (
      fault?.reply ?? {
        status: 308,
        headers: byteLength === 0 ? {} : { range: `bytes=0-${byteLength - 1}` },
      }
    );
  }

  return {
    log,
    object: () => object,
    largest: () => largest,
    handle(request) {
      if (request.method === 'POST')
        return { status: 200, headers: { location: `${endpoint()}/session?upload_id=s3cr3t` } };
      if (request.method === 'DELETE') {
        log.push('cancelled');
        return { status: 499 };
      }
      return put(request);
    },
  };
}

const done = (object: Buffer): Reply => ({
  status: 200,
  body: JSON.stringify({ generation: '1', size: String(object.byteLength) }),
});
