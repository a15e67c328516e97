/** Pub/Sub with the stack's own subscriptions: pushes by filter, files of lines in the bucket, and starts of workflows. */

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type GoogleFake, reply } from '../../support/google-server.ts';
import { identityToken } from './cloud-run.ts';
import { type AppliedStack, blockOf, stringOf } from './stack.ts';

/** A message as a subscriber gets it. */
export interface PubsubMessage {
  /** Base64. */
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageId: string;
  readonly publishTime: string;
}

export interface Pubsub {
  readonly fake: GoogleFake;
  publish(topic: string, data: string, attributes?: Readonly<Record<string, string>>): void;
  /** Every message, by its topic. */
  readonly published: readonly { readonly topic: string; readonly message: PubsubMessage }[];
  /** Answers to pushes, by the subscription. */
  readonly pushes: readonly {
    readonly to: string;
    readonly id: string;
    readonly status: number;
    readonly body: string;
  }[];
  readonly deadLetters: readonly PubsubMessage[];
  /** Waits until nothing is on its way. */
  settled(): Promise<void>;
}

export interface PubsubTargets {
  /** Writes a file into a bucket. */
  writeObject(bucket: string, name: string, text: string): Promise<void>;
  /** Starts a workflow by the event of a trigger. */
  startWorkflow(workflow: string, event: unknown): Promise<void>;
}

/** Waits are those of the stack, shortened: ms between two attempts, and until a file is written. */
const PAUSE_MS = 200;
const FILE_MS = 400;
/** Pub/Sub delivers at least once: here each message twice. */
const DELIVERIES = 2;

/** Makes the topics of a stack. */
export function startPubsub(stack: AppliedStack, { writeObject, startWorkflow }: PubsubTargets): Pubsub {
  const published: { topic: string; message: PubsubMessage }[] = [];
  const pushes: { to: string; id: string; status: number; body: string }[] = [];
  const deadLetters: PubsubMessage[] = [];
  const pending = new Set<Promise<void>>();
  const buffers = new Map<string, string[]>();
  const subscriptions = stack.all('google_pubsub_subscription');
  const triggers = stack.all('google_eventarc_trigger');

  const later = (work: Promise<void>): void => {
    const tracked = work.finally(() => pending.delete(tracked));
    pending.add(tracked);
  };

  async function push(subscription: (typeof subscriptions)[number], message: PubsubMessage): Promise<void> {
    const { push_endpoint: url, oidc_token: oidc } = blockOf(subscription.push_config);
    const { audience, service_account_email: email } = blockOf(oidc);
    const most = Number(blockOf(subscription.dead_letter_policy).max_delivery_attempts);
    const name = stringOf(subscription.name);
    const envelope = {
      message: { ...message, message_id: message.messageId, publish_time: message.publishTime },
      subscription: `projects/p/subscriptions/${name}`,
    };
    for (let acknowledged = 0, failed = 0; acknowledged < DELIVERIES; ) {
      const answer = await fetch(stringOf(url), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${identityToken(stringOf(email), stringOf(audience))}`,
        },
        body: JSON.stringify(envelope),
      });
      pushes.push({ to: name, id: message.messageId, status: answer.status, body: await answer.text() });
      if (answer.ok) acknowledged += 1;
      else failed += 1;
      if (failed === most) return void deadLetters.push(message);
      await wait(answer.ok ? 0 : PAUSE_MS * 2 ** failed);
    }
  }

  async function file(subscription: (typeof subscriptions)[number], message: PubsubMessage): Promise<void> {
    const name = stringOf(subscription.name);
    const waiting = buffers.get(name);
    const line = Buffer.from(message.data, 'base64').toString('utf8');
    if (waiting !== undefined) return void waiting.push(line);
    const lines = [line];
    buffers.set(name, lines);
    await wait(FILE_MS);
    buffers.delete(name);
    const {
      bucket,
      filename_prefix: prefix,
      filename_suffix: suffix,
      filename_datetime_format: format,
    } = blockOf(subscription.cloud_storage_config);
    const path = `${stringOf(prefix)}${dateBy(stringOf(format), new Date())}_${randomUUID()}${stringOf(suffix)}`;
    await writeObject(stringOf(bucket), path, lines.map((one) => `${one}\n`).join(''));
  }

  function publish(topic: string, data: string, attributes: Readonly<Record<string, string>> = {}): void {
    const messageId = String(published.length + 1);
    const message = { data, attributes, messageId, publishTime: new Date().toISOString() };
    published.push({ topic, message });
    for (const one of subscriptions) {
      if (one.topic !== topic || !passes(stringOf(one.filter), attributes)) continue;
      if (one.push_config !== undefined) later(push(one, message));
      else if (one.cloud_storage_config !== undefined) later(file(one, message));
    }
    for (const { transport, destination } of triggers)
      if (blockOf(blockOf(transport).pubsub).topic === topic)
        later(startWorkflow(stringOf(blockOf(destination).workflow), eventOf(topic, message)));
  }

  return {
    published,
    pushes,
    deadLetters,
    publish,
    fake({ method, path, body }) {
      const [, topic] = /^\/v1\/(projects\/[^/]+\/topics\/[^/:]+):publish$/.exec(path) ?? [];
      if (method !== 'POST' || topic === undefined) return undefined;
      const { messages } = JSON.parse(body) as {
        readonly messages: readonly { readonly data: string; readonly attributes?: Record<string, string> }[];
      };
      const first = published.length;
      for (const { data, attributes } of messages) publish(topic, data, attributes);
      return reply({ messageIds: messages.map((_, index) => String(first + index + 1)) });
    },
    async settled() {
      while (pending.size > 0) await Promise.all([...pending]);
    },
  };
}

/** The part of the language of filters that the stack has (cloud.google.com/pubsub/docs/subscription-message-filter). */
function passes(filter: string, attributes: Readonly<Record<string, string>>): boolean {
  if (filter === '') return true;
  return filter.split(' OR ').some((one) => {
    const [, name, value] = /^attributes\.(\w+) = "([^"]*)"$/.exec(one) ?? [];
    if (name === undefined) throw new Error(`an unknown filter: ${filter}`);
    return attributes[name] === value;
  });
}

/** A time by a format of `cloud_storage_config`; `mm` is minutes there. */
function dateBy(format: string, time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const parts: Readonly<Record<string, string>> = {
    YYYY: String(time.getUTCFullYear()),
    MM: two(time.getUTCMonth() + 1),
    DD: two(time.getUTCDate()),
    hh: two(time.getUTCHours()),
    mm: two(time.getUTCMinutes()),
    ss: two(time.getUTCSeconds()),
    Z: 'Z',
  };
  return format.replaceAll(/YYYY|MM|DD|hh|mm|ss|Z/g, (part) => parts[part] ?? part);
}

/** The event that Eventarc hands to a workflow (cloud.google.com/eventarc/docs/workflows/cloudevents). */
const eventOf = (topic: string, message: PubsubMessage) => ({
  data: {
    message: { ...message, message_id: message.messageId, publish_time: message.publishTime },
    subscription: 'projects/p/subscriptions/eventarc-europe-west3-retraining-sub-1',
  },
  datacontenttype: 'application/json',
  id: message.messageId,
  source: `//pubsub.googleapis.com/${topic}`,
  specversion: '1.0',
  time: message.publishTime,
  type: 'google.cloud.pubsub.topic.v1.messagePublished',
});
