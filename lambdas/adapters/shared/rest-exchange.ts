/** One request and its answer by `fetch`, which may be silent for a while and no longer. */

/** A request as it is sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | (() => AsyncIterable<Uint8Array>) | undefined;
}

/** An answer of any status; its body is to be read to its end, or left by `break`. */
export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** About 1 Mbit/s: a slower connection counts as none. */
const BYTES_PER_MS = 128;

/** Carries the error of a stream that was to be sent past the failures of the service. */
export class BrokenBody extends Error {}

/**
 * Sends a request once.
 *
 * @param timeoutMs - Longest silence: until the answer begins, beside the time that bytes take at 1 Mbit/s and counted
 *   anew with each chunk of a stream, and between two chunks of its body. Time during which the caller reads nothing does not count.
 * @throws BrokenBody when the stream to be sent failed, and what `fetch` throws
 */
export async function exchange(request: SentRequest, timeoutMs: number): Promise<ReceivedAnswer> {
  const { method, url, headers, body } = request;
  const silence = silenceLimit(timeoutMs);
  let broken: BrokenBody | undefined;
  async function* sent(source: () => AsyncIterable<Uint8Array>) {
    try {
      for await (const chunk of source()) {
        silence.begin();
        yield chunk;
      }
    } catch (cause) {
      broken = new BrokenBody('the stream to be sent broke', { cause });
      throw broken;
    }
  }
  // A stream counts its chunks.
  silence.begin(
    body === undefined || typeof body === 'function' ? 0 : Buffer.byteLength(body) / BYTES_PER_MS,
  );
  try {
    const answer = await fetch(url, {
      method,
      headers,
      // Every chunk goes out as it comes; fetch asks for the word (fetch.spec.whatwg.org/#dom-requestinit-duplex).
      ...(typeof body === 'function' ? { body: sent(body), duplex: 'half' } : { body }),
      redirect: 'manual', // 308 is an answer of Cloud Storage, and a token goes to no other host
      signal: silence.signal,
    } as RequestInit); // the types of Node 20 know no iterable body
    return {
      status: answer.status,
      headers: answer.headers,
      chunks: chunksOf(answer.body, silence),
    };
  } catch (error) {
    throw broken ?? error;
  } finally {
    silence.end();
  }
}

/** Frees the connection of an answer whose body nobody reads. */
export async function leave({ chunks }: ReceivedAnswer): Promise<void> {
  for await (const _ of chunks) break;
}

interface SilenceLimit {
  readonly signal: AbortSignal;
  /** Starts counting, with so many ms more. */
  begin(moreMs?: number): void;
  end(): void;
}

function silenceLimit(timeoutMs: number): SilenceLimit {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const end = () => clearTimeout(timer);
  return {
    signal: controller.signal,
    begin(moreMs = 0) {
      end();
      const late = () => controller.abort(new DOMException(`silent for ${timeoutMs} ms`, 'TimeoutError'));
      timer = setTimeout(late, timeoutMs + moreMs);
    },
    end,
  };
}

async function* chunksOf(
  body: ReadableStream<Uint8Array> | null,
  silence: SilenceLimit,
): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      silence.begin();
      const { done, value } = await reader.read().finally(silence.end);
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {}); // frees the connection of a body that was left; nothing after its end
  }
}
