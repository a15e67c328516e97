import type { RestClient } from '../shared/rest.ts';
import { JSON_BODY } from '../shared/rest-service.ts';

/** A message; data or at least one attribute must be there (cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage). */
export interface TopicMessage {
  /** Base64. */
  readonly data: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export const PUBSUB = 'https://pubsub.googleapis.com';

/**
 * Publishes messages by one request, which takes all of them or none.
 *
 * @param topic - `projects/<project>/topics/<topic>`
 * @throws RuntimeFailure of the client's area
 */
export async function publishMessages(
  client: RestClient,
  endpoint: string,
  topic: string,
  messages: readonly TopicMessage[],
  what: string,
): Promise<void> {
  await client.send({
    method: 'POST',
    url: `${endpoint}/v1/${topic}:publish`,
    headers: JSON_BODY,
    body: JSON.stringify({ messages }),
    what,
  });
}
