/**
 * Prediction records: each response, the version that gave it, and how. Failures are recorded too.
 * `predictions/<date>/<hour>/<instance>.jsonl`, by the record's own time in UTC, one JSON document per line.
 */

import type { RefusedReason } from '../core/refused.ts';
import type { RowValue } from '../core/table/table.ts';
import type { TimeWindow } from '../core/time/windows.ts';
import type { Ports } from '../ports/index.ts';

const ARMS = ['champion', 'challenger'] as const;
/** `invalid`: the model's own features refused the row. `error`: an exception while scoring. */
const PREDICTION_STATUSES = ['ok', 'invalid', 'error'] as const;

export interface Prediction {
  /** Given by the service, so that no caller can make two records count as one. */
  readonly record: string;
  /**
   * Join key for labels (ground truth): the caller's id or the key, as a pseudonym where there is a secret. It is made from
   * the request's id if the caller gave none.
   */
  readonly id: string;
  /** ms since 1970. */
  readonly at: number;
  /** When the row happens, ms since 1970; undefined when the request named no time, and in older records. */
  readonly eventTime?: number;
  /** Pseudonym of the key (`pseudonym`); undefined when the request named none. */
  readonly entity?: string;
  /** `seq` of the release pointer that the answer was given under. */
  readonly releaseSeq: number;
  readonly arm: (typeof ARMS)[number];
  readonly version: number;
  readonly status: (typeof PREDICTION_STATUSES)[number];
  readonly latencyMs: number;
  /** float32; only with status `ok`. */
  readonly score?: number;
  /** Why the features refused the row, its first problem; only with status `invalid`, and absent in records before 0.2. */
  readonly refused?: RefusedReason;
  /** Values of the request by feature name; only for sampled responses, and never a sensitive column. */
  readonly features?: Readonly<Record<string, RowValue>>;
}

/** Encodes records as lines without a line break. */
export type PredictionEncoder = (prediction: Prediction) => string;

/**
 * An encoder that lets these features through and no others, whatever a record carries.
 *
 * @param capturable - Names of features that may be stored: none that shows a sensitive column.
 */
export function predictionEncoder(capturable: ReadonlySet<string>): PredictionEncoder {
  return ({ features, ...prediction }) => {
    const { record, id, at, eventTime, entity, releaseSeq, arm, version, status, latencyMs, score, refused } =
      prediction;
    const kept =
      features && Object.fromEntries(Object.entries(features).filter(([name]) => capturable.has(name)));
    return JSON.stringify({
      record,
      id,
      at,
      eventTime,
      entity,
      releaseSeq,
      arm,
      version,
      status,
      latencyMs,
      score,
      refused,
      features: kept,
    });
  };
}

/** The record of a line, or undefined when the line is torn or is not such a record. Unknown fields are dropped. */
export function decodePrediction(line: string): Prediction | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined; // a process that was killed leaves a line that ends in the middle
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const record = json as Partial<Record<keyof Prediction, unknown>>;
  if (!isPrediction(record)) return undefined;
  const { id, at, eventTime, entity, releaseSeq, arm, version, status, latencyMs, score, refused, features } =
    record;
  return {
    record: record.record,
    id,
    at,
    releaseSeq,
    arm,
    version,
    status,
    latencyMs,
    ...(eventTime !== undefined && { eventTime }),
    ...(entity !== undefined && { entity }),
    ...(score !== undefined && { score }),
    ...(refused !== undefined && { refused }),
    ...(features !== undefined && { features }),
  };
}

/**
 * The records of a window, each once, file by file. Only their names are held in memory.
 * Lines that are not whole are skipped: the stream is written at least once, and a crash may tear a line.
 */
export async function* readPredictions(
  objects: Pick<Ports['objects'], 'list' | 'read'>,
  { from, to }: TimeWindow,
): AsyncGenerator<Prediction> {
  const seen = new Set<string>();
  for (const date of datesOf({ from, to })) {
    for await (const key of objects.list(`predictions/${date}/`)) {
      if (!mayHold(key, { from, to })) continue;
      const chunks = await objects.read(key);
      if (chunks === undefined) continue; // removed by its retention since it was listed
      for await (const line of linesOf(chunks)) {
        const record = decodePrediction(line);
        if (record === undefined || record.at < from || record.at >= to || seen.has(record.record)) continue;
        seen.add(record.record);
        yield record;
      }
    }
  }
}

const HOUR_MS = 3_600_000;
/**
 * A cloud's stream files a record by the time that it arrives, or by the time that the buffer began which it waits in:
 * so it may lie in the file of the hour before its own or after it, by as much as streams let records wait.
 */
const SLACK_MS = 15 * 60_000;

function* datesOf({ from, to }: TimeWindow): Generator<string> {
  const day = 24 * HOUR_MS;
  for (let start = Math.floor((from - SLACK_MS) / day) * day; start < to + SLACK_MS; start += day) {
    yield new Date(start).toISOString().slice(0, 10);
  }
}

/** Whether the hour in a file's key overlaps the window, as near as the stream files. */
function mayHold(key: string, { from, to }: TimeWindow): boolean {
  const [, date, hour] = /^predictions\/([\d-]{10})\/(\d\d)\/.+\.jsonl$/.exec(key) ?? [];
  const start = Date.parse(`${date}T${hour}:00:00Z`);
  return start - SLACK_MS < to && start + HOUR_MS + SLACK_MS > from; // false for a key of another form: NaN
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() as string; // split gives at least one part
    yield* lines;
  }
  yield rest + decoder.decode();
}

function isPrediction(record: Partial<Record<keyof Prediction, unknown>>): record is Prediction {
  const { id, at, eventTime, entity, releaseSeq, arm, version, status, latencyMs, score, refused, features } =
    record;
  return (
    typeof record.record === 'string' &&
    typeof id === 'string' &&
    typeof at === 'number' &&
    typeof releaseSeq === 'number' &&
    typeof version === 'number' &&
    typeof latencyMs === 'number' &&
    ARMS.some((known) => known === arm) &&
    PREDICTION_STATUSES.some((known) => known === status) &&
    (eventTime === undefined || typeof eventTime === 'number') &&
    (entity === undefined || typeof entity === 'string') &&
    (score === undefined || typeof score === 'number') &&
    (refused === undefined || isReason(refused)) &&
    (features === undefined || (typeof features === 'object' && features !== null))
  );
}

function isReason(value: unknown): value is RefusedReason {
  const { code, field } = (value ?? {}) as Partial<Record<keyof RefusedReason, unknown>>;
  return typeof code === 'string' && typeof field === 'string';
}
