import type { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { RollbackAlarms } from '../../../constructs/aws/rollback-alarms.ts';
import { ScoringApi } from '../../../constructs/aws/scoring-api.ts';
import { type Alarm, alarmOf, changesOf } from '../../support/alarm-evaluator.ts';
import { createMetricStore, type MetricId, type MetricStore } from '../../support/metric-store.ts';
import { allBindings, exampleConfig, foreignStack, found } from './example.ts';

/** Requests in a day. */
const VOLUMES = [5, 30, 100, 333, 1_000, 3_000, 10_000, 30_000, 300_000] as const;
const DAY = 1_440;

/** Rate by the minute of a day, 1 on average: level, and nights of eight hours with few requests. */
const RHYTHMS = {
  level: () => 1,
  'quiet nights': (minute: number) => night(minute, 0.05),
  'still nights': (minute: number) => night(minute, 0.01),
  waves: (minute: number) => 1 + 0.95 * Math.sin((2 * Math.PI * minute) / DAY),
} as const satisfies Record<string, (minute: number) => number>;
type Rhythm = keyof typeof RHYTHMS;
const EACH = VOLUMES.flatMap((volume) =>
  (Object.keys(RHYTHMS) as Rhythm[]).map((one) => [volume, one] as const),
);

/** `low` of a day's rate at night, from 0 to 8. */
const night = (minute: number, low: number): number => (minute % DAY < 480 ? low : 1) / ((16 + 8 * low) / 24);

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function poisson(random: () => number, mean: number): number {
  if (mean > 50) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + normal * Math.sqrt(mean)));
  }
  let count = 0;
  for (let left = 1 - random(); left > Math.exp(-mean); left *= 1 - random()) count += 1;
  return count;
}

interface Watched {
  readonly alarms: Readonly<Record<string, Alarm>>;
  /** Metrics of requests, and of failures, that the alarms read. */
  readonly requests: readonly MetricId[];
  readonly failures: readonly MetricId[];
}

/** The alarms that a stack with this volume deploys. */
async function watch(requestsPerDay: number): Promise<Watched> {
  const example = await exampleConfig();
  const { model } = example;
  // Not through the blueprint: its watch wants more requests than the lowest volumes have.
  const serving = { ...model.serving, online: { byKey: false, requestsPerDay } };
  const config = { ...example, model: { ...model, serving } };
  const stack: Stack = foreignStack();
  const bindings = allBindings(stack, config);
  const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
  new RollbackAlarms(stack, 'Rollback', { config, scoring });
  const alarms = Object.fromEntries(
    found(stack, 'AWS::CloudWatch::Alarm').map(({ id, properties }) => [id, alarmOf(properties)]),
  );
  const metrics = Object.values(alarms).flatMap((alarm) => alarm.metrics);
  const named = (...names: string[]) => metrics.filter(({ name }) => names.includes(name));
  return {
    alarms,
    requests: named('Count', 'requests', 'Invocations'),
    failures: named('5xx', 'failed', 'Errors'),
  };
}

interface Traffic {
  readonly seed: number;
  readonly minutes: number;
  readonly volume: number;
  readonly rhythm: Rhythm;
  /** Minute from which every answer is a 5xx; before, and without it, one in two hundred. */
  readonly outage?: number;
}

const HEALTHY_SHARE = 0.005;

/** Sends requests; `tenth` is the minute in which the tenth of the outage was answered. */
function send(watched: Watched, { seed, minutes, volume, rhythm, outage = minutes }: Traffic) {
  const random = randomOf(seed);
  const store = createMetricStore(minutes);
  const unique = (ids: readonly MetricId[]) => [
    ...new Map(ids.map((id) => [JSON.stringify(id), id])).values(),
  ];
  const [requests, failures] = [unique(watched.requests), unique(watched.failures)];
  let failed = 0;
  let tenth: number | undefined;
  for (let minute = 0; minute < minutes; minute += 1) {
    const count = poisson(random, (volume / DAY) * RHYTHMS[rhythm](minute));
    if (count === 0) continue;
    const bad = minute >= outage ? count : Math.min(count, poisson(random, count * HEALTHY_SHARE));
    for (const id of requests) store.put(id, minute, count, count);
    for (const id of failures) store.put(id, minute, bad, count);
    if (minute >= outage) failed += count;
    if (failed >= 10) tenth ??= minute;
    if (tenth !== undefined && minute >= outage + 15) break; // nobody looks further
  }
  return { store, tenth };
}

/** One of the alarms that fired. */
const firedIn = ({ alarms }: Watched, store: MetricStore, from: number, to: number): string | undefined =>
  Object.entries(alarms).find(([, alarm]) =>
    changesOf(alarm, store, from, to).some(({ state }) => state === 'ALARM'),
  )?.[0];

const OUTAGES = 100;

describe('an outage in which every answer is a 5xx', () => {
  it.each(EACH)(
    'is heard after ten requests or a quarter of an hour: %i a day, %s',
    async (volume, rhythm) => {
      const watched = await watch(volume);
      const before = volume < 20 ? 10 * DAY : 2 * DAY;
      const minutes = before + (volume < 20 ? 20 : 4) * DAY;
      for (let seed = 1; seed <= OUTAGES; seed += 1) {
        const outage = before + Math.floor(randomOf(seed)() * DAY);
        const { store, tenth } = send(watched, { seed: seed * 7_919, minutes, volume, rhythm, outage });
        expect(tenth, `seed ${seed}`).toBeDefined();
        const due = Math.max(tenth ?? 0, outage + 15);
        expect(firedIn(watched, store, outage, due + 1), `seed ${seed}`).toBeDefined();
      }
    },
  );

  it('is late for some without the alarm of quiet hours', async () => {
    const { alarms, ...metrics } = await watch(3_000);
    const left = Object.entries(alarms).filter(([id]) => !id.includes('QuietOutage'));
    const watched = { ...metrics, alarms: Object.fromEntries(left) };
    let late = 0;
    for (let seed = 1; seed <= OUTAGES; seed += 1) {
      const outage = 2 * DAY + Math.floor(randomOf(seed)() * 300);
      const traffic = { seed, minutes: 4 * DAY, volume: 3_000, rhythm: 'still nights', outage } as const;
      const { store, tenth = 0 } = send(watched, traffic);
      if (firedIn(watched, store, outage, Math.max(tenth, outage + 15) + 1) === undefined) late += 1;
    }
    expect(late).toBeGreaterThan(10);
  });
});

/** Weeks; fewer between the volumes that the rate is promised at. */
const weeksOf = (volume: number): number => ([5, 333, 300_000].includes(volume) ? 100 : 30);

describe('a week with 0.5 % of errors', () => {
  it.each(EACH)('raises an alarm in at most one of a hundred: %i a day, %s', async (volume, rhythm) => {
    const watched = await watch(volume);
    const fired: string[] = [];
    for (let seed = 1; seed <= weeksOf(volume); seed += 1) {
      const { store } = send(watched, { seed: seed * 104_729, minutes: 8 * DAY, volume, rhythm });
      const one = firedIn(watched, store, DAY, 8 * DAY);
      if (one !== undefined) fired.push(`${one} in week ${seed}`);
    }
    expect(fired.length, fired.join()).toBeLessThanOrEqual(1);
  });
});
