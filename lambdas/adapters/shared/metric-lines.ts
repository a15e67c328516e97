import type { Metrics, MetricValue } from '../../ports/metrics.ts';

export interface MetricLineOptions {
  /** Takes one line without its line break. */
  readonly write: (line: string) => void;
}

/**
 * A log line per call. Log-based metrics of Google Cloud extract `jsonPayload.values.<name>` with the labels of
 * `jsonPayload.dimensions`. They read one number of a line, so a distribution is written as its sum and count
 * (cloud.google.com/logging/docs/logs-based-metrics/distribution-metrics). Queries of Log Analytics read the same line.
 */
export function createMetricLines({ write }: MetricLineOptions): Metrics {
  return {
    emit(dimensions, values) {
      const entries = Object.entries(values).flatMap(scalarsOf);
      if (entries.length === 0) return;
      write(
        JSON.stringify({
          severity: 'INFO',
          message: 'metric',
          dimensions,
          values: Object.fromEntries(entries),
        }),
      );
    },
  };
}

function scalarsOf([name, [value]]: readonly [string, MetricValue]): readonly (readonly [string, number])[] {
  if (typeof value === 'number') return [[name, value]];
  return [
    [`${name}_sum`, value.reduce((sum, one) => sum + one, 0)],
    [`${name}_count`, value.length],
  ];
}
