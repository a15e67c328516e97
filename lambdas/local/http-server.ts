/** The scoring service on loopback, over the same path from bytes to bytes as the cloud functions. */

import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { type HttpResponse, PROBE_HEADER } from '../core/http.ts';
import { type HttpRefusal, MAX_BODY_BYTES, refusedAnswer, requestIdOf } from '../score/http.ts';
import { answerRequest, createRoutes } from '../score/routes.ts';
import type { Scorer } from '../score/scorer.ts';
import { type Drain, watchConnections } from './drain.ts';
import { loopbackHosts, pathAskedFor } from './request-target.ts';

export interface ServerOptions {
  readonly scorer: Scorer;
  readonly config: ModelConfig;
  /** A loopback address: there is no authentication here, which in the cloud is the platform's. @default '127.0.0.1' */
  readonly host?: '127.0.0.1' | '::1';
  /** 0 takes a free one. @default 0 */
  readonly port?: number;
  /** Bytes. @default 1 MiB */
  readonly bodyLimit?: number;
  /** A client that takes longer to send its headers, or its request, is cut off; so long the end waits. @default 10,000 */
  readonly timeoutMs?: number;
}

export interface RunningServer {
  /** `http://127.0.0.1:40123` */
  readonly url: string;
  /** Stops listening, answers what is in flight, ends the connections and waits for the records. */
  close(): Promise<void>;
}

const MAX_HEADER_BYTES = 32 * 1024;

/**
 * Serves POST /score and GET /health, /ready, /model, /openapi.json to requests for a name of this machine.
 *
 * @throws RuntimeFailure `http/not-loopback`, or Node's error when the port is taken
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { scorer, config, host = '127.0.0.1', port = 0, bodyLimit = MAX_BODY_BYTES } = options;
  if (host !== '127.0.0.1' && host !== '::1') {
    throw new RuntimeFailure(
      'http/not-loopback',
      `will not listen on ${String(host)} without authentication`,
      {
        fix: "use '127.0.0.1' or '::1'",
      },
    );
  }
  const nextId = requestIds();
  const timeout = options.timeoutMs ?? 10_000;
  const app = Fastify({
    bodyLimit,
    requestTimeout: timeout,
    http: {
      headersTimeout: timeout,
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: timeout / 4,
    },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers['x-request-id'], nextId),
    clientErrorHandler: (error, socket) => refuseSocket(error, socket, nextId()),
    frameworkErrors: (_error, request, reply) =>
      send(reply, refusedAnswer('malformed', request.id), request.id, drain),
  });
  // The body is left as bytes: parsing and checking it is the scorer's, the same on every target.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const drain = watchConnections(app.server);
  const hosts = new Set<string>();
  answerAll(app, { scorer, config, hosts, drain });
  await app.listen({ host, port });
  const address = app.server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  for (const name of loopbackHosts(listening)) hosts.add(name);
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${listening}`,
    async close() {
      await drain.end(() => app.close(), timeout);
      await scorer.flush();
    },
  };
}

interface Serving extends Pick<ServerOptions, 'scorer' | 'config'> {
  /** Names that the server answers for. */
  readonly hosts: ReadonlySet<string>;
  readonly drain: Drain;
}

/** Fastify handles HTTP; the routes of the scoring service choose the response for a method and path. */
function answerAll(app: FastifyInstance, { scorer, config, hosts, drain }: Serving): void {
  const routes = createRoutes(scorer, config);
  const handler = async (request: FastifyRequest<{ Body?: Buffer }>, reply: FastifyReply) => {
    const { method, url, headers, id, body = EMPTY } = request;
    const path = pathAskedFor(url, headers.host, hosts);
    if (path === undefined) {
      send(reply, refusedAnswer('host', id), id, drain);
      return reply;
    }
    const contentType = headers['content-type'];
    const contentEncoding = headers['content-encoding'];
    const proof = headers[PROBE_HEADER];
    const probe = typeof proof === 'string' ? proof : undefined;
    const asked = { method, path, requestId: id, contentType, contentEncoding, probe, body };
    send(reply, await answerRequest(routes, asked), id, drain);
    return reply;
  };
  app.all('*', handler);
  app.setNotFoundHandler(handler); // methods that Fastify does not know
  app.setErrorHandler((error, request, reply) => {
    send(reply, refusedAnswer(refusalOf(error), request.id), request.id, drain);
  });
}

const EMPTY = Buffer.alloc(0);

function send(reply: FastifyReply, answer: HttpResponse, requestId: string, { draining }: Drain): void {
  if (draining) reply.header('connection', 'close');
  reply.code(answer.status).headers(answer.headers).header('x-request-id', requestId).send(answer.body);
}

/** Errors of Fastify itself, which arise before a route is asked. */
function refusalOf(error: unknown): HttpRefusal {
  const { code, statusCode } = error as { readonly code?: string; readonly statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'too-large';
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'content-type';
  return statusCode !== undefined && statusCode < 500 ? 'malformed' : 'failed';
}

/** Errors of Node's HTTP parser, before there is a request: the answer is written to the socket as it is. */
function refuseSocket(error: { readonly code?: string }, socket: Socket, requestId: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const refusal =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'timeout'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? 'headers-too-large'
        : 'malformed';
  const { status, headers, body } = refusedAnswer(refusal, requestId);
  const lines = Object.entries({
    ...headers,
    'x-request-id': requestId,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join('')}\r\n${body}`);
}

/** Unique in this process and, by its first part, in all. */
function requestIds(): () => string {
  const instance = randomUUID();
  let count = 0;
  return () => {
    count += 1;
    return `${instance}-${count}`;
  };
}
