import { RuntimeFailure } from '../../core/errors.ts';
import { leave, type ReceivedAnswer } from './rest-exchange.ts';

/** The service's and fetch's own name of an encoding; only Cloud Storage has the first. */
const ENCODINGS = ['x-goog-stored-content-encoding', 'content-encoding'];

/** fetch unpacks a body that has a content encoding, so nothing is asked for but the bytes as they are. */
export const UNENCODED = { 'accept-encoding': 'identity' };

/**
 * Refuses an object that somebody else stored with a content encoding: Cloud Storage or fetch unpacks it, so its bytes
 * are not those that were written (docs.cloud.google.com/storage/docs/transcoding). None of ours has one.
 *
 * @throws RuntimeFailure `objects/refused`
 */
export function checkUnencoded(headers: Headers, what: string): void {
  if (ENCODINGS.every((name) => (headers.get(name) ?? 'identity') === 'identity')) return;
  throw new RuntimeFailure('objects/refused', `${what}: the object is stored with a content encoding`, {
    fix: 'write it again without Content-Encoding',
  });
}

/** The chunks of an answer, once it is known that they are the object's own bytes. */
export async function unencoded(answer: ReceivedAnswer, what: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    checkUnencoded(answer.headers, what);
    return answer.chunks;
  } catch (error) {
    await leave(answer);
    throw error;
  }
}
