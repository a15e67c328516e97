import { Agent, request } from 'node:http';
import { RuntimeFailure } from '../core/errors.ts';

/** A response of the service. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export interface ScoreClient {
  /** Sends one request and waits for its whole answer. */
  post(body: string): Promise<HttpAnswer>;
  close(): void;
}

/** The service's own limit is shorter; a connection that says nothing for so long is broken. */
const TIMEOUT_MS = 30_000;

/**
 * Sends scoring requests to a service over connections that are kept open, at most this many at once. Its promises
 * fail with RuntimeFailure `local/no-answer` (retryable).
 */
export function createClient(url: string, connections: number, timeoutMs = TIMEOUT_MS): ScoreClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const target = new URL('/score', url);
  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        const fail = (cause: Error) =>
          reject(
            new RuntimeFailure('local/no-answer', `no answer from ${target}`, { retryable: true, cause }),
          );
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
        const call = request(target, { agent, method: 'POST', headers }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
          );
          answer.on('error', fail);
        });
        call.setTimeout(timeoutMs, () => call.destroy(new Error(`silent for ${timeoutMs} ms`)));
        call.on('error', fail);
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}
