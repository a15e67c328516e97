import { createServer } from 'node:http';
import { expect } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../lambdas/core/http.ts';

/** Serves a scoring service on this machine, which lets in callers with this authorization. */
export async function serveHttp(
  service: (request: HttpRequest) => Promise<HttpResponse>,
  authorization: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    expect(request.headers.authorization).toBe(authorization);
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter((one): one is [string, string] => typeof one[1] === 'string'),
    );
    const { status, body } = await service({
      method: request.method ?? '',
      path: request.url ?? '',
      headers,
      body: Buffer.concat(chunks),
      receivedId: 'r',
    });
    response.writeHead(status).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
