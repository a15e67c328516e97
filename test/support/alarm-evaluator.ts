/**
 * CloudWatch's evaluation of an alarm, by its documentation: every minute over the periods that end with it, each hour beyond
 * a day (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html), with missing data as in
 * alarms-and-missing-data.html.
 */

import { compileMath, type SeriesAt } from './metric-math.ts';
import type { MetricId, MetricStore } from './metric-store.ts';
import { at, listOf } from './template.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type Treatment = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** Periods that count, how many of them must breach, and what a period without data is. */
export interface Evaluation {
  readonly periods: number;
  readonly datapoints: number;
  readonly treatment: Treatment;
}

/** A period breaches, or does not, or has no data. */
type Point = boolean | undefined;

/**
 * CloudWatch asks for more periods than count, in case some are missing. How many is not documented; in its examples it is two.
 */
export const EXTRA_PERIODS = 2;

/**
 * The state after one evaluation.
 *
 * @param pointAt - The points of the evaluation range, from the newest, 0, to the oldest.
 */
export function stateOf(
  pointAt: (age: number) => Point,
  { periods, datapoints, treatment }: Evaluation,
  current: AlarmState,
): AlarmState {
  let used = 0;
  let breaching = 0;
  let oldest = 0;
  for (let age = 0; age < periods + EXTRA_PERIODS && used < periods; age += 1) {
    const point = pointAt(age);
    if (point === undefined) continue;
    used += 1;
    if (!point) continue;
    breaching += 1;
    oldest = age + 1;
  }
  const filled = periods - used;
  if (breaching >= datapoints) return 'ALARM';
  if (filled === 0 || treatment === 'notBreaching') return 'OK';
  if (treatment === 'breaching') return breaching + filled >= datapoints ? 'ALARM' : 'OK';
  if (used === 0) return treatment === 'missing' ? 'INSUFFICIENT_DATA' : current;
  if (breaching < used) return 'OK';
  // All there is breaches, and is too little: a premature alarm, unless it is old enough.
  return treatment === 'missing' && oldest >= datapoints ? 'ALARM' : current;
}

/** An alarm of a template, ready to be evaluated. */
export interface Alarm extends Evaluation {
  readonly periodMinutes: number;
  /** Metrics that it reads. */
  readonly metrics: readonly MetricId[];
  breaches(store: MetricStore): (end: number) => Point;
}

type Properties = Readonly<Record<string, unknown>>;

const COMPARE: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * Reads an alarm from its properties in a template.
 *
 * @param resolve - Name of a dimension's value that the template refers to. @default - its JSON
 */
export function alarmOf(
  properties: Properties,
  resolve: (reference: unknown) => string = (reference) => JSON.stringify(reference),
): Alarm {
  const queries =
    properties.Metrics === undefined
      ? [{ Id: 'only', MetricStat: single(properties), ReturnData: true }]
      : listOf(properties.Metrics);
  const metrics = queries.flatMap((query) => {
    const stat = at(query, 'MetricStat');
    return stat === undefined ? [] : [{ id: String(at(query, 'Id')), ...metricOf(stat, resolve) }];
  });
  const [first] = metrics;
  if (first === undefined) throw new Error('an alarm without a metric');
  if (metrics.some(({ period }) => period !== first.period)) throw new Error('an alarm with two periods');
  const periodMinutes = first.period / 60;
  const periods = Number(properties.EvaluationPeriods);
  const compare = COMPARE[String(properties.ComparisonOperator)];
  if (compare === undefined) throw new Error(`${properties.ComparisonOperator} is not implemented`);
  const returned = queries.find((query) => at(query, 'ReturnData') !== false);
  return {
    periodMinutes,
    periods,
    datapoints: Number(properties.DatapointsToAlarm ?? periods),
    treatment: (properties.TreatMissingData ?? 'missing') as Treatment,
    metrics: metrics.map(({ metric }) => metric),
    breaches(store) {
      const series: Record<string, SeriesAt> = Object.fromEntries(
        metrics.map(({ id, metric, statistic }) => {
          const read = store.reader(metric, statistic);
          return [id, (end: number) => read(end - periodMinutes + 1, end)];
        }),
      );
      const expression = String(at(returned, 'Expression') ?? at(returned, 'Id'));
      const value = compileMath(expression, series, periodMinutes);
      const threshold = Number(properties.Threshold);
      const known: Point[] = [];
      const asked: boolean[] = [];
      return (end) => {
        if (end < 0) return pointOf(end);
        if (asked[end] !== true) {
          known[end] = pointOf(end);
          asked[end] = true;
        }
        return known[end];
      };
      function pointOf(end: number): Point {
        const got = value(end);
        return got === undefined ? undefined : compare?.(got, threshold);
      }
    },
  };
}

const single = ({ Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic }: Properties) => ({
  Metric: { Namespace, MetricName, Dimensions },
  Period,
  Stat: Statistic ?? ExtendedStatistic,
});

function metricOf(stat: unknown, resolve: (reference: unknown) => string) {
  const text = (value: unknown) => (typeof value === 'string' ? value : resolve(value));
  const dimensions = listOf(at(stat, 'Metric', 'Dimensions')).map((one) => [
    String(at(one, 'Name')),
    text(at(one, 'Value')),
  ]);
  return {
    metric: {
      namespace: String(at(stat, 'Metric', 'Namespace')),
      name: String(at(stat, 'Metric', 'MetricName')),
      dimensions: Object.fromEntries(dimensions) as Record<string, string>,
    },
    period: Number(at(stat, 'Period')),
    statistic: String(at(stat, 'Stat')),
  };
}

export interface StateChange {
  /** End of the minute after which it was evaluated. */
  readonly minute: number;
  readonly state: AlarmState;
}

const DAY_MINUTES = 1_440;

/** Changes of an alarm's state from minute `from` on, before `to`. */
export function changesOf(alarm: Alarm, store: MetricStore, from: number, to: number): StateChange[] {
  const { periods, periodMinutes, datapoints, treatment } = alarm;
  const breaches = alarm.breaches(store);
  const isHourly = periods * periodMinutes > DAY_MINUTES;
  const range = (periods + EXTRA_PERIODS) * periodMinutes;
  const first = from - range - periodMinutes;
  /** By minute from `first`: how many breach of the periods that end a multiple of periods before it, and with it. */
  const breaching = new Uint32Array(to - first);
  const upTo = (minute: number): number => breaching[minute - first] ?? 0;
  for (let minute = first + periodMinutes; minute < to; minute += 1)
    breaching[minute - first] = upTo(minute - periodMinutes) + Number(breaches(minute) === true);
  const changes: StateChange[] = [];
  let state: AlarmState = 'OK';
  for (let minute = from; minute < to; minute += 1) {
    if (isHourly && (minute + 1) % 60 !== 0) continue;
    // Most minutes of most simulations: the whole range has too few.
    const isFine = treatment === 'notBreaching' && upTo(minute) - upTo(minute - range) < datapoints;
    const next: AlarmState = isFine
      ? 'OK'
      : stateOf((age) => breaches(minute - age * periodMinutes), alarm, state);
    if (next !== state) changes.push({ minute, state: next });
    state = next;
  }
  return changes;
}
