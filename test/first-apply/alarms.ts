/** What the alarms of a template do in some hours, by CloudWatch's documented evaluation. */

import { type Alarm, alarmOf, changesOf } from '../support/alarm-evaluator.ts';
import { createMetricStore } from '../support/metric-store.ts';
import { resourcesOf, type Stacks } from '../support/template.ts';

const DAY = 1_440;

function reading(stacks: Stacks, metric: string): Alarm[] {
  return resourcesOf(stacks, 'AWS::CloudWatch::Alarm')
    .map(({ properties }) => alarmOf(properties))
    .filter(({ metrics }) => metrics.some(({ name }) => name === metric));
}

/** Outages of ten requests, of which each is answered with 5xx, that no alarm on the API's answers is raised for. */
export function silentOutages(stacks: Stacks): string[] {
  return [1, 43, 130].flatMap((gap) => {
    const end = DAY + Math.max(10 * gap, 15);
    const heard = reading(stacks, '5xx').some((alarm) => {
      const store = createMetricStore(end);
      for (const id of alarm.metrics)
        for (let request = 0; request < 10; request += 1) store.put(id, DAY + request * gap, 1);
      return changesOf(alarm, store, DAY, end).some(({ state }) => state === 'ALARM');
    });
    return heard ? [] : [`ten failures, one each ${gap} minutes, raise no alarm`];
  });
}

/** Dead letters after the first that no alarm is raised for, while the first still waits. */
export function silentDeadLetters(stacks: Stacks): string[] {
  const waiting = 'ApproximateNumberOfMessagesVisible';
  const alarms = reading(stacks, waiting);
  const fired = alarms.flatMap((alarm) => {
    const store = createMetricStore(3 * DAY);
    const id = alarm.metrics.find(({ name }) => name === waiting);
    for (let minute = DAY; minute < 3 * DAY && id !== undefined; minute += 1)
      store.put(id, minute, minute < 2 * DAY ? 1 : 2);
    return changesOf(alarm, store, DAY - 60, 3 * DAY).filter(({ state }) => state === 'ALARM');
  });
  return alarms.length > 0 && fired.length === 2 * alarms.length
    ? []
    : [`two dead letters on two days raise ${fired.length} alarms`];
}
