export type MetricUnit = 'Count' | 'Milliseconds' | 'Percent' | 'None';

/** One structured log line per call, which each cloud turns into metrics its own way. */
export interface Metrics {
  emit(
    dimensions: Readonly<Record<string, string>>,
    values: Readonly<Record<string, readonly [number, MetricUnit]>>,
  ): void;
}
