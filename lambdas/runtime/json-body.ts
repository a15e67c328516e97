/** The body of a request as JSON: another form is refused before anything is done. */

import { isUtf8 } from 'node:buffer';
import { RuntimeFailure } from '../core/errors.ts';
import type { HttpRequest } from '../core/http.ts';

/**
 * Largest body that is read, bytes. The scoring service takes no more. Events are far smaller, and so is an input of
 * Workflows (cloud.google.com/workflows/quotas).
 */
export const MAX_REQUEST_BYTES = 1024 * 1024;

const JSON_TYPE = /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i;
/** The value of bytes that are not JSON. */
export const NOT_JSON = Symbol('not JSON');

/**
 * Returns the value of a body.
 *
 * @throws RuntimeFailure `http/content-encoding`, `http/content-type`, `http/too-large`, `http/not-json`
 */
export function jsonBody({ headers, body }: Pick<HttpRequest, 'headers' | 'body'>): unknown {
  const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = headers;
  if (encoding !== 'identity')
    throw new RuntimeFailure('http/content-encoding', 'the body has a Content-Encoding', {
      fix: 'send the body as it is',
    });
  if (!JSON_TYPE.test(type))
    throw new RuntimeFailure('http/content-type', 'the Content-Type is not application/json', {
      fix: 'send application/json in UTF-8',
    });
  if (body.byteLength > MAX_REQUEST_BYTES)
    throw new RuntimeFailure('http/too-large', `the body has more than ${MAX_REQUEST_BYTES} bytes`);
  const sent = parsedJson(body);
  if (sent === NOT_JSON) throw new RuntimeFailure('http/not-json', 'the body is not JSON in UTF-8');
  return sent;
}

/** The value of bytes in UTF-8, or {@link NOT_JSON}. */
export function parsedJson(body: Uint8Array): unknown {
  if (!isUtf8(body)) return NOT_JSON;
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    return NOT_JSON; // V8's message quotes the body
  }
}
