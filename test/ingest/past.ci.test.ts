import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { pastFeatures } from '../../lambdas/core/features/past.ts';
import type { Feature } from '../../lambdas/core/features/spec.ts';
import { columnOf, numbersOf, textsOf } from '../../lambdas/core/table/rows.ts';
import type { Row, Table } from '../../lambdas/core/table/table.ts';
import { runIngest } from '../../lambdas/ingest/ingest.ts';
import { runPrepare } from '../../lambdas/prepare/prepare.ts';
import { createOnlineReader, type OnlineRows } from '../../lambdas/score/online-rows.ts';
import { getHistorical } from '../../lambdas/stores/historical.ts';
import {
  configOf,
  csvOf,
  END,
  FIELDS,
  localPorts,
  memoryPorts,
  type SourceRow,
  writeExport,
} from '../prepare/prepare-fixture.ts';

type StepPorts = ReturnType<typeof memoryPorts>;

const ALL = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);
const STATISTICS = ['mean', 'sum', 'min', 'max', 'count', 'deviation'] as const;

const configWith = (past: readonly Feature[]): ModelConfig =>
  configOf({ features: { version: 1, fields: [...FIELDS, ...past] } });

interface Event {
  readonly client: string;
  /** ms since 1970. */
  readonly at: number;
  readonly age: number | null;
  readonly balance: number | null;
}

const rowOf = ({ client, at, age, balance }: Event): SourceRow => ({
  client,
  at: new Date(at).toISOString(),
  age: age === null ? undefined : String(age),
  account: balance === null ? undefined : String(balance),
});

async function ingest(ports: StepPorts, config: ModelConfig, runId: string, events: readonly Event[]) {
  await writeExport(ports, { runId, to: END }, csvOf(events.map(rowOf)));
  await runPrepare(ports, config, { runId, to: END });
  await runIngest(ports, config, { runId, to: END });
}

