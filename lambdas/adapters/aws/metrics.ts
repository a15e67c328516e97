import type { Clock } from '../../ports/clock.ts';
import type { Metrics } from '../../ports/metrics.ts';

export interface MetricsOptions {
  readonly namespace: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Takes one line without its line break. */
  readonly write: (line: string) => void;
}

/**
 * CloudWatch's embedded metric format: CloudWatch makes metrics of the line that Lambda logs, with no call and no right
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
export function createMetrics({ namespace, clock, write }: MetricsOptions): Metrics {
  return {
    emit(dimensions, values) {
      const entries = Object.entries(values);
      if (entries.length === 0) return;
      write(
        JSON.stringify({
          _aws: {
            Timestamp: clock.now(),
            CloudWatchMetrics: [
              {
                Namespace: namespace,
                Dimensions: [Object.keys(dimensions)],
                Metrics: entries.map(([Name, [, Unit]]) => ({ Name, Unit })),
              },
            ],
          },
          ...dimensions,
          ...Object.fromEntries(entries.map(([name, [value]]) => [name, value])),
        }),
      );
    },
  };
}
