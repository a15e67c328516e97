/** A server between a function and a service of the emulator, which refuses some of the requests as AWS does. */

import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FaultProxy {
  readonly endpoint: string;
  close(): void;
}

/** S3's and Firehose's answer to a caller without the right; each reads its own half. */
const REFUSAL = {
  xml: '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
  json: '{"__type":"AccessDeniedException","message":"not authorized"}',
} as const;

/** Passes requests on to `target`, and answers 403 to those that `refused` names. */
export async function startFaultProxy(
  target: string,
  refused: (request: IncomingMessage) => boolean,
): Promise<FaultProxy> {
  const server = createServer((incoming, outgoing) => {
    if (refused(incoming)) {
      incoming.resume();
      const isJson = incoming.headers['x-amz-target'] !== undefined;
      outgoing.writeHead(403, { 'content-type': isJson ? 'application/x-amz-json-1.1' : 'application/xml' });
      outgoing.end(isJson ? REFUSAL.json : REFUSAL.xml);
      return;
    }
    const { method, url, headers } = incoming;
    const onward = request(`${target}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo; // of a TCP server
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
