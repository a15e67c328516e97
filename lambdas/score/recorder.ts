/**
 * Records what was answered, beside the answer: records wait a moment and go to the stream together, because a
 * write per answer would cost more than the answer. One metrics line a second tells how many there were.
 */

import type { ModelConfig } from '../core/config.ts';
import { capturableFeatures } from '../core/model-table.ts';
import { fmix32, hashText } from '../core/numeric/hash.ts';
import { RefusedCounter, type RefusedReason, refusedText } from '../core/refused.ts';
import type { Row } from '../core/table/table.ts';
import type { Ports } from '../ports/index.ts';
import { RecordsLost } from '../ports/prediction-stream.ts';
import { type Prediction, predictionEncoder } from '../stores/predictions.ts';
import { type RecordTrouble, watchRecords } from './record-health.ts';

export interface Recorder {
  /** Takes a record; never throws and never waits. `row` is kept with it when the id is in the sample. */
  record(prediction: Prediction, row: Row | undefined): void;
  /**
   * Counts a request that no version saw, by its first problem. No record is made: what callers get wrong says nothing
   * about a version. One line of the log and one metric tell how many there were.
   */
  refuse(reason: RefusedReason): void;
  /** Counts a request that the service failed to answer. No version saw it, so no record is made. */
  fail(): void;
  /**
   * Waits until everything recorded can be read, and emits the metrics. Before a function is frozen or ends. Records that
   * still cannot be written are counted as lost.
   */
  flush(): Promise<void>;
  /** Returns the problem of the records after a retry of those that wait; undefined if there is none. */
  trouble(): Promise<RecordTrouble | undefined>;
}

/** How long a record waits for others. A crash loses these records, and those that the stream itself has not written. */
const GATHER_MS = 20;
/** Records gathered at most. */
const MAX_GATHERED = 1_000;
/**
 * Latencies told in one line, the first of its time: a metric of CloudWatch's embedded format has at most 100 values
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
const MAX_LATENCIES = 100;
/** Shortest time between two metrics lines. */
const METRICS_INTERVAL_MS = 1_000;

/** A recorder for one model. */
export function createRecorder(
  { predictions, metrics, clock, logger }: Pick<Ports, 'predictions' | 'metrics' | 'clock' | 'logger'>,
  config: ModelConfig,
): Recorder {
  const { capture } = config.serving;
  const encode = predictionEncoder(capturableFeatures(config));
  const sampled = sampler(capture.features ? capture.share : 0);
  let waiting: Prediction[] = [];
  let refused = new RefusedCounter();
  const counts = { champion: noCounts(), challenger: noCounts() };
  let timer: NodeJS.Timeout | undefined;
  let emittedAt = clock.steady();
  let appending: Promise<void> = Promise.resolve();

  function append(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length > 0) {
      const records = waiting.map((one) => ({ at: one.at, line: encode(one) }));
      waiting = [];
      appending = Promise.all([appending, send(records)]).then(() => {});
    }
    if (clock.steady() - emittedAt >= METRICS_INTERVAL_MS) emit();
  }

  const health = watchRecords({ clock, logger }, (lost) => {
    counts.champion.lost += lost; // whose they were does not matter: the stream lost them
  });

  async function send(records: Parameters<typeof predictions.append>[0]): Promise<void> {
    let taken = records.length;
    try {
      await predictions.append(records);
    } catch (cause) {
      const lost = cause instanceof RecordsLost ? cause.records : records.length;
      health.lost(lost, cause);
      taken -= lost;
    }
    if (taken > 0) await written(taken);
  }

  /** Waits until what the stream took is written; so a stream that cannot write is noticed while it serves. */
  async function written(taken: number): Promise<void> {
    try {
      await predictions.flush();
      health.written();
    } catch (cause) {
      health.held(taken, cause);
    }
  }

  function emit(): void {
    emittedAt = clock.steady();
    for (const arm of ['champion', 'challenger'] as const) emitArm(arm);
    emitRefused();
  }

  function emitRefused(): void {
    const reasons = refused.result();
    if (reasons.length === 0) return;
    refused = new RefusedCounter();
    const requests = reasons.reduce((sum, { count }) => sum + count, 0);
    const { name: model, environment } = config;
    metrics.emit({ model, environment }, { refusedRequests: [requests, 'Count'] });
    logger.warn('score.requests-refused', { requests, reasons: refusedText(reasons) });
  }

  function emitArm(arm: Prediction['arm']): void {
    const { ok, invalid, error, lost, latencies } = counts[arm];
    const unwritten = arm === 'champion' ? (health.trouble?.unwritten ?? 0) : 0;
    if (ok + invalid + error + lost + unwritten === 0) return;
    counts[arm] = noCounts();
    metrics.emit(
      { model: config.name, environment: config.environment, arm },
      {
        requests: [ok + invalid + error, 'Count'],
        failed: [invalid + error, 'Count'],
        ...(latencies.length > 0 && { latencyMs: [latencies, 'Milliseconds'] }),
        ...(lost > 0 && { recordsLost: [lost, 'Count'] }),
        ...(unwritten > 0 && { recordsUnwritten: [unwritten, 'Count'] }),
      },
    );
  }

  return {
    record(prediction, row) {
      const own = counts[prediction.arm];
      own[prediction.status] += 1;
      if (own.latencies.length < MAX_LATENCIES) own.latencies.push(prediction.latencyMs);
      const captured = row !== undefined && sampled(prediction.id);
      waiting.push(captured ? { ...prediction, features: Object.fromEntries(row) } : prediction);
      if (waiting.length >= MAX_GATHERED) append();
      else timer ??= setTimeout(append, GATHER_MS);
    },
    refuse({ code, field }) {
      // The index of the row is dropped: among a thousand rows the field matters, not its position.
      refused.add({ code, field: field.replace(/^rows\[\d+\]\.?/, '') });
      timer ??= setTimeout(append, GATHER_MS);
    },
    fail() {
      counts.champion.error += 1;
      timer ??= setTimeout(append, GATHER_MS);
    },
    async flush() {
      append();
      await appending;
      await predictions.flush().catch((cause: unknown) => health.giveUp(cause));
      emit();
    },
    async trouble() {
      if (health.trouble !== undefined && health.trouble.unwritten > 0) await written(0);
      return health.trouble;
    },
  };
}

const noCounts = () => ({ ok: 0, invalid: 0, error: 0, lost: 0, latencies: [] as number[] });

/** Decides by a hash of the id, so that every delivery of a record decides alike. */
function sampler(share: number): (id: string) => boolean {
  if (share >= 1) return () => true;
  if (share <= 0) return () => false;
  return (id) => fmix32(hashText(id)) < share * 0x1_0000_0000;
}
