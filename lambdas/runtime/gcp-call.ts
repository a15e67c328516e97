/** A request to a function as an event: what is not of the expected form is refused before anything is done. */

import { RuntimeFailure } from '../core/errors.ts';
import type { HttpRequest } from '../core/http.ts';
import { isObject, minuteOf, withTime } from './event-time.ts';
import { fieldsOf, malformed, textField } from './inputs.ts';
import { jsonBody, NOT_JSON, parsedJson } from './json-body.ts';

/** One call of a function. */
export interface GcpCall {
  /** The body's JSON, or that of the Pub/Sub message in it. An event without `at` has the minute of its request. */
  readonly event: unknown;
  /** E-mail address of the caller, verified by Google; undefined where the request proves none. */
  readonly caller: string | undefined;
}

/**
 * Reads a call.
 *
 * @param now - ms since 1970
 * @throws RuntimeFailure `http/not-found`, `http/method`, `http/content-encoding`, `http/content-type`,
 *   `http/too-large`, `http/not-json`, `event/malformed`
 */
export function gcpCall({ method, path, headers, body }: HttpRequest, now: number): GcpCall {
  if (path !== '/')
    throw new RuntimeFailure('http/not-found', 'the path does not exist', { fix: 'POST to /' });
  if (method !== 'POST')
    throw new RuntimeFailure('http/method', 'the method is not POST', { fix: 'POST to /' });
  const sent = jsonBody({ headers, body });
  return { event: withTime(unwrapped(sent), plannedMinute(headers, now)), caller: callerOf(headers) };
}

/**
 * Returns the JSON of the message that a push subscription wraps. Pub/Sub takes messages that have attributes only, and
 * their `data` is absent or empty (cloud.google.com/pubsub/docs/push).
 */
function unwrapped(sent: unknown): unknown {
  if (!isObject(sent) || !('message' in sent) || typeof sent.subscription !== 'string') return sent;
  const data = parsedJson(Buffer.from(textField(fieldsOf(sent.message), 'data'), 'base64'));
  if (data === NOT_JSON) throw malformed('message.data', 'JSON in base64');
  return data;
}

/**
 * The minute of a request. Cloud Scheduler sends a static body, at least once; a second delivery has the planned time of the
 * first (cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#HttpTarget).
 */
function plannedMinute(headers: HttpRequest['headers'], now: number): string {
  const planned = Date.parse(headers['x-cloudscheduler-scheduletime'] ?? '');
  return minuteOf(Number.isNaN(planned) ? now : planned);
}

/** Cloud Run has checked the token, and writes this where its signature was. */
const CHECKED = 'SIGNATURE_REMOVED_BY_GOOGLE';

/**
 * The e-mail address in the identity token. With both headers Cloud Run checks the first alone
 * (cloud.google.com/run/docs/authenticating/service-to-service), so nothing in the other proves anything.
 */
function callerOf(headers: HttpRequest['headers']): string | undefined {
  const header = headers['x-serverless-authorization'] ?? headers.authorization ?? '';
  const [, claims, signature] = /^Bearer [\w-]+\.([\w-]+)\.([\w-]+)$/i.exec(header) ?? [];
  if (claims === undefined || signature !== CHECKED) return undefined;
  const token = parsedJson(Buffer.from(claims, 'base64url'));
  if (!isObject(token) || token.email_verified !== true) return undefined;
  return typeof token.email === 'string' ? token.email : undefined;
}
