/** Requests to functions on Cloud Run, as Google's services send them. */

import type { ModelEvent } from '../../lambdas/ports/events.ts';

/** A request to a function. */
export interface GcpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const JSON_TYPE = { 'content-type': 'application/json' } as const;

/** A POST of JSON by Workflows or Cloud Scheduler. */
export const posted = (event: unknown, headers: Readonly<Record<string, string>> = {}): GcpRequest => ({
  method: 'POST',
  path: '/',
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify(event),
});

/** The header with an identity token, as Cloud Run hands it on (cloud.google.com/run/docs/troubleshooting). */
export function identityOf(email: string): Readonly<Record<string, string>> {
  const claims = { iss: 'https://accounts.google.com', email, email_verified: true, exp: 4_000_000_000 };
  const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return { authorization: `Bearer e30.${text}.SIGNATURE_REMOVED_BY_GOOGLE` };
}

/** A message of a push subscription with OIDC (cloud.google.com/pubsub/docs/push). */
export function pushed(data: unknown, attributes: Readonly<Record<string, string>> = {}): GcpRequest {
  const message = {
    data: Buffer.from(JSON.stringify(data)).toString('base64'),
    attributes,
    messageId: '2070443601311540',
    message_id: '2070443601311540',
    publishTime: '2026-03-12T19:03:58.123Z',
    publish_time: '2026-03-12T19:03:58.123Z',
  };
  const envelope = { message, subscription: 'projects/p/subscriptions/bank-marketing-dev-release' };
  return posted(envelope, identityOf('push@p.iam.gserviceaccount.com'));
}

/** Our own event, as its subscription pushes it. */
export const pushedEvent = (event: ModelEvent): GcpRequest =>
  pushed(event, { type: event.type, model: event.model, id: event.id });

/**
 * An incident of an alert policy by a channel of Pub/Sub (cloud.google.com/monitoring/support/notification-options).
 *
 * @param since - When its data begin, ms since 1970.
 */
export function pushedIncident(state: 'open' | 'closed', since: number): GcpRequest {
  const startedAt = Math.floor(since / 1_000) + 60;
  return pushed({
    version: '1.2',
    incident: {
      incident_id: `0.incident-${since}`,
      scoping_project_id: 'p',
      state,
      started_at: startedAt,
      ended_at: state === 'open' ? null : startedAt + 60,
      policy_name: 'bank-marketing-dev ErrorRate',
      policy_user_labels: { look_back_sec: '60' },
      condition_name: 'failed requests',
      summary: 'the share of failed requests is above 2 %',
    },
  });
}
