import type { Clock } from '../../ports/clock.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { LineWriter } from './line-writer.ts';

export interface MetricsOptions {
  /** `metrics.jsonl`. */
  readonly path: string;
  readonly lines: LineWriter;
  readonly clock: Pick<Clock, 'now'>;
}

/** One line per call: `{at, dimensions, values: {name: [value, unit]}}`. A full buffer drops metrics, never a request. */
export function createMetrics({ path, lines, clock }: MetricsOptions): Metrics {
  return {
    emit(dimensions, values) {
      lines.append(path, JSON.stringify({ at: clock.now(), dimensions, values }));
    },
  };
}
