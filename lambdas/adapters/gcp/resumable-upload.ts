/** Uploads of more than one part (docs.cloud.google.com/storage/docs/resumable-uploads). */

import { RuntimeFailure } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { UploadPart } from '../shared/parts.ts';
import type { RestClient, WholeAnswer } from '../shared/rest.ts';

export interface ResumableUpload {
  readonly client: RestClient;
  readonly clock: Clock;
  /** `objects.insert` with `uploadType=resumable`. */
  readonly url: string;
  /** As a message begins: `writing models/1`. */
  readonly what: string;
}

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
 * Sends the parts of an object, which is visible only when whole. A part is in memory until Cloud Storage has counted
 * its bytes: one whose answer is lost is asked about and sent on from there. A source that fails ends the session
 * without a trace.
 *
 * @returns whether it was written; false when the condition of the URL did not hold
 * @throws RuntimeFailure of the area `objects`; `objects/unavailable` (retryable) also when the session ended, since
 *   the stream cannot be read again. Errors of the source are thrown unchanged.
 */
export async function uploadParts(
  upload: ResumableUpload,
  first: UploadPart,
  rest: AsyncIterable<UploadPart>,
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
  { bytes, last }: UploadPart,
  start: number,
): Promise<WholeAnswer> {
  const { clock, what } = upload;
  const end = start + bytes.byteLength;
  const total = last ? String(end) : '*';
  let from = start;
  for (let failed = 0; ; failed += 1) {
    if (failed === ATTEMPTS) throw lost(what, `no more than ${from} bytes are stored`);
    if (failed > 0) await clock.sleep(BASE_DELAY_MS * 2 ** (failed - 1));
    const answer = await sendRange(upload, session, bytes.subarray(from - start), from, total).catch(
      (error: unknown) => {
        if (!(error instanceof RuntimeFailure && error.retryable) || failed + 1 === ATTEMPTS) throw error;
        return askStored(upload, session, total);
      },
    );
    if (answer.status === UNMET || (last && isWhole(answer))) return answer;
    // An emulator ends an upload that is asked about (github.com/fsouza/fake-gcs-server/issues/2354): never go on.
    if (answer.status !== INCOMPLETE) throw lost(what, `the session of the upload ended (${answer.status})`);
    const stored = storedBytes(answer);
    if (stored < start || stored > end) throw lost(what, `${stored} bytes are stored, ${from} were`);
    if (stored === end && !last) return answer;
    if (stored > from) failed = -1;
    from = stored;
  }
}

const isWhole = ({ status }: WholeAnswer): boolean => status >= 200 && status < 300;

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
