/** Messages of an app's queue as events. */

import { isIdentity } from '../core/printable.ts';
import { isObject } from './event-time.ts';
import { NOT_JSON, parsedJson } from './json-body.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A message, as far as it can be read. */
export interface QueueMessage {
  /** The JSON of the message, or the data of the CloudEvent in it. {@link NOT_JSON} for anything else. */
  readonly event: unknown;
  /** When it was put into the queue, ms since 1970. */
  readonly insertedAt: number | undefined;
  /** Type and id for logs: the CloudEvent's, else the queue's. Never content. */
  readonly type: string;
  readonly id: string;
  /** Deliveries of the message, with this one. */
  readonly attempt: number;
}

/**
 * Reads a message. Event Grid and the command line may encode it in base64.
 *
 * @param message - As the worker hands it over: parsed where it is JSON, otherwise a text or bytes.
 * @param metadata - Facts of the trigger (learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#message-metadata).
 */
export function queueMessage(message: unknown, metadata: Fields = {}): QueueMessage {
  const sent = sentIn(message);
  const insertedAt = Date.parse(String(metadata.insertionTime));
  return {
    event: isCloudEvent(sent) ? dataOf(sent) : sent,
    insertedAt: Number.isNaN(insertedAt) ? undefined : insertedAt,
    type: isCloudEvent(sent) ? shown(sent.type) : UNKNOWN,
    id: shown((isCloudEvent(sent) ? sent.id : undefined) ?? metadata.id),
    attempt: typeof metadata.dequeueCount === 'number' ? metadata.dequeueCount : 1,
  };
}

function sentIn(message: unknown): unknown {
  if (message instanceof Uint8Array) return parsedJson(message);
  if (typeof message !== 'string') return message ?? NOT_JSON;
  return BASE64.test(message) ? parsedJson(Buffer.from(message, 'base64')) : NOT_JSON;
}

/** With line breaks, as some command lines write it. */
const BASE64 = /^[A-Za-z0-9+/\r\n]+={0,2}\s*$/;

/** github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
const isCloudEvent = (sent: unknown): sent is Fields =>
  isObject(sent) && sent.specversion === '1.0' && ('data' in sent || 'data_base64' in sent);

const dataOf = ({ data, data_base64: encoded }: Fields): unknown =>
  data ?? (typeof encoded === 'string' ? parsedJson(Buffer.from(encoded, 'base64')) : NOT_JSON);

const UNKNOWN = 'unknown';
/** A text of a stranger, where it can be logged. */
const shown = (text: unknown): string => (typeof text === 'string' && isIdentity(text) ? text : UNKNOWN);
