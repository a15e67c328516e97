export type MetricUnit = 'Count' | 'Milliseconds' | 'Percent' | 'None';

/** One value, or up to 100 of a distribution, and their unit. */
export type MetricValue = readonly [value: number | readonly number[], unit: MetricUnit];

/** One structured log line per call, which each cloud turns into metrics its own way. */
export interface Metrics {
  emit(dimensions: Readonly<Record<string, string>>, values: Readonly<Record<string, MetricValue>>): void;
}
