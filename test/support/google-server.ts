/**
 * Google's services as one server on this machine, as far as the functions use them. It records every request, so that a
 * test holds it to Google's own description.
 */

import { createServer, type IncomingMessage } from 'node:http';
import { systemClock } from '../../lambdas/adapters/shared/clock.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { GoogleApi, GoogleRequest } from './google-api.ts';

export interface GoogleReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A request with its headers. */
export interface SentToGoogle extends GoogleRequest {
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Uint8Array;
}

/** Answers the requests that it knows; undefined for others. */
export type GoogleFake = (request: SentToGoogle) => GoogleReply | undefined;

export interface GoogleServer {
  /** Without a final slash. */
  readonly url: string;
  readonly requests: readonly SentToGoogle[];
  /** How the adapters reach it. */
  readonly service: {
    readonly clock: Clock;
    readonly endpoint: string;
    readonly token: { get(): Promise<string>; renew(): Promise<string> };
  };
  /** Answered before anything else, each once; 'cut' ends the connection. */
  readonly next: (GoogleReply | 'cut')[];
  close(): Promise<void>;
}

export const reply = (body: unknown, status = 200): GoogleReply => ({ status, body: JSON.stringify(body) });

/** An error in Google's form (cloud.google.com/apis/design/errors). */
export const googleError = (status: number, name: string): GoogleReply =>
  reply({ error: { code: status, status: name, message: 'said by the service about s3cr3t' } }, status);

/**
 * Starts a server.
 *
 * @param fakes - Asked in their order; a request that none knows is answered 404.
 */
export async function startGoogle(
  fakes: readonly GoogleFake[],
  clock: Clock = systemClock,
): Promise<GoogleServer> {
  const requests: SentToGoogle[] = [];
  const next: (GoogleReply | 'cut')[] = [];
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
    const answered = fakes.map((fake) => () => fake(sent));
    const found = forced ?? firstOf(answered) ?? googleError(404, 'NOT_FOUND');
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
    service: { clock, endpoint: url, token },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function firstOf(fakes: readonly (() => GoogleReply | undefined)[]): GoogleReply | undefined {
  for (const fake of fakes) {
    const found = fake();
    if (found !== undefined) return found;
  }
  return undefined;
}

const APIS: readonly (readonly [path: RegExp, api: GoogleApi])[] = [
  [/^\/v1\/projects\/[^/]+\/topics\//, 'pubsub.v1'],
  [/^\/v1\/projects\/[^/]+\/secrets\//, 'secretmanager.v1'],
  [/^\/v1\/projects\/[^/]+\/locations\//, 'aiplatform.v1'],
  [/^\/v1\/projects\/[^/]+\/instances\//, 'sqladmin.v1'],
  [/^\/(upload\/)?storage\/v1\//, 'storage.v1'],
];

/** The document that describes a request, by its path. */
export function apiOf({ path }: Pick<GoogleRequest, 'path'>): GoogleApi | undefined {
  return APIS.find(([pattern]) => pattern.test(path))?.[1];
}
