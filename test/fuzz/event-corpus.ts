import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { callerApproval } from '../../lambdas/runtime/caller-signals.ts';
import { gcpCall } from '../../lambdas/runtime/gcp-call.ts';
import { gcpReleaseSignal } from '../../lambdas/runtime/gcp-signals.ts';
import { exportInput, leaseInput, scheduledAt } from '../../lambdas/runtime/inputs.ts';
import { approvedEvent } from '../functions/events.ts';
import { identityOf, posted, pushed, pushedEvent, pushedIncident } from '../functions/gcp-events.ts';
import { bytesOf, type Case, type Corpus, codes } from './corpus.ts';

const NOW = Date.UTC(2026, 2, 12, 19, 3);
const HEADERS = { 'content-type': 'application/json', ...identityOf('ada@example.com') };
/** A value that no message may repeat. */
const MARKER = 'CANARY-PII-4';

/** Every reading of an event; each must take it, or refuse it by a code. */
const READINGS: readonly ((event: unknown, caller: string | undefined) => unknown)[] = [
  gcpReleaseSignal,
  callerApproval,
  (event) => scheduledAt(event, 'batch', NOW),
  (event) => exportInput(event, NOW),
  (event) => leaseInput(event, NOW),
];

function run(body: Uint8Array): string {
  const refused: string[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof RuntimeFailure)) throw error;
      if (error.message.includes(MARKER)) throw new Error('a message repeats a value');
      refused.push(error.code);
      return undefined;
    }
  };
  const call = attempt(() =>
    gcpCall({ method: 'POST', path: '/', headers: HEADERS, body, receivedId: 'r' }, NOW),
  );
  if (call === undefined) return codes(refused);
  const taken = READINGS.filter((read) => attempt(() => read(call.event, call.caller)) !== undefined);
  return taken.length > 0 ? 'accepted' : codes(refused);
}

const bodyOf = ({ body = '' }: { readonly body?: string }): Uint8Array => bytesOf(body);
const good = [
  posted({ kind: 'tick' }),
  posted({ kind: 'rollback', id: 'r', version: 3 }),
  posted({ version: 3 }),
  posted({ action: 'begin', trigger: 'first', at: '2026-03-12T19:00:00Z', data: false }),
  posted({ runId: 'r-1', to: '2026-03-12T19:00:00Z', trigger: 'drift', fence: 4 }),
  pushedEvent(approvedEvent(3)),
  pushedIncident('open', NOW),
  pushedIncident('closed', NOW),
].map(bodyOf);

/** Values that stand where a text or a number is expected. */
const ODD: readonly unknown[] = [null, true, [], {}, -1, 1.5, 1e300, '', MARKER, ['a'], { a: 1 }];
/** Members of an event, each with a value that is none. */
const fields = (event: Record<string, unknown>, name: string): readonly unknown[] =>
  ODD.map((value) => ({ at: MARKER, ...event, [name]: value }));
const caseOf = (body: unknown, index: number): Case => ({
  title: `an event with an odd member, ${index}`,
  input: bodyOf(posted(body)),
  expected: 'event/malformed',
});
const wrapped = (title: string, message: unknown): Case => ({
  title,
  input: bodyOf(posted({ message, subscription: 'projects/p/subscriptions/s' })),
  expected: 'event/malformed',
});
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Bodies of functions on Google Cloud: JSON, and JSON in the envelope of a push. */
export const EVENTS: Corpus = {
  name: 'events',
  structured: true,
  run,
  good,
  tokens: [
    '"message":',
    '"data":',
    '"subscription":"s"',
    '"incident":{}',
    '"state":"open"',
    '"at":',
    '=',
    'e30=',
    '"__proto__":{}',
    '9'.repeat(400),
  ],
  cases: [
    ...[
      ...fields({ type: 'version.approved' }, 'detail'),
      ...fields({ type: 'probe.failed', detail: { version: 1 } }, 'id'),
      ...fields({ incident: {} }, 'incident'),
      ...fields({ kind: 'rollback' }, 'id').filter((_, index) => typeof ODD[index] !== 'string'),
      ...fields({}, 'kind'),
    ].map(caseOf),
    ...['', '{', '{"a":', '"\ud800', 'nul', '{}x', MARKER].map(
      (text): Case => ({
        title: `text that is not JSON: ${text}`,
        input: bytesOf(text),
        expected: 'http/not-json',
      }),
    ),
    { title: 'bytes that are not UTF-8', input: Uint8Array.of(0x22, 0xff, 0x22), expected: 'http/not-json' },
    {
      title: 'a body above the limit',
      input: bytesOf(`"${'x'.repeat(1_048_576)}"`),
      expected: 'http/too-large',
    },
    wrapped('a message without data', { attributes: { a: MARKER } }),
    wrapped('a message with empty data', { data: '' }),
    wrapped('a message that is a text', MARKER),
    wrapped('data that is a number', { data: 1 }),
    wrapped('data that is not JSON', { data: base64(MARKER) }),
    wrapped('data of half a document', { data: base64(`{"a":"${MARKER}`) }),
    wrapped('data that is not base64', { data: `{"${MARKER}":1}` }),
    {
      title: 'an envelope in an envelope',
      input: bodyOf(pushed({ message: { data: 'e30=' }, subscription: 's', at: MARKER })),
      expected: 'event/malformed',
    },
    {
      title: 'a time in the future',
      input: bodyOf(posted({ at: '2036-01-01T00:00:00Z' })),
      expected: 'event/in-the-future',
    },
    ...good.map((input, index): Case => ({ title: `a good event, ${index}`, input, expected: 'accepted' })),
  ],
};
