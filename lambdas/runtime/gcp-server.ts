/** The server that Google's functions framework starts, with every request and signal answered by this runtime. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { cloudError } from './cloud-error.ts';

/** Answers one request; ends when the answer is sent. */
export type GcpHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Events of the process that the framework listens to. For a failure it logs the message, which may quote data. */
const TAKEN = ['uncaughtException', 'unhandledRejection', 'SIGTERM', 'SIGINT'] as const;

/**
 * Gives the requests of the next server that listens in this process to a handler.
 *
 * The framework parses bodies before it calls a function. It answers malformed JSON itself, with HTML, and logs the
 * error with the raw body; so its own listener is removed. Its listeners of signals end the process in the middle of a
 * request (github.com/GoogleCloudPlatform/functions-framework-nodejs/issues/704); instead, what is under way is
 * answered first. The framework has loaded the function before it listens.
 */
export function takeServer(handler: GcpHandler): void {
  // An import would make the lazy parts of the module too, which takes 25 ms of a cold start. The framework has loaded it.
  const { prototype } = process.getBuiltinModule('node:http').Server;
  prototype.listen = function listen(this: Server, ...given: unknown[]) {
    Reflect.deleteProperty(prototype, 'listen'); // inherited again, from the sockets' server
    const drain = answerBy(this, handler);
    Reflect.apply(prototype.listen, this, given);
    // After the framework's own listener, which was given with the port.
    return this.once('listening', () => takeSignals(drain));
  };
}

/**
 * Google's front end keeps a connection for 600 seconds. A server that closes earlier may do so while a request is on its
 * way (cloud.google.com/load-balancing/docs/https#timeouts_and_retries). Headers must be given longer
 * (github.com/nodejs/node/issues/27363).
 */
const KEEP_ALIVE_MS = 620_000;
const HEADERS_MS = 630_000;

/** Answers every request of a server by the handler; returns what waits for those under way. */
function answerBy(server: Server, handler: GcpHandler): () => Promise<void> {
  const pending = new Set<Promise<void>>();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = HEADERS_MS;
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const work = handler(request, response).finally(() => pending.delete(work));
    pending.add(work);
  });
  return async () => {
    server.close();
    while (pending.size > 0) await Promise.allSettled([...pending]);
  };
}

/** Cloud Run ends the process ten seconds after SIGTERM (cloud.google.com/run/docs/container-contract#instance-shutdown). */
function takeSignals(drain: () => Promise<void>): void {
  for (const event of TAKEN) process.removeAllListeners(event);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void drain().then(() => process.exit(0)));
}

function crash(error: unknown): never {
  logFailure('function.crashed', error);
  process.exit(1);
}

/** Logs a failure where no logger is. Only the class and location of an unexpected error are in the line. */
export function logFailure(event: string, error: unknown): void {
  const { facts } = cloudError(error);
  process.stdout.write(`${JSON.stringify({ severity: 'CRITICAL', event, ...facts })}\n`);
}
