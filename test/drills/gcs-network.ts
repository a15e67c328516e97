/** The network between a program and Cloud Storage, with the faults that the emulator does not have. */

import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** What happens to one request. `answer-lost` and `503-after` come after its effect; `401` ends its token for good. */
export type NetworkFault = 'request-lost' | 'answer-lost' | '503-before' | '503-after' | '401';

export interface Network {
  readonly endpoint: string;
  /** Faults that happened, by kind, and writes that came too soon after another of the same object. */
  readonly happened: Readonly<Record<NetworkFault | '429', number>>;
  /** The run whose requests follow: its clock, and the fault of a request. */
  begin(now: () => number, fault: (isWrite: boolean) => NetworkFault | undefined): void;
  stop(): Promise<void>;
}

/** One write a second of one object (docs.cloud.google.com/storage/quotas#objects). */
const MUTATION_MS = 1_000;
const HELD_MS = 30;
/** Requests of a token before it may end. */
const FRESH_USES = 20;

/**
 * @param target - Port of the emulator on 127.0.0.1.
 * @param ignoring - Leaves a parameter out of each query, as a store does that does not know it. Writes are held for a
 *   moment then and have no limit, so that two writers meet.
 */
export async function startNetwork(target: number, ignoring?: string): Promise<Network> {
  const happened = {
    'request-lost': 0,
    'answer-lost': 0,
    '503-before': 0,
    '503-after': 0,
    '401': 0,
    '429': 0,
  };
  let now = () => 0;
  let faultOf: (isWrite: boolean) => NetworkFault | undefined = () => undefined;
  const writtenAt = new Map<string, number>();
  const used = new Map<string | undefined, number>();
  const ended = new Set<string | undefined>();
  /** The answer to a request that has no effect. */
  function refusal(fault: NetworkFault | undefined, token: string | undefined, name: string | null) {
    // A token ends after some use: a fresh one is not refused.
    const uses = (used.get(token) ?? 0) + 1;
    used.set(token, uses);
    if (fault === '401' && uses > FRESH_USES) ended.add(token);
    if (ended.has(token)) {
      happened['401'] += 1;
      return 401;
    }
    if (fault === '503-before') return 503;
    // The clock of a run is set back between its events.
    const written = name === null ? undefined : writtenAt.get(name);
    if (ignoring !== undefined || written === undefined || Math.abs(now() - written) >= MUTATION_MS) return;
    happened['429'] += 1;
    return 429;
  }

  function handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const url = new URL(incoming.url ?? '/', 'http://emulator');
    const name = incoming.method === 'POST' ? url.searchParams.get('name') : null;
    const fault = faultOf(name !== null);
    if (ignoring !== undefined) url.searchParams.delete(ignoring);
    if (fault !== undefined && fault !== '401') happened[fault] += 1;
    const refused = refusal(fault, incoming.headers.authorization, name);
    if (fault === 'request-lost' || refused !== undefined) {
      incoming.resume().once('end', () => {
        if (refused === undefined) incoming.socket.destroy();
        else outgoing.writeHead(refused).end();
      });
      return;
    }
    const { method, headers } = incoming;
    const path = `${url.pathname}${url.search}`;
    const call = request({ host: '127.0.0.1', port: target, method, path, headers }, (answer) => {
      if (name !== null && answer.statusCode === 200) writtenAt.set(name, now());
      if (fault === 'answer-lost') {
        answer.resume().once('end', () => incoming.socket.destroy());
      } else if (fault === '503-after') {
        answer.resume().once('end', () => outgoing.writeHead(503).end());
      } else {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }
    });
    call.once('error', () => incoming.socket.destroy());
    setTimeout(() => incoming.pipe(call), ignoring !== undefined && name !== null ? HELD_MS : 0);
  }

  const server = createServer(handle);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    happened,
    begin(time, fault) {
      now = time;
      faultOf = fault;
      writtenAt.clear();
      ended.clear();
      used.clear();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
