/** Sample rows of `contacts`: a bank's phone campaigns, made up, deterministic. */

import { Random } from '../../lambdas/core/numeric/random.ts';
import type { RowValue } from '../../lambdas/core/table/table.ts';
import type { RowsOptions, SampleData } from '../sample-data.ts';
import { bankFull } from './bank-full.ts';
import type { Effects } from './outcome.ts';
import { contractProbability, EARLY, LATE } from './outcome.ts';
import type { Circumstances, Client, Quantiles } from './population.ts';
import { drawClient, sampleQuantile } from './population.ts';
import { COLUMNS, CONTACTS } from './table.ts';

const START_YEAR = 2008;
/** May. */
const START_MONTH = 4;
const HISTORY_MONTHS = 6;
const MONTHS = 30;
const HISTORY_ROWS = 1500;
const MONTH_ROWS = 1000;
/** From the tenth month on, counted from 0, the world is another: March 2009. */
const DRIFT_MONTH = 10;

interface World extends Circumstances {
  readonly effects: Effects;
}

/** The published shares over all years, which never change. */
const STABLE: World = {
  contact: [
    ['cellular', 0.6477],
    ['unknown', 0.288],
    ['telephone', 0.0643],
  ],
  poutcome: [
    ['unknown', 0.8175],
    ['failure', 0.1084],
    ['other', 0.0407],
    ['success', 0.0334],
  ],
  housing: 0.5558,
  effects: EARLY,
};

/** As in 2008: how most clients are reached is not recorded, and few were called before. */
const BEFORE: World = {
  contact: [
    ['cellular', 0.3],
    ['unknown', 0.62],
    ['telephone', 0.08],
  ],
  poutcome: [
    ['unknown', 0.9],
    ['failure', 0.06],
    ['other', 0.025],
    ['success', 0.015],
  ],
  housing: 0.6,
  effects: EARLY,
};

/** As from 2009 on: mobile phones, clients known from earlier campaigns, and other reasons to say yes. */
const AFTER: World = {
  contact: [
    ['cellular', 0.88],
    ['unknown', 0.03],
    ['telephone', 0.09],
  ],
  poutcome: [
    ['unknown', 0.68],
    ['failure', 0.19],
    ['other', 0.06],
    ['success', 0.07],
  ],
  housing: 0.42,
  effects: LATE,
};

/** Seconds of a call that ended with no, and with yes. */
const DURATION: readonly [Quantiles, Quantiles] = [
  [
    [0, 4],
    [0.25, 95],
    [0.5, 164],
    [0.75, 279],
    [0.95, 610],
    [1, 3000],
  ],
  [
    [0, 30],
    [0.25, 244],
    [0.5, 426],
    [0.75, 725],
    [0.95, 1246],
    [1, 3800],
  ],
];

/** Days since the campaign before. */
const DAYS_SINCE: Quantiles = [
  [0, 1],
  [0.25, 133],
  [0.5, 194],
  [0.75, 327],
  [0.95, 371],
  [1, 871],
];

function worldOf(month: number, scenario: RowsOptions['scenario']): World {
  if (scenario === 'stable') return STABLE;
  return month < DRIFT_MONTH ? BEFORE : AFTER;
}

/** Moments of a month's calls in order: Monday to Friday, 8:00 to 18:00 UTC. */
function callTimes(random: Random, month: number, count: number): number[] {
  const days: number[] = [];
  for (let day = 1; day <= 31; day += 1) {
    const date = new Date(Date.UTC(START_YEAR, START_MONTH + month, day));
    const sameMonth = date.getUTCMonth() === (START_MONTH + month) % 12;
    if (sameMonth && date.getUTCDay() >= 1 && date.getUTCDay() <= 5) days.push(date.getTime());
  }
  const times = Array.from({ length: count }, () => {
    const day = days[random.below(days.length)] as number; // below its length
    return day + (8 * 3600 + random.below(10 * 3600)) * 1000;
  });
  return times.sort((a, b) => a - b);
}

function* rows({ seed, scenario, months = MONTHS }: RowsOptions): Generator<readonly RowValue[]> {
  const random = Random.fromSeed(seed);
  let id = 0;
  for (let month = 0; month < months; month += 1) {
    const world = worldOf(month, scenario);
    for (const time of callTimes(random, month, month < HISTORY_MONTHS ? HISTORY_ROWS : MONTH_ROWS)) {
      id += 1;
      yield rowOf(random, id, time, drawClient(random, world), world);
    }
  }
}

function rowOf(random: Random, id: number, time: number, client: Client, world: World): readonly RowValue[] {
  const subscribed = random.uniform() < contractProbability(client, world.effects);
  const duration = Math.floor(sampleQuantile(DURATION[subscribed ? 1 : 0], random.uniform()));
  const days = Math.floor(sampleQuantile(DAYS_SINCE, random.uniform()));
  return [
    id,
    new Date(time).toISOString(),
    client.age,
    client.job,
    client.marital,
    client.education,
    client.inDefault,
    client.balance,
    client.housing,
    client.loan,
    client.contact,
    client.campaign,
    client.previous === 0 ? -1 : days,
    client.previous,
    client.poutcome,
    duration,
    subscribed,
  ];
}

/** The default blueprint's rows: 33,000 calls of 30 months. */
export const sample: SampleData = {
  table: CONTACTS,
  columns: COLUMNS,
  start: '2008-05-01T00:00:00.000Z',
  months: MONTHS,
  historyMonths: HISTORY_MONTHS,
  rows,
  csv: bankFull,
  incident: { feature: 'contact', value: 'video', every: 12 },
};
