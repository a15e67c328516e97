/** From the bytes of a POST to the bytes of its answer: the one path that every target goes through. */

import { isUtf8 } from 'node:buffer';
import type { HttpResponse } from '../core/http.ts';
import { errorAnswer } from './answer.ts';
import { ID_PATTERN } from './request-schema.ts';
import type { Scorer } from './scorer.ts';

/** Largest body, before it is parsed. */
export const MAX_BODY_BYTES = 1024 * 1024;

export interface ScoreRequest {
  readonly requestId: string;
  /** The headers of these names, as received. */
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  /** Proof that the request is the probe's. */
  readonly probe?: string | undefined;
  readonly body: Uint8Array;
}

/**
 * Answers `POST /score`.
 *
 * A body's depth needs no limit of its own: V8 parses JSON without recursion, and the checker looks no deeper
 * than the schema goes. `__proto__` in JSON is an ordinary own property, and as every other unknown field it is
 * refused. If a field is given twice, the last one counts, as RFC 8259 says most parsers do.
 */
export async function answerScore(scorer: Scorer, request: ScoreRequest): Promise<HttpResponse> {
  const { requestId, contentType, contentEncoding, probe, body } = request;
  if (contentEncoding !== undefined && contentEncoding !== 'identity')
    return refusedAnswer('content-encoding', requestId);
  if (contentType === undefined || !JSON_TYPE.test(contentType))
    return refusedAnswer('content-type', requestId);
  if (body.byteLength > MAX_BODY_BYTES) return refusedAnswer('too-large', requestId);
  const parsed = parseJson(body);
  if (parsed === NOT_JSON) return refusedAnswer('not-json', requestId);
  return scorer.score(parsed, { requestId, ...(probe !== undefined && { probe: { proof: probe, body } }) });
}

const REFUSALS = {
  'content-encoding': [415, 'send the body without Content-Encoding'],
  'content-type': [415, 'send application/json in UTF-8'],
  'too-large': [413, `a body has at most ${MAX_BODY_BYTES} bytes`],
  'not-json': [400, 'the body is not JSON in UTF-8'],
  malformed: [400, 'the HTTP request is malformed'],
  timeout: [408, 'the request did not arrive in time'],
  'headers-too-large': [431, 'the headers are too large'],
  host: [421, 'the Host header must be 127.0.0.1, localhost or [::1], with the port of this server'],
  'not-found': [404, 'the path does not exist'],
  method: [405, 'this resource has no such method'],
  failed: [500, 'the server failed'],
} as const satisfies Readonly<Record<string, readonly [status: number, message: string]>>;

/** Why a request does not reach the scorer. */
export type HttpRefusal = keyof typeof REFUSALS;

/** The answer to a request that does not reach the scorer: code `http/<refusal>`. */
export function refusedAnswer(refusal: HttpRefusal, requestId: string): HttpResponse {
  const [status, message] = REFUSALS[refusal];
  return errorAnswer(status, requestId, { code: `http/${refusal}`, message });
}

/** The caller's id of a request where it is fit for logs and JSON, otherwise a new one. */
export function requestIdOf(header: string | readonly string[] | undefined, next: () => string): string {
  return typeof header === 'string' && ID_PATTERN.test(header) ? header : next();
}

/** A gateway's id in the form of ours: other characters become dots. */
export function asId(given: string): string {
  return given.replace(/[^A-Za-z0-9._:-]/g, '.').slice(0, MAX_ID) || 'unknown';
}

/** Characters of `ID_PATTERN`. */
const MAX_ID = 128;
const JSON_TYPE = /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i;
const NOT_JSON = Symbol('not JSON');

function parseJson(body: Uint8Array): unknown {
  if (!isUtf8(body)) return NOT_JSON;
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    return NOT_JSON; // V8's message quotes the body
  }
}
