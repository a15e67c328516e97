/** The network between an adapter and an emulator, with the faults that emulators do not have. */

import { readFileSync } from 'node:fs';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import type { StorageEmulator } from './storage-emulators.ts';
import type { Refusal, StoreDialect, StoreReply, StoreRequest } from './store-dialects.ts';

/** What happens to one request. */
export const NETWORK_FAULTS = [
  'request-lost', // the connection breaks before anything happens
  'answer-lost', // it breaks after the effect
  'half-sent', // it breaks in the middle of the request
  'half-answered', // it breaks in the middle of the answer
  'silent', // the effect happens, and no answer comes
  'twice', // a retry underneath: the answer is the second one's
  'failed-after', // the service fails after the effect
  'failed', // refusals without an effect
  'busy',
  'denied',
  'token-ended',
  'flipped-bit', // the answer's body is another
  'truncated',
  'stale', // the answer is of an older state
] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number];

/** What is known when a request arrives. */
export interface Arrival {
  /** Name of the object that it writes, if it writes one. */
  readonly written: string | undefined;
}

/** An older state of an object. */
export interface Older {
  readonly bytes: Uint8Array;
  readonly version: string;
}

/** The run whose requests follow. */
export interface Spell {
  /** Its clock. */
  now(): number;
  fault(arrival: Arrival): NetworkFault | undefined;
  /** Requests of a token before it may end: where faults are drawn, a fresh one would be refused again and again. */
  readonly tokenUses: number;
  /** The answer to a request with the fault `stale`. */
  older?(): Older;
}

