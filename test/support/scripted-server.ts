/** A service on this machine that answers as a test writes it, for what no emulator does. */

import { createServer, type IncomingMessage } from 'node:http';

/** `cut` takes the request and closes the connection; `silent` never answers. */
export type Reply = ScriptedAnswer | 'cut' | 'silent';

export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Closes the connection after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Waits before it answers. */
  readonly afterMs?: number;
}

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface ScriptedServer {
  readonly endpoint: string;
  /** Those that arrived whole, in their order. */
  readonly requests: readonly ReceivedRequest[];
  /** Forgets the requests, and answers with these, the last one for ever; a function answers each by itself. */
  answer(...replies: readonly Reply[] | readonly [(request: ReceivedRequest) => Reply]): void;
  /** Cuts the connection of the next request of this method after so many bytes of its body. */
  cut(method: string, bytes: number): void;
  stop(): Promise<void>;
}

/** Starts it on a free port. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  let cutting: { readonly method: string; readonly bytes: number } | undefined;
  let next: (request: ReceivedRequest) => Reply = () => 'cut';
  const server = createServer((request, response) => {
    const limit = cutting?.method === request.method ? cutting?.bytes : undefined;
    if (limit !== undefined) cutting = undefined;
    void bodyOf(request, limit).then((body) => {
      if (!request.complete) return; // the client left, or the connection was cut
      const received = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body,
      };
      requests.push(received);
      const reply = next(received);
      if (reply === 'silent') return;
      if (reply === 'cut') {
        request.socket.destroy();
        return;
      }
      const bytes = Buffer.from(reply.body ?? '');
      if (reply.afterMs !== undefined) {
        setTimeout(() => response.writeHead(reply.status).end(bytes), reply.afterMs);
        return;
      }
      response.writeHead(reply.status, { 'content-length': bytes.byteLength, ...reply.headers });
      if (reply.cutAfter === undefined) response.end(bytes);
      else response.write(bytes.subarray(0, reply.cutAfter), () => request.socket.destroy());
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    answer(...replies) {
      requests.length = 0;
      const [first] = replies;
      const queue = [...replies] as Reply[]; // unless the first is a function
      next =
        typeof first === 'function' ? first : () => (queue.length > 1 ? queue.shift() : queue[0]) ?? 'cut';
    },
    cut(method, bytes) {
      cutting = { method, bytes };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function bodyOf(request: IncomingMessage, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      chunks.push(chunk as Buffer); // without an encoding a chunk is bytes
      bytes += (chunk as Buffer).byteLength;
      if (bytes > limit) request.socket.destroy();
    }
  } catch {
    // The client left.
  }
  return Buffer.concat(chunks);
}
