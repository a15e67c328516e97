/** Requests and answers between Node's server and this runtime. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpRequest, HttpResponse } from '../core/http.ts';
import { MAX_REQUEST_BYTES } from './json-body.ts';

/**
 * Reads a request. A body above the limit is read to its end, so that its sender gets the answer, and only one byte more
 * than the limit is kept. Cloud Run itself takes at most 32 MiB (cloud.google.com/run/quotas).
 *
 * @throws Error when the sender breaks off
 */
export async function receiveRequest(
  request: IncomingMessage,
  limit: number = MAX_REQUEST_BYTES,
): Promise<HttpRequest> {
  const { method = '', url = '', headers } = request;
  const query = url.indexOf('?');
  return {
    method,
    path: query < 0 ? url : url.slice(0, query),
    headers: Object.fromEntries(
      Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    body: await bodyOf(request, limit + 1),
    receivedId: traceOf(headers['x-cloud-trace-context']),
  };
}

async function bodyOf(request: AsyncIterable<Buffer>, most: number): Promise<Uint8Array> {
  const held: Buffer[] = [];
  let room = most;
  for await (const chunk of request) {
    if (room === 0) continue;
    const part = chunk.subarray(0, room);
    held.push(part);
    room -= part.byteLength;
  }
  return Buffer.concat(held);
}

/** The id that Cloud Logging joins lines by: `TRACE/SPAN;o=1` (cloud.google.com/trace/docs/trace-context). */
function traceOf(header: string | string[] | undefined): string {
  const [trace] = typeof header === 'string' ? header.split('/') : [];
  return trace || 'unknown';
}

/** Sends an answer; ends when it is handed to the network, or its receiver is gone. */
export async function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
): Promise<void> {
  await new Promise<void>((done) => {
    response.once('close', done); // comes after `finish` too
    response.once('finish', done);
    response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers }).end(body);
  });
}