const value = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 120 }) },
);
const pastFeature = fc.oneof(
  fc.record({
    kind: fc.constant('lag' as const),
    of: fc.constantFrom('age', 'balance'),
    events: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({
    kind: fc.constant('rolling' as const),
    of: fc.constantFrom('age', 'balance'),
    days: fc.integer({ min: 1, max: 6 }),
    statistic: fc.constantFrom(...STATISTICS),
  }),
);
const specification = fc
  .array(pastFeature, { minLength: 1, maxLength: 5 })
  .map((features) =>
    features.map((feature, i): Feature => ({ ...feature, name: `past_${i}`, description: 'd' })),
  );
/** Hours, so that windows end exactly at events and several events fall on one time. */
const history = fc
  .array(
    fc.record({
      client: fc.constantFrom('a', 'b'),
      hour: fc.integer({ min: 0, max: 30 }),
      age: value,
      balance: value,
    }),
    { minLength: 2, maxLength: 8 },
  )
  .map((events) =>
    events.map(({ hour, ...event }) => ({ ...event, at: Date.UTC(2026, 0, 5) + hour * 8 * 3_600_000 })),
  );

const pastOf = (table: Table, row: number, config: ModelConfig) =>
  pastFeatures(config.features).map(({ name }) => numbersOf(table, name)[row] as number);
const requestOf = (key: string, eventTime?: number) => ({ id: undefined, key, eventTime, row: new Map() });
const pastIn = (row: Row, config: ModelConfig) =>
  pastFeatures(config.features).map(({ name }) => (row.get(name) as number | null) ?? Number.NaN);

function rowIn(found: OnlineRows): Row {
  if (found.kind !== 'rows') throw new TypeError(`the store is ${found.kind}`);
  return found.rows[0]?.row ?? new Map();
}

describe('features with lags', () => {
  it('gives lags the same values in history as online at that time, for 500 specifications and histories', async () => {
    let compared = 0;
    let recalled = 0;
    await fc.assert(
      fc.asyncProperty(specification, history, async (features, events) => {
        const config = configWith(features);
        const ports = memoryPorts();
        const { rowOf: newest, withPast } = createOnlineReader(ports, config);
        const answered = new Map<string, { asked: number[]; stored: number[] }>();
        const ordered = events.toSorted((a, b) => a.at - b.at);
        for (const [i, event] of ordered.entries()) {
          const { client, at } = event;
          const asked = await withPast([requestOf(client)], at);
          await ingest(ports, config, `run-${i}`, [event]);
          const stored = await newest(requestOf(client));
          const [first, second] = [rowIn(asked), rowIn(stored)];
          answered.set(`${client} ${at}`, { asked: pastIn(first, config), stored: pastIn(second, config) });
        }
        const table = await getHistorical(ports, config, ALL);
        expect(table.rows).toBe(answered.size); // of one key and time, the last counts
        const client = textsOf(table, 'client');
        for (const [row, at] of numbersOf(table, 'at').entries()) {
          const past = pastOf(table, row, config);
          expect(answered.get(`${client(row)} ${at}`)).toEqual({ asked: past, stored: past });
          compared += past.length;
          // Asked again, once later events are known: the same, or missing where the store keeps too few events.
          const again = pastIn(rowIn(await withPast([requestOf(client(row) ?? '', at)], NOW)), config);
          expect(again.filter((value, i) => !Number.isNaN(value) && !Object.is(value, past[i]))).toEqual([]);
          recalled += again.filter((value, i) => Object.is(value, past[i])).length;
        }
      }),
      { numRuns: 500, seed: 5 },
    );
    expect(compared).toBeGreaterThan(3_000);
    expect(recalled).toBeGreaterThan(0.7 * compared);
  });

  it('gives lags the results of window functions of PostgreSQL', async () => {
    const events = fc.sample(
      fc.record({
        client: fc.constantFrom('a', 'b', 'c'),
        hour: fc.integer({ min: 0, max: 900 }),
        age: value,
        balance: value,
      }),
      { numRuns: 250, seed: 7 },
    );
    const rows = [...new Map(events.map((event) => [`${event.client} ${event.hour}`, event])).values()].map(
      ({ hour, ...event }) => ({ ...event, at: Date.UTC(2026, 0, 5) + hour * 3_600_000 }),
    );
    const past: readonly Feature[] = [
      { kind: 'lag', name: 'lag_1', description: 'd', of: 'age', events: 1 },
      { kind: 'lag', name: 'lag_3', description: 'd', of: 'age', events: 3 },
      ...STATISTICS.map(
        (statistic): Feature => ({
          kind: 'rolling',
          name: `of_${statistic}`,
          description: 'd',
          of: 'age',
          days: 5,
          statistic,
        }),
      ),
    ];
    const config = configWith(past);
    const ports = memoryPorts();
    await ingest(ports, config, 'run-1', rows);
    const table = await getHistorical(ports, config, ALL);
    const database = await PGlite.create();
    await database.exec('create table event (client text, at timestamptz, age float8)');
    for (const { client, at, age } of rows)
      await database.query('insert into event values ($1, $2, $3)', [
        client,
        new Date(at).toISOString(),
        age,
      ]);
    const { rows: expected } = await database.query<Record<string, number | null>>(`
      select lag(age, 1) over w as lag_1, lag(age, 3) over w as lag_3, avg(age) over r as of_mean,
        coalesce(sum(age) over r, 0) as of_sum, min(age) over r as of_min, max(age) over r as of_max,
        (count(age) over r)::float8 as of_count, stddev_pop(age) over r as of_deviation
      from event
      window w as (partition by client order by at),
        r as (partition by client order by at range between '5 days' preceding and '1 microsecond' preceding)
      order by at, client`);
    await database.close();
    // History orders the clients of one time by first appearance, so both are put in the order of names.
    const client = textsOf(table, 'client');
    const times = numbersOf(table, 'at');
    const order = [...times.keys()].sort(
      (a, b) =>
        (times[a] as number) - (times[b] as number) || ((client(a) ?? '') < (client(b) ?? '') ? -1 : 1),
    );
    expect(order.length).toBe(expected.length);
    for (const { name } of past)
      order.forEach((row, i) => {
        const theirs = expected[i]?.[name] ?? Number.NaN;
        expect((numbersOf(table, name)[row] as number) - theirs, `${name} of row ${i}`).toEqual(
          Number.isNaN(theirs) ? Number.NaN : expect.closeTo(0, 9),
        );
      });
  });

  it('counts events before the window of the question, and values of late rows', async () => {
    const config = configWith([
      { kind: 'rolling', name: 'sum', description: 'd', of: 'age', days: 30, statistic: 'sum' },
    ]);
    const ports = localPorts();
    const day = (n: number, age: number): Event => ({
      client: 'a',
      at: Date.UTC(2026, 0, n),
      age,
      balance: null,
    });
    await ingest(ports, config, 'run-1', [day(1, 1), day(3, 4)]);
    await ingest(ports, config, 'run-2', [day(2, 2)]); // late
    const table = await getHistorical(ports, config, {
      from: Date.UTC(2026, 0, 3),
      to: Number.POSITIVE_INFINITY,
    });
    expect([...numbersOf(table, 'sum')]).toEqual([3]);
    expect(columnOf(table, 'age')).toEqual({ kind: 'numeric', values: Float64Array.of(4) });
    const { rowOf: newest, withPast } = createOnlineReader(ports, config);
    const stored = await newest(requestOf('a'));
    expect(rowIn(stored).get('sum')).toBe(3);
    const ask = async (at: number, key = 'a') => {
      const answer = await withPast([requestOf(key)], at);
      return rowIn(answer).get('sum');
    };
    expect(await ask(Date.UTC(2026, 0, 4))).toBe(7);
    expect(await ask(Date.UTC(2026, 0, 3))).toBe(3); // not the event of that very time
    expect(await ask(Date.UTC(2026, 0, 3) + 30 * DAY)).toBe(4); // 30 days ago counts still
    expect(await ask(Date.UTC(2026, 0, 3) + 30 * DAY + 1)).toBe(0);
    expect(await ask(Date.UTC(2026, 0, 4), 'nobody')).toBe(0);
    // An event time that the request names counts instead of the time of the request.
    const named = await withPast([requestOf('a', Date.UTC(2026, 0, 3))], Date.UTC(2026, 0, 9));
    expect(rowIn(named).get('sum')).toBe(3);
  });

  it('may look back at the label of a regression', async () => {
    const past: Feature = { kind: 'lag', name: 'before', description: 'd', of: 'amount', events: 1 };
    const config = configOf({
      problem: { type: 'regression', label: 'amount' },
      features: { version: 1, fields: [...FIELDS, past] },
    });
    const ports = memoryPorts();
    const rows = [10, 20].map((amount, i) => ({
      client: 'a',
      at: new Date(i * DAY).toISOString(),
      amount: String(amount),
    }));
    await writeExport(ports, { runId: 'run-1', to: END }, csvOf(rows));
    await runPrepare(ports, config, { runId: 'run-1', to: END });
    await runIngest(ports, config, { runId: 'run-1', to: END });
    expect([...numbersOf(await getHistorical(ports, config, ALL), 'before')]).toEqual([Number.NaN, 10]);
  });

  it('gives lags no value after a row that was stored before any lag', async () => {
    const ports = memoryPorts();
    await ingest(ports, configOf(), 'run-1', [{ client: 'a', at: Date.UTC(2026, 0, 1), age: 1, balance: 1 }]);
    const config = configWith([{ kind: 'lag', name: 'before', description: 'd', of: 'age', events: 1 }]);
    const reader = createOnlineReader(ports, config);
    expect(await reader.rowOf(requestOf('a'))).toEqual({ kind: 'unavailable' });
    expect(await reader.withPast([requestOf('a')], DAY)).toEqual({ kind: 'unavailable' });
  });
});
