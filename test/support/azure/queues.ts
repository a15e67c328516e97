/** Storage queues by their REST API (learn.microsoft.com/rest/api/storageservices/queue-service-rest-api). */

/** A message that this process has taken. */
export interface TakenMessage {
  readonly id: string;
  readonly receipt: string;
  readonly text: string;
  /** Deliveries, with this one. */
  readonly dequeueCount: number;
  readonly insertionTime: Date;
  readonly expirationTime: Date;
}

export interface Queues {
  make(account: string, queue: string): Promise<void>;
  put(account: string, queue: string, text: string): Promise<void>;
  /** The next message, which nobody else sees for a while. */
  take(account: string, queue: string): Promise<TakenMessage | undefined>;
  remove(account: string, queue: string, message: TakenMessage): Promise<void>;
  /** Shows a message again after so many seconds. */
  giveBack(account: string, queue: string, message: TakenMessage, seconds: number): Promise<void>;
  /** Messages, with those that are taken. */
  count(account: string, queue: string): Promise<number>;
}

/** Others do not see a message that is taken for so many seconds: longer than any function runs here. */
const TAKEN_SEC = 300;
const VERSION = '2025-05-05';

/**
 * The queues of some accounts.
 *
 * @param endpoint - Without the account.
 */
export function queuesAt(endpoint: string, token: string): Queues {
  async function call(method: string, path: string, body?: string): Promise<Response> {
    const answer = await fetch(`${endpoint}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'x-ms-version': VERSION,
        ...(body !== undefined && { 'content-type': 'application/xml' }),
      },
      ...(body !== undefined && { body }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
  const messageXml = (text: string) =>
    `<QueueMessage><MessageText>${escaped(text)}</MessageText></QueueMessage>`;

  return {
    async make(account, queue) {
      await call('PUT', `${account}/${queue}`);
    },
    async put(account, queue, text) {
      await call('POST', `${account}/${queue}/messages`, messageXml(text));
    },
    async take(account, queue) {
      const path = `${account}/${queue}/messages?numofmessages=1&visibilitytimeout=${TAKEN_SEC}`;
      const xml = await (await call('GET', path)).text();
      const field = (name: string) =>
        unescaped(new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '');
      if (!xml.includes('<QueueMessage>')) return undefined;
      return {
        id: field('MessageId'),
        receipt: field('PopReceipt'),
        text: field('MessageText'),
        dequeueCount: Number(field('DequeueCount')),
        insertionTime: new Date(field('InsertionTime')),
        expirationTime: new Date(field('ExpirationTime')),
      };
    },
    async remove(account, queue, { id, receipt }) {
      await call('DELETE', `${account}/${queue}/messages/${id}?popreceipt=${encodeURIComponent(receipt)}`);
    },
    async giveBack(account, queue, { id, receipt, text }, seconds) {
      const query = `popreceipt=${encodeURIComponent(receipt)}&visibilitytimeout=${seconds}`;
      await call('PUT', `${account}/${queue}/messages/${id}?${query}`, messageXml(text));
    },
    async count(account, queue) {
      const { headers } = await call('GET', `${account}/${queue}?comp=metadata`);
      return Number(headers.get('x-ms-approximate-messages-count'));
    },
  };
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
