import { describe, expect, it } from 'vitest';
import { type AlarmState, alarmOf, changesOf, stateOf, type Treatment } from './alarm-evaluator.ts';
import { compileMath } from './metric-math.ts';
import { createMetricStore, type MetricStore } from './metric-store.ts';

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const satisfies Treatment[];

/**
 * AWS's own tables: 0 is within the threshold, X breaches, - is missing, the newest is on the right; then the state with each
 * treatment of missing data, `retain` for the current one.
 * docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
const DOCUMENTED: readonly (readonly [points: string, datapoints: number, ...states: string[]])[] = [
  ['0 - X - X', 3, 'OK', 'OK', 'OK', 'OK'],
  ['0 - - - -', 3, 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', 3, 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
  ['0 X X - X', 3, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 3, 'ALARM', 'retain', 'ALARM', 'OK'],
  ['0 - X - X', 2, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 2, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 2, 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 2, 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 2, 'ALARM', 'retain', 'ALARM', 'OK'],
];

const read = (text: string) => {
  const points = text.split(' ').map((one) => (one === '-' ? undefined : one === 'X'));
  return (age: number) => points[points.length - 1 - age];
};

describe("CloudWatch's evaluation of an alarm", () => {
  it.each(
    DOCUMENTED.flatMap(([points, datapoints, ...states]) =>
      TREATMENTS.map((treatment, index) => [points, datapoints, treatment, states[index] ?? ''] as const),
    ),
  )('is AWS’s own for %s, %i of 3, missing data as %s', (points, datapoints, treatment, expected) => {
    for (const current of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const satisfies AlarmState[]) {
      const state = stateOf(read(points), { periods: 3, datapoints, treatment }, current);
      expect(state).toBe(expected === 'retain' ? current : expected);
    }
  });

  it.each(['- - - - X', '- - - X -'])('does not fire too early for %s, 3 of 3', (points) => {
    const alarm = { periods: 3, datapoints: 3, treatment: 'missing' } as const;
    expect(stateOf(read(points), alarm, 'OK')).toBe('OK');
  });
});

const ALARM = {
  Namespace: 'A',
  MetricName: 'm',
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 2,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
};
const METRIC = { namespace: 'A', name: 'm', dimensions: {} };

function store(minutes: number, values: Readonly<Record<number, number>>): MetricStore {
  const made = createMetricStore(minutes);
  for (const [minute, value] of Object.entries(values)) made.put(METRIC, Number(minute), value);
  return made;
}

describe('an alarm over time', () => {
  // alarm-evaluation.html: at the end of minute 5 it sees minutes 1 to 5, at the end of minute 6 minutes 2 to 6.
  it('sees each minute the periods that end with it', () => {
    const steady = Object.fromEntries(Array.from({ length: 30 }, (_, minute) => [minute, 0]));
    const changes = changesOf(alarmOf(ALARM), store(30, { ...steady, 1: 1, 4: 2 }), 0, 30);
    expect(changes).toEqual([
      { minute: 4, state: 'ALARM' },
      { minute: 6, state: 'OK' },
    ]);
  });

  // The note of alarms-and-missing-data.html on the last data of a metric that has stopped.
  it('fires again on old data where a metric has stopped, and not where it is filled', () => {
    const fired = (alarm: object) =>
      changesOf(alarmOf({ ...ALARM, ...alarm }), store(40, { 1: 1, 4: 2 }), 0, 40).filter(
        ({ state }) => state === 'ALARM',
      ).length;
    const stat = { Metric: { Namespace: 'A', MetricName: 'm' }, Period: 300, Stat: 'Sum' };
    expect(fired({})).toBeGreaterThan(1);
    const Metrics = [
      { Id: 'm', MetricStat: stat, ReturnData: false },
      { Id: 'e', Expression: 'FILL(m, 0)' },
    ];
    expect(fired({ Metrics })).toBe(1);
  });

  // The same page: a job fails at 10:02, at 11:03 the alarm sees the data up to 11:00.
  it('sees data up to the full hour where it looks back more than a day', () => {
    const daily = { ...ALARM, Period: 86_400, EvaluationPeriods: 3, DatapointsToAlarm: 1 };
    const failedAt = 602;
    expect(changesOf(alarmOf(daily), store(1_440, { [failedAt]: 3 }), 0, 1_440)).toEqual([
      { minute: 659, state: 'ALARM' },
    ]);
  });

  it('counts how many of the periods breach', () => {
    const stat = { Metric: { Namespace: 'A', MetricName: 'm' }, Period: 60, Stat: 'Sum' };
    const filled = {
      ...ALARM,
      Metrics: [
        { Id: 'm', MetricStat: stat, ReturnData: false },
        { Id: 'e', Expression: 'FILL(m, 0)' },
      ],
      Threshold: 0,
      EvaluationPeriods: 4,
      DatapointsToAlarm: 2,
    };
    expect(changesOf(alarmOf(filled), store(20, { 3: 1, 7: 1, 10: 1 }), 0, 20)).toEqual([
      { minute: 10, state: 'ALARM' },
      { minute: 11, state: 'OK' },
    ]);
  });

  it('takes older periods in the place of those without data', () => {
    const of = { ...ALARM, Period: 60, Threshold: 0, EvaluationPeriods: 4, DatapointsToAlarm: 2 };
    const [first] = changesOf(alarmOf(of), store(20, { 3: 1, 8: 1 }), 0, 20);
    expect(first).toEqual({ minute: 8, state: 'ALARM' });
  });

  it('refuses an expression over periods of two lengths', () => {
    const stat = (Id: string, Period: number) => ({ Id, MetricStat: { Metric: {}, Period, Stat: 'Sum' } });
    expect(() => alarmOf({ ...ALARM, Metrics: [stat('a', 60), stat('b', 300)] })).toThrow('two periods');
  });
});

describe('metric math', () => {
  const series = { a: (end: number) => [4, undefined, 6][end], b: () => 2 };
  const at = (expression: string, end = 0) => compileMath(expression, series, 1)(end);

  it.each([
    ['1 + 2 * 3 - 4 / 2', 5],
    ['(1 + 2) * 3', 9],
    ['a / b', 2],
    ['a >= 4 && b < 1', 0],
    ['a > 4 || b == 2', 1],
    ['IF(a >= 4, a / b, 0)', 2],
    ['MAX([a, b, 9])', 9],
  ])('gives %s', (expression, expected) => {
    expect(at(expression)).toBe(expected);
  });

  it('has no value where data is missing, unless it is filled', () => {
    expect(at('a + b', 1)).toBeUndefined();
    expect(at('a / 0')).toBeUndefined();
    expect(at('FILL(a, 0) + b', 1)).toBe(2);
    expect(at('DIFF(a)', 2)).toBeUndefined();
    expect(at('DIFF(FILL(a, 0))', 2)).toBe(6);
    expect(at('MAX([a, b])', 1)).toBe(2);
  });

  it.each(['c', 'a +', 'a b', 'SUM(a)', 'a ? b', 'IF(a, b)'])('refuses %s', (expression) => {
    expect(() => at(expression)).toThrow(expression);
  });
});

describe('a store of metrics', () => {
  it('has the statistics of the minutes asked for', () => {
    const made = store(10, { 1: 5, 2: 1, 7: 9 });
    made.put(METRIC, 2, 3);
    const over = (statistic: string) => made.read(METRIC, statistic, 1, 6);
    expect(['Sum', 'SampleCount', 'Average', 'Maximum', 'Minimum', 'p50', 'p99'].map(over)).toEqual([
      9, 3, 3, 5, 1, 3, 5,
    ]);
    expect(made.read(METRIC, 'Sum', 3, 6)).toBeUndefined();
    expect(made.read(METRIC, 'Sum', -5, 0)).toBeUndefined();
    expect(made.read({ ...METRIC, name: 'other' }, 'Sum', 0, 9)).toBeUndefined();
    expect(() => over('TM(10%:90%)')).toThrow('not implemented');
    expect(made.names).toEqual(['A m']);
  });
});
