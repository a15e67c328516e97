/** Uploads of more than one part (docs.cloud.google.com/storage/docs/resumable-uploads). */

import { RuntimeFailure } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Part } from '../shared/parts.ts';
import type { RestClient, WholeAnswer } from '../shared/rest.ts';

export interface ResumableUpload {
  readonly client: RestClient;
  readonly clock: Clock;
  /** `objects.insert` with `uploadType=resumable`. */
  readonly url: string;
  /** As a message begins: `writing models/1`. */
  readonly what: string;
}

/**
 * Size of all parts but the last: a multiple of 256 KiB, or Cloud Storage does not take it
 * (docs.cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload). One part is in memory until Cloud
 * Storage has reported that it has it.
 */
export const PART_BYTES = 8 * 1024 * 1024;

/** Attempts at a part without one more byte of it stored. */
const ATTEMPTS = 5;
const BASE_DELAY_MS = 500;
/** Not whole yet. Its header `Range` names the bytes that are stored; without it there are none. */
const INCOMPLETE = 308;
/** Status for a condition that does not hold, which is only judged when the upload begins or ends. */
export const UNMET = 412;
/** The session is over, and whatever it stored is lost (docs.cloud.google.com/storage/docs/json_api/v1/status-codes). */
const ENDED: readonly number[] = [404, 410];

/**
 * Sends the parts of an object, which is visible only when whole. Cloud Storage counts what it has stored, so a part
 * whose answer is lost is asked about and sent on from there. A source that fails ends the session without a trace.
 *
 * @returns whether it was written; false when the condition of the URL did not hold
 * @throws RuntimeFailure of the area `objects`; `objects/unavailable` (retryable) also when the session ended, since
 *   the stream cannot be read again. Errors of the source are thrown unchanged.
 */
export async function uploadParts(
  upload: ResumableUpload,
  first: Part,
  rest: AsyncIterable<Part>,
): Promise<boolean> {
  const { client, url, what } = upload;
  const begun = await client.send({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', 'x-upload-content-type': 'application/octet-stream' },
    body: '{}',
    what,
    accept: [UNMET],
  });
  if (begun.status === UNMET) {
    for await (const _ of rest); // a source is read to its end, whether or not there is an object
    return false;
  }
  const session = begun.headers.get('location');
  if (session === null) throw lost(what, 'the session has no address');
  let sent = 0;
  try {
    let answer = await putPart(upload, session, first, sent);
    sent += first.bytes.byteLength;
    for await (const part of rest) {
      answer = await putPart(upload, session, part, sent);
      sent += part.bytes.byteLength;
    }
    return answer.status !== UNMET;
  } catch (error) {
    // A session that is left ends by itself after a week; its parts are never visible.
    await client
      .send({ method: 'DELETE', url: session, what, accept: [499, ...ENDED], once: true })
      .catch(() => {});
    throw error;
  }
}

/** Sends one part until it is stored, from the byte on that is missing. */
async function putPart(
  upload: ResumableUpload,
  session: string,
  { bytes, last }: Part,
  start: number,
): Promise<WholeAnswer> {
  const { clock, what } = upload;
  const end = start + bytes.byteLength;
  const total = last ? String(end) : '*';
  let from = start;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await sendRange(upload, session, bytes.subarray(from - start), from, total).catch(
      async (error: unknown) => {
        if (!(error instanceof RuntimeFailure && error.retryable) || attempt === ATTEMPTS) throw error;
        await clock.sleep(BASE_DELAY_MS * 2 ** (attempt - 1));
        return askStored(upload, session, total);
      },
    );
    if (ENDED.includes(answer.status)) throw lost(what, `the session of the upload ended (${answer.status})`);
    if (answer.status !== INCOMPLETE) return answer;
    const stored = storedBytes(answer);
    if (stored < start || stored > end) throw lost(what, `${stored} bytes are stored, ${from} were`);
    if (stored === end && !last) return answer;
    if (stored > from) attempt = 0;
    else if (attempt === ATTEMPTS) throw lost(what, `no more than ${stored} bytes are stored`);
    from = stored;
  }
}

// A range without a byte only ends the upload.
const sendRange = (
  { client, what }: ResumableUpload,
  session: string,
  bytes: Uint8Array,
  from: number,
  total: string,
): Promise<WholeAnswer> =>
  client.send({
    method: 'PUT',
    url: session,
    headers: {
      'content-range':
        bytes.byteLength === 0 ? `bytes */${total}` : `bytes ${from}-${from + bytes.byteLength - 1}/${total}`,
    },
    body: bytes,
    what,
    accept: [INCOMPLETE, UNMET, ...ENDED],
    once: true,
  });

/** Asks how much is stored; an upload that is whole answers as its last part does. */
const askStored = ({ client, what }: ResumableUpload, session: string, total: string): Promise<WholeAnswer> =>
  client.send({
    method: 'PUT',
    url: session,
    headers: { 'content-range': `bytes */${total}` },
    what,
    accept: [INCOMPLETE, UNMET, ...ENDED],
  });

/** `Range: bytes=0-99` is 100 bytes; no such header is none (github.com/googleapis/google-cloud-cpp/issues/7835). */
function storedBytes({ headers }: WholeAnswer): number {
  const [, lastByte] = /^bytes=0-(\d+)$/.exec(headers.get('range') ?? '') ?? [];
  return lastByte === undefined ? 0 : Number(lastByte) + 1;
}

const lost = (what: string, why: string): RuntimeFailure =>
  new RuntimeFailure('objects/unavailable', `${what}: ${why}`, {
    retryable: true,
    fix: 'run the step again, which reads its source anew',
  });
