/** Actual outcomes, joined to predictions by id and event time: `truth/<date>/<time>-<runId>.jsonl`, by when they were read. */

import { RuntimeFailure } from '../core/errors.ts';
import { eventKey, type Outcome } from '../core/evaluation/outcomes.ts';
import type { Ports } from '../ports/index.ts';

export type Truth = Outcome;

/** Writes the outcomes that one run found. The same run later adds them again, and the last read of an event counts. */
export async function writeTruth(
  { objects }: Pick<Ports, 'objects'>,
  runId: string,
  readAt: number,
  outcomes: Iterable<Truth>,
): Promise<void> {
  const [date, time] = new Date(readAt).toISOString().replaceAll(':', '-').split('T');
  await objects.write(`truth/${date}/${time}-${runId}.jsonl`, encode(outcomes));
}

/** Outcomes of events in [from, to), each event once: the last read counts. */
export async function readTruth(
  { objects }: Pick<Ports, 'objects'>,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly Truth[]> {
  const found = new Map<string, Truth>();
  const oldest = `truth/${new Date(Math.max(0, from)).toISOString().slice(0, 10)}`; // none was read before 1970
  for await (const key of objects.list('truth/')) {
    if (key < oldest) continue; // an outcome is never read before it happened
    const stored = await objects.get(key);
    for (const line of new TextDecoder().decode(stored?.bytes).split('\n')) {
      if (line === '') continue;
      const truth = parseTruth(line, key);
      if (truth.at >= from && truth.at < to) found.set(eventKey(truth.id, truth.at), truth);
    }
  }
  return [...found.values()];
}

/** Outcomes are written whole or not at all, so what cannot be read is not what was written. */
function parseTruth(line: string, key: string): Truth {
  try {
    return JSON.parse(line) as Truth; // only `encode` writes these lines
  } catch (cause) {
    throw new RuntimeFailure('store/corrupt', `${key} has a line that is not an outcome`, {
      cause,
      fix: 'collect the ground truth of that day again',
    });
  }
}

const LINES_PER_CHUNK = 4096;

function* encode(outcomes: Iterable<Truth>): Generator<Uint8Array> {
  let lines: string[] = [];
  for (const { id, at, label } of outcomes) {
    lines.push(`${JSON.stringify({ id, at, label })}\n`);
    if (lines.length < LINES_PER_CHUNK) continue;
    yield Buffer.from(lines.join(''));
    lines = [];
  }
  yield Buffer.from(lines.join(''));
}
