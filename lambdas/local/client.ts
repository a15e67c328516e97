import { Agent, request } from 'node:http';

/** What the service answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export interface ScoreClient {
  /** Sends one request and waits for its whole answer. */
  post(body: string): Promise<HttpAnswer>;
  close(): void;
}

/** Sends scoring requests to a service over connections that are kept open, at most this many at once. */
export function createClient(url: string, connections: number): ScoreClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const target = new URL('/score', url);
  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
        const call = request(target, { agent, method: 'POST', headers }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
          );
          answer.on('error', reject);
        });
        call.on('error', reject);
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}
