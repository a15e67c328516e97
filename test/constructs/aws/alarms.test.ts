import { describe, expect, it } from 'vitest';
import { PredictionLog } from '../../../constructs/aws/prediction-log.ts';
import { ReleaseController } from '../../../constructs/aws/release-controller.ts';
import { RollbackAlarms } from '../../../constructs/aws/rollback-alarms.ts';
import { ScoringApi } from '../../../constructs/aws/scoring-api.ts';
import { ScoringProbe } from '../../../constructs/aws/scoring-probe.ts';
import { type Alarm, alarmOf, changesOf } from '../../support/alarm-evaluator.ts';
import { createMetricStore, type MetricStore } from '../../support/metric-store.ts';
import { allBindings, exampleConfig, foreignStack, found } from './example.ts';

const DAY = 1_440;
const MINUTES = 3 * DAY;

const stack = foreignStack();
const config = await exampleConfig();
const bindings = allBindings(stack, config);
const { notifications } = bindings;
new PredictionLog(stack, 'Watched', { config, store: bindings.store, notifications });
const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
const rollback = new RollbackAlarms(stack, 'Rollback', { config, scoring });
new ScoringProbe(stack, 'Probe', { config, bindings, scoring, notifications });
new ReleaseController(stack, 'Controller', { config, bindings, alarms: rollback });

const ALARMS = found(stack, 'AWS::CloudWatch::Alarm');

function alarm(name: string): Alarm {
  const [one, ...more] = ALARMS.filter(({ id }) => id.startsWith(name));
  if (one === undefined || more.length > 0) throw new Error(`${more.length + 1} alarms ${name}`);
  return alarmOf(one.properties);
}

/** Minutes in which the alarm fires, with the metrics that `fill` writes. */
function firing(name: string, fill: (put: (metric: string, minute: number, value: number) => void) => void) {
  const watched = alarm(name);
  const store: MetricStore = createMetricStore(MINUTES);
  fill((metric, minute, value) => {
    const id = watched.metrics.find((one) => one.name === metric);
    if (id === undefined) throw new Error(`${name} does not read ${metric}`);
    store.put(id, minute, value);
  });
  return changesOf(watched, store, DAY, MINUTES)
    .filter(({ state }) => state === 'ALARM')
    .map(({ minute }) => minute - DAY);
}

const each = (from: number, to: number, act: (minute: number) => void): void => {
  for (let minute = from; minute < to; minute += 1) act(minute);
};
const NOTHING: never[] = [];

describe('the alarm on dead letters', () => {
  const VISIBLE = 'ApproximateNumberOfMessagesVisible';
  const HIDDEN = 'ApproximateNumberOfMessagesNotVisible';
  const NAME = 'EventsDeadLetterAlarm';

  it('fires for a second dead letter while the first still waits', () => {
    const fired = firing(NAME, (put) =>
      each(DAY + 10, MINUTES, (minute) => put(VISIBLE, minute, minute < 2 * DAY ? 1 : 2)),
    );
    expect(fired).toEqual([10, DAY]);
  });

  it('is quiet when somebody reads the messages, or deletes one', () => {
    const fired = firing(NAME, (put) =>
      each(0, MINUTES, (minute) => {
        const isRead = minute > 2_000 && minute < 2_030;
        put(VISIBLE, minute, isRead ? 0 : minute < 2_500 ? 2 : 1);
        put(HIDDEN, minute, isRead ? 2 : 0);
      }),
    );
    expect(fired).toEqual(NOTHING);
  });
});

describe('the alarm on ticks', () => {
  const stopped = (from: number, to: number) =>
    firing('ControllerTickAlarm', (put) =>
      each(0, MINUTES, (minute) => {
        if (minute < from || minute >= to) put('Invocations', minute, 1);
      }),
    );

  it('is quiet while it runs each minute, and for some lost ones', () => {
    expect(stopped(DAY, DAY)).toEqual(NOTHING);
    expect(stopped(DAY + 100, DAY + 105)).toEqual(NOTHING);
  });

  it('fires within a quarter of an hour after the last tick', () => {
    const [first = Number.NaN, ...more] = stopped(DAY + 100, MINUTES);
    expect(first - 100).toBeLessThanOrEqual(15);
    expect(more).toEqual(NOTHING);
  });
});

describe('the alarms on single events', () => {
  it.each([
    ['ScoringAlarmsThrottles', 'Throttles', 1],
    ['ScoringAlarmsRecordsLost', 'recordsLost', 1],
    ['SchedulesDroppedAlarm', 'InvocationDroppedCount', 1],
    ['WatchedDeliveryAlarm', 'DeliveryToS3.DataFreshness', 901],
    ['ProbeAlarm', 'probeFailed', 1],
  ])('%s fires once for an event and again for the next', (name, metric, value) => {
    const fired = firing(name, (put) => {
      put(metric, DAY + 10, value);
      put(metric, DAY + 100, value);
    });
    expect(fired).toEqual([10, 100]);
    expect(firing(name, (put) => put(metric, DAY + 10, value - 1))).toEqual(NOTHING);
  });
});

describe('the alarm on probes', () => {
  const FIVE = 5;

  it('fires at each failed probe, and is quiet at those that pass', () => {
    const fired = firing('ProbeAlarm', (put) =>
      each(0, MINUTES / FIVE, (probe) => {
        const minute = probe * FIVE;
        put('probeFailed', minute, minute === DAY + 50 || minute === DAY + 55 ? 1 : 0);
      }),
    );
    expect(fired).toEqual([50, 55]);
  });
});

describe('the alarm on latency', () => {
  const slow = (answers: number, slowOnes: number) =>
    firing('RollbackLatency', (put) =>
      each(0, answers, (index) => put('latencyMs', DAY + index, index < slowOnes ? 60_000 : 5)),
    );

  it('is quiet for the first load of a model among few answers', () => {
    expect(slow(100, 1)).toEqual(NOTHING);
    expect(slow(299, 299)).toEqual(NOTHING);
    expect(slow(400, 3)).toEqual(NOTHING);
  });

  it('fires when more than a hundredth is slow', () => {
    expect(slow(400, 8)).not.toEqual(NOTHING);
  });
});

describe('an alarm that rolls nothing back', () => {
  it('notifies people', () => {
    for (const { id, properties } of ALARMS.filter((one) => !one.id.startsWith('Rollback')))
      expect(properties.AlarmActions, id).toEqual([{ Ref: expect.stringMatching(/^Notifications/) }]);
  });
});

describe('the alarm on calls that end without an answer', () => {
  it('has a window that is shorter than a release, also where few requests come', () => {
    expect(config.model.serving.online?.requestsPerDay).toBe(333);
    const [fires] = firing('RollbackFunctionErrors', (put) => {
      for (let minute = DAY; minute < DAY + 12; minute += 4) {
        put('Invocations', minute, 1);
        put('Errors', minute, 1);
      }
    });
    expect(fires).toBeLessThanOrEqual(15);
  });
});
