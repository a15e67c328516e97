import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { queueMessage } from '../../lambdas/runtime/azure-message.ts';
import { azureReleaseSignal } from '../../lambdas/runtime/azure-signals.ts';
import { startOfEvent } from '../../lambdas/runtime/azure-start.ts';
import { callerApproval } from '../../lambdas/runtime/caller-signals.ts';
import { exportInput, leaseInput, malformed, scheduledAt } from '../../lambdas/runtime/inputs.ts';
import { NOT_JSON } from '../../lambdas/runtime/json-body.ts';
import { cloudEvent } from '../functions/azure-events.ts';
import { approvedEvent } from '../functions/events.ts';
import { bytesOf, type Case, type Corpus, codes } from './corpus.ts';

const NOW = Date.UTC(2026, 2, 12, 19, 3);
/** A value that no message may repeat. */
const MARKER = 'CANARY-PII-4';
const METADATA = { id: 'm-1', dequeueCount: 5, insertionTime: '2026-03-12T19:03:58+00:00' };

/** Every reading of an event; each must take it, or refuse it by a code. */
const READINGS: readonly ((event: unknown) => unknown)[] = [
  (event) => azureReleaseSignal(event, undefined),
  (event) => callerApproval(event, 'entra:0a1b2c3d-0000-4000-8000-00000000ada1'),
  (event) => startOfEvent(event, NOW),
  (event) => scheduledAt(event, 'batch', NOW),
  (event) => exportInput(event, NOW),
  (event) => leaseInput(event, NOW),
];

/** The library parses a text where it is JSON, before this project sees it. */
function handedOver(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function run(bytes: Uint8Array): string {
  const message = queueMessage(handedOver(Buffer.from(bytes).toString('utf8')), METADATA);
  if (/[\p{Cc}\u2028\u2029]/u.test(`${message.type}${message.id}`)) throw new Error('a name breaks a line');
  const refused: string[] = [];
  const isTaken = (read: (event: unknown) => unknown): boolean => {
    try {
      if (message.event === NOT_JSON) throw malformed('the message', 'JSON');
      read(message.event);
      return true;
    } catch (error) {
      if (!(error instanceof RuntimeFailure)) throw error;
      if (error.message.includes(MARKER)) throw new Error('a message repeats a value');
      refused.push(error.code);
      return false;
    }
  };
  return READINGS.filter(isTaken).length > 0 ? 'accepted' : codes(refused);
}

const json = (value: unknown): Uint8Array => bytesOf(JSON.stringify(value));
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const approved = cloudEvent(approvedEvent(3));
const good = [
  json(approved),
  bytesOf(base64(approved)),
  json({ ...approved, data: undefined, data_base64: base64(approvedEvent(3)) }),
  json({ kind: 'tick' }),
  json({ trigger: 'demand', at: '2026-03-12T19:00:00Z' }),
  json({ action: 'begin', trigger: 'first', at: '2026-03-12T19:00:00Z', data: false }),
];

/** Values that stand where a text or an object is expected. */
const ODD: readonly unknown[] = [null, true, [], {}, -1, 1.5, 1e300, '', MARKER, ['a'], { a: 1 }];
const malformedCase = (title: string, input: Uint8Array): Case => ({
  title,
  input,
  expected: 'event/malformed',
});

/** Messages of an app's queue on Azure: JSON, JSON in base64, and the data of a CloudEvent. */
export const MESSAGES: Corpus = {
  name: 'messages',
  structured: true,
  run,
  good,
  tokens: [
    '"specversion":"1.0"',
    '"data":',
    '"data_base64":"e30="',
    '"type":',
    '"id":',
    '"__proto__":{}',
    '=',
    'eyJ',
  ],
  cases: [
    ...ODD.map((data, index) => malformedCase(`odd data, ${index}`, json({ ...approved, data }))),
    ...ODD.map((one, index) =>
      malformedCase(`odd data in base64, ${index}`, json({ ...approved, data: undefined, data_base64: one })),
    ),
    ...ODD.map((kind, index) => malformedCase(`an odd kind, ${index}`, json({ kind, at: MARKER }))),
    ...['', '{', '{"a":', 'nul', '{}x', MARKER, '====', 'e30', '\u0000'].map((text) =>
      malformedCase(`text that is not an event: ${JSON.stringify(text)}`, bytesOf(text)),
    ),
    malformedCase('bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)),
    malformedCase('an event in an event', json({ ...approved, data: approved })),
    ...good.map((input, index): Case => ({ title: `a good message, ${index}`, input, expected: 'accepted' })),
  ],
};
