/** One client for the REST services of Google Cloud and Azure: by `fetch`, with one time-out and one retry rule. */

import { RuntimeFailure } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { explainedRefusal, isTokenRefused, RefusedAnswer, restFailure } from './rest-answer.ts';
import { BrokenBody, exchange, leave, type ReceivedAnswer } from './rest-exchange.ts';
import type { CloudService } from './service-failure.ts';
import type { TokenSource } from './token-source.ts';

export interface RestOptions {
  /** First half of the codes of its failures. */
  readonly area: CloudService;
  readonly clock: Clock;
  /** Absent where a request needs none. */
  readonly token?: TokenSource;
  /** Longest silence: until an answer begins, and between two chunks of a body. @default 30,000 */
  readonly timeoutMs?: number;
  /** Share of the second half of a delay that is waited for, 0 to 1. @default random, so that callers spread */
  readonly jitter?: () => number;
}

export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** Beside the authorization; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A function makes a stream for each attempt; its errors are thrown unchanged. */
  readonly body?: string | Uint8Array | (() => AsyncIterable<Uint8Array>);
  /** The work, as a message begins: `reading runs/1.json`. */
  readonly what: string;
  /** Statuses beside 2xx that the caller reads itself, as 404 of an object that may be absent. */
  readonly accept?: readonly number[];
  /** Exactly one attempt, as a conditional write must have. A 401 still leads to a second, with a fresh token. */
  readonly once?: boolean;
}

/** An answer that was read to its end. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /**
   * The body's JSON.
   *
   * @throws RuntimeFailure `<area>/unavailable` (retryable) when it is not JSON
   */
  json(): unknown;
}

/**
 * Both throw a RuntimeFailure of the area for a status that is not accepted: `forbidden` (403), `credentials` (401
 * with a fresh token too), `busy` (429), `not-found`, `refused`, `unavailable` (5xx, no answer). No message has a
 * word of a body, or a token. A redirect is refused: it would carry the token to another host.
 */
export interface RestClient {
  /** Sends a request and reads the answer whole. An answer that breaks off is a failed attempt. */
  send(request: RestRequest): Promise<WholeAnswer>;
  /** Sends a request; the body of an answer of 2xx is a stream. A stream that breaks off is not asked for again. */
  open(request: RestRequest): Promise<ReceivedAnswer>;
}

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 4;
/** The first halves of the three delays are 1,750 ms: Cloud Storage refuses a second write of an object for 1,000. */
const BASE_DELAY_MS = 500;
/** A service that asks for more is `busy`: the workflow can wait longer than its function. */
const MAX_RETRY_AFTER_MS = 30_000;

/** A client of one service. It retries what docs.cloud.google.com/storage/docs/retry-strategy lists: 408, 429, 5xx, no answer. */
export function createRestClient(options: RestOptions): RestClient {
  const { area, clock, token, timeoutMs = TIMEOUT_MS, jitter = Math.random } = options;

  async function attempt<T>(request: RestRequest, read: Reader<T>): Promise<T> {
    const bearer = await token?.get();
    try {
      return await sendOnce(request, bearer, read);
    } catch (error) {
      if (token === undefined || bearer === undefined || !isTokenRefused(error)) throw error;
      // A service that does not accept the token has done nothing.
      return sendOnce(request, await token.renew(bearer), read);
    }
  }

  async function sendOnce<T>(request: RestRequest, bearer: string | undefined, read: Reader<T>): Promise<T> {
    const { method, url, body, accept = [] } = request;
    const headers = {
      ...request.headers,
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    };
    const answer = await exchange({ method, url, headers, body }, timeoutMs);
    if ((answer.status >= 200 && answer.status < 300) || accept.includes(answer.status)) return read(answer);
    throw await explainedRefusal(answer);
  }

  async function call<T>(request: RestRequest, read: Reader<T>): Promise<T> {
    for (let failed = 1; ; failed++) {
      try {
        return await attempt(request, read);
      } catch (error) {
        if (error instanceof BrokenBody) throw error.cause;
        const delayMs = request.once || failed === ATTEMPTS ? undefined : delayAfter(error, failed);
        if (delayMs === undefined) throw restFailure(area, error, request.what);
        await clock.sleep(delayMs);
      }
    }
  }

  /** How long to wait before the next attempt, ms; undefined where another one cannot help. */
  function delayAfter(error: unknown, failed: number): number | undefined {
    // A failure of the token source has had attempts of its own.
    if (error instanceof RuntimeFailure) return undefined;
    if (!restFailure(area, error, '').retryable) return undefined;
    const backoffMs = BASE_DELAY_MS * 2 ** (failed - 1) * (0.5 + 0.5 * jitter());
    const askedMs = error instanceof RefusedAnswer ? retryAfterMs(error.retryAfter, clock.now()) : 0;
    return askedMs > MAX_RETRY_AFTER_MS ? undefined : Math.max(askedMs, backoffMs);
  }

  return {
    send: (request) =>
      call(request, async ({ status, headers, chunks }) => {
        const held: Uint8Array[] = [];
        for await (const chunk of chunks) held.push(chunk);
        const bytes = Buffer.concat(held);
        return { status, headers, bytes, json: () => parsed(bytes, area, request.what) };
      }),
    open: (request) =>
      call(request, async (answer) => {
        // Nobody reads the body of an accepted 404.
        if (answer.status >= 300) await leave(answer);
        return { ...answer, chunks: inOurWords(answer.chunks, area, request.what) };
      }),
  };
}

type Reader<T> = (answer: ReceivedAnswer) => Promise<T>;

/** `Retry-After` in ms: a number of seconds, or a date (rfc-editor.org/rfc/rfc9110#section-10.2.3); 0 without one. */
function retryAfterMs(value: string | null, now: number): number {
  if (value === null) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}

/** A body's chunks, its errors as failures of the area. */
async function* inOurWords(
  chunks: AsyncIterable<Uint8Array>,
  area: CloudService,
  what: string,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw restFailure(area, error, what);
  }
}

function parsed(bytes: Uint8Array, area: CloudService, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    // The parser's error quotes the text.
    throw restFailure(area, new SyntaxError('the answer is not JSON'), what);
  }
}