export interface Network {
  readonly endpoint: string;
  /** Faults that happened; `busy` has writes that came too soon after another of the same object, too. */
  readonly happened: Readonly<Record<NetworkFault, number>>;
  /** Forgets what was before. */
  begin(spell: Spell): void;
  /** Whether a write of this object would come too soon. */
  isTooSoon(name: string): boolean;
  /** Notes a write that came past this network. */
  wrote(name: string): void;
  /** Waits for the end of what the emulator was asked: a caller may have given up before. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

/** Writes are held where conditions are ignored, so that two writers meet. */
const HELD_MS = 30;
const SOCKETS = 64;

const CALM: Spell = { now: () => 0, fault: () => undefined, tokenUses: 0 };
const REFUSALS: ReadonlySet<string> = new Set<Refusal>(['busy', 'denied', 'token-ended', 'failed']);

/**
 * @param conditions - Plants a store that does not look at them.
 */
export async function startStoreNetwork(
  {
    endpoint,
    port,
    certificate,
    token,
  }: Pick<StorageEmulator, 'endpoint' | 'port' | 'certificate' | 'token'>,
  dialect: StoreDialect,
  conditions: 'held' | 'ignored' = 'held',
): Promise<Network> {
  const happened = Object.fromEntries(NETWORK_FAULTS.map((name) => [name, 0])) as Record<
    NetworkFault,
    number
  >;
  const options = { keepAlive: true, maxSockets: SOCKETS };
  const agent =
    certificate === undefined
      ? new Agent(options)
      : new TlsAgent({ ...options, ca: readFileSync(certificate) });
  let spell = CALM;
  const writtenAt = new Map<string, number>();
  const uses = new Map<string, number>();
  const ended = new Set<string>();

  const isTooSoon = (name: string): boolean => {
    const at = writtenAt.get(name);
    // The clock of a run is set back between its events.
    return conditions === 'held' && at !== undefined && Math.abs(spell.now() - at) < dialect.rewriteMs;
  };

  /** The request as the emulator gets it, or the first half of it. */
  function forward({ method, url, headers }: StoreRequest, body: Buffer, half = false): Promise<StoreReply> {
    return new Promise((resolve, reject) => {
      const call = (certificate === undefined ? httpRequest : tlsRequest)(
        {
          host: '127.0.0.1',
          port,
          agent,
          method,
          path: `${url.pathname}${url.search}`,
          headers: { ...headers, host: `127.0.0.1:${port}`, authorization: `Bearer ${token}` } as Record<
            string,
            string
          >, // of a request that Node has read
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('error', reject);
          answer.once('end', () =>
            resolve({
              status: answer.statusCode ?? 502,
              headers: answer.headers,
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      call.once('error', reject);
      if (!half) call.end(body);
      else call.write(body.subarray(0, body.byteLength >> 1), () => call.destroy(new Error('half')));
    });
  }

  /** A refusal without an effect, by the token or the fault. */
  function refusalOf(fault: NetworkFault | undefined, bearer: string, written: string | undefined) {
    const used = (uses.get(bearer) ?? 0) + 1;
    uses.set(bearer, used);
    if (fault === 'token-ended' && used > spell.tokenUses) ended.add(bearer);
    if (ended.has(bearer)) return 'token-ended';
    if (fault !== undefined && fault !== 'token-ended' && REFUSALS.has(fault)) return fault as Refusal; // one of them
    return written !== undefined && isTooSoon(written) ? 'busy' : undefined;
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = incoming;
    const sent = { method, headers, url: new URL(incoming.url ?? '/', 'http://emulator') };
    const written = dialect.written(sent);
    const fault = spell.fault({ written });
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer); // a request without an encoding
    const body = Buffer.concat(chunks);
    const refusal = refusalOf(fault, headers.authorization ?? '', written);
    if (refusal !== undefined) {
      happened[refusal] += 1;
      return send(outgoing, dialect.refuse(refusal));
    }
    if (fault !== undefined && fault !== 'token-ended') happened[fault] += 1;
    if (fault === 'request-lost') return cut(outgoing);
    const request = conditions === 'ignored' ? dialect.unconditional(sent) : sent;
    if (conditions === 'ignored' && written !== undefined) await wait(HELD_MS);
    if (fault === 'half-sent') {
      await forward(request, body, true).catch(() => undefined);
      return cut(outgoing);
    }
    if (fault === 'twice') await forward(request, body);
    const reply = await forward(request, body);
    if (written !== undefined && reply.status < 300) writtenAt.set(written, spell.now());
    if (fault === 'answer-lost') return cut(outgoing);
    if (fault === 'half-answered') return sendHalf(outgoing, reply);
    if (fault === 'silent') return; // until the caller gives up
    if (fault === 'failed-after') return send(outgoing, dialect.refuse('failed'));
    send(outgoing, reply.status < 300 ? spoilt(reply, fault) : reply);
  }

  /** An answer that is not what the store holds. */
  function spoilt(reply: StoreReply, fault: NetworkFault | undefined): StoreReply {
    const copy = Buffer.from(reply.body);
    const at = copy.byteLength >> 1;
    if (fault === 'truncated') return { ...reply, body: copy.subarray(0, at) };
    if (fault === 'flipped-bit' && copy.byteLength > 0) copy[at] = (copy[at] as number) ^ 4; // inside
    if (fault !== 'stale' || spell.older === undefined) return { ...reply, body: copy };
    const { bytes, version } = spell.older();
    return { ...reply, headers: { ...reply.headers, [dialect.version]: version }, body: bytes };
  }

  const running = new Set<Promise<void>>();
  const server = createServer((incoming, outgoing) => {
    // The emulator is gone, or the caller.
    const ended = handle(incoming, outgoing)
      .catch(() => cut(outgoing))
      .finally(() => running.delete(ended));
    running.add(ended);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}${new URL(endpoint).pathname.replace(/\/$/, '')}`,
    happened,
    begin(next) {
      spell = next;
      writtenAt.clear();
      ended.clear();
      uses.clear();
    },
    isTooSoon,
    wrote: (name) => void writtenAt.set(name, spell.now()),
    async quiet() {
      await Promise.all(running);
    },
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const cut = ({ req }: ServerResponse): void => void req.socket.destroy();

/** Headers that belong to one connection, and the length, which is made anew. */
const OF_A_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
]);

function headOf(outgoing: ServerResponse, { status, headers, body }: StoreReply): void {
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !OF_A_CONNECTION.has(name)) outgoing.setHeader(name, value);
  if (status !== 204) outgoing.setHeader('content-length', body.byteLength);
  outgoing.writeHead(status);
}

function send(outgoing: ServerResponse, reply: StoreReply): void {
  headOf(outgoing, reply);
  outgoing.end(reply.body);
}

/** A part of an answer; of one without a body, a part of its first line. */
function sendHalf(outgoing: ServerResponse, reply: StoreReply): void {
  if (reply.body.byteLength < 2) {
    outgoing.req.socket.write(`HTTP/1.1 ${reply.status}`, () => cut(outgoing));
    return;
  }
  headOf(outgoing, reply);
  outgoing.write(reply.body.subarray(0, reply.body.byteLength >> 1), () => cut(outgoing));
}
