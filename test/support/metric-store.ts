/** Metrics of a run or of a simulation by the minute, as CloudWatch keeps them: a minute without data is missing. */

/** A metric by its names. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  /** Values that a template refers to are given as its own text. */
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface MetricStore {
  /** Adds values to a minute; several at once by their sum. */
  put(id: MetricId, minute: number, sum: number, count?: number): void;
  /**
   * A statistic of the minutes from `first` to `last`, both included; undefined without data.
   *
   * @throws Error for a statistic that is not implemented
   */
  read(id: MetricId, statistic: string, first: number, last: number): number | undefined;
  /** The same for many reads of one metric, of the data that are there by now. */
  reader(id: MetricId, statistic: string): (first: number, last: number) => number | undefined;
  /** Names of all metrics that have data. */
  readonly names: readonly string[];
}

interface Series {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  /** Values one by one, by minute. */
  readonly values: Map<number, number[]>;
  /** Sums and counts of all minutes before one; absent after a change. */
  before: { readonly sums: Float64Array; readonly counts: Float64Array } | undefined;
}

/** A store of the minutes 0 to `minutes` - 1; earlier minutes have no data. */
export function createMetricStore(minutes: number): MetricStore {
  const all = new Map<string, Series>();
  function readerOf(id: MetricId, statistic: string): (first: number, last: number) => number | undefined {
    const series = all.get(keyOf(id));
    if (series === undefined) return () => undefined;
    series.before ??= { sums: running(series.sums), counts: running(series.counts) };
    const { sums, counts } = series.before;
    return (first, last) => {
      const from = Math.max(0, first);
      const to = Math.min(minutes, last + 1);
      if (to <= from) return undefined;
      const count = (counts[to] ?? 0) - (counts[from] ?? 0);
      if (count === 0) return undefined;
      if (statistic === 'SampleCount') return count;
      const sum = (sums[to] ?? 0) - (sums[from] ?? 0);
      if (statistic === 'Sum') return sum;
      return statistic === 'Average' ? sum / count : ofValues(statistic, valuesOf(series, from, to));
    };
  }
  return {
    put(id, minute, sum, count = 1) {
      const key = keyOf(id);
      const series = all.get(key) ?? newSeries(minutes);
      all.set(key, series);
      series.sums[minute] = (series.sums[minute] ?? 0) + sum;
      series.counts[minute] = (series.counts[minute] ?? 0) + count;
      series.before = undefined;
      if (count === 1) series.values.set(minute, [...(series.values.get(minute) ?? []), sum]);
    },
    read: (id, statistic, first, last) => readerOf(id, statistic)(first, last),
    reader: readerOf,
    get names() {
      return [...all.keys()];
    },
  };
}

const newSeries = (minutes: number): Series => ({
  sums: new Float64Array(minutes),
  counts: new Float64Array(minutes),
  values: new Map(),
  before: undefined,
});

function running(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i += 1) sums[i + 1] = (sums[i] ?? 0) + (values[i] ?? 0);
  return sums;
}

function valuesOf({ values }: Series, from: number, to: number): number[] {
  const found: number[] = [];
  for (let minute = from; minute < to; minute += 1) found.push(...(values.get(minute) ?? []));
  return found.sort((a, b) => a - b);
}

function ofValues(statistic: string, sorted: readonly number[]): number | undefined {
  if (statistic === 'Maximum') return sorted.at(-1);
  if (statistic === 'Minimum') return sorted[0];
  const percent = /^p(\d+(?:\.\d+)?)$/.exec(statistic)?.[1];
  if (percent === undefined) throw new Error(`statistic ${statistic} is not implemented`);
  return sorted[Math.max(0, Math.ceil((Number(percent) / 100) * sorted.length) - 1)];
}

const keys = new WeakMap<MetricId, string>();

/** The names of a metric as one text. */
export function keyOf(id: MetricId): string {
  const known = keys.get(id);
  if (known !== undefined) return known;
  const parts = Object.entries(id.dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  const key = [id.namespace, id.name, ...parts.map(([name, value]) => `${name}=${value}`)].join(' ');
  keys.set(id, key);
  return key;
}
