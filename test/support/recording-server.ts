/**
 * A cloud's services as one server on this machine, as far as the functions use them. It records every request, so that a
 * test holds it to the vendor's own description.
 */

import { createServer, type IncomingMessage } from 'node:http';
import { systemClock } from '../../lambdas/adapters/shared/clock.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';

export interface FakeReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A request as it was sent. */
export interface RecordedRequest {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly contentType: string | undefined;
  readonly body: string;
  readonly bytes: Uint8Array;
}

/** Answers the requests that it knows; undefined for others. */
export type FakeService = (request: RecordedRequest) => FakeReply | undefined;

export interface RecordingServer {
  /** Without a final slash. */
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** How the adapters reach it. */
  readonly service: {
    readonly clock: Clock;
    readonly token: { get(): Promise<string>; renew(): Promise<string> };
  };
  /** Answered before anything else, each once; 'cut' ends the connection. */
  readonly next: (FakeReply | 'cut')[];
  close(): Promise<void>;
}

export const jsonReply = (body: unknown, status = 200): FakeReply => ({ status, body: JSON.stringify(body) });

/**
 * Starts a server.
 *
 * @param fakes - Asked in their order.
 * @param unknown - Answer to a request that none knows.
 */
export async function startRecordingServer(
  fakes: readonly FakeService[],
  unknown: FakeReply,
  clock: Clock = systemClock,
): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const next: (FakeReply | 'cut')[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const { method = '', url: path = '', headers } = request;
    const contentType = headers['content-type'];
    const sent = { method, path, headers, contentType, bytes, body: bytes.toString('utf8') };
    requests.push(sent);
    const forced = next.shift();
    if (forced === 'cut') return request.socket.destroy();
    const found = forced ?? firstOf(fakes, sent) ?? unknown;
    response
      .writeHead(found.status, { 'content-type': 'application/json', ...found.headers })
      .end(found.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const token = { get: async () => 'token-1', renew: async () => 'token-2' };
  return {
    url,
    requests,
    next,
    service: { clock, token },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function firstOf(fakes: readonly FakeService[], request: RecordedRequest): FakeReply | undefined {
  for (const fake of fakes) {
    const found = fake(request);
    if (found !== undefined) return found;
  }
  return undefined;
}
