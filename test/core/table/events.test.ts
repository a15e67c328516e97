import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fmix32, hashText } from '../../../lambdas/core/numeric/hash.ts';
import { keyCodes, orderEvents } from '../../../lambdas/core/table/events.ts';
import {
  columnOf,
  concatTables,
  numbersOf,
  takeRows,
  textsOf,
  withColumns,
} from '../../../lambdas/core/table/rows.ts';
import { type Split, splitByHash, splitByTime } from '../../../lambdas/core/table/split.ts';
import type { Table } from '../../../lambdas/core/table/table.ts';

function events(rows: readonly (readonly [key: string, time: number, value: number])[]): Table {
  const dictionary = [...new Set(rows.map(([key]) => key))];
  return {
    rows: rows.length,
    columns: new Map([
      [
        'key',
        { kind: 'category', codes: Int32Array.from(rows, ([key]) => dictionary.indexOf(key)), dictionary },
      ],
      ['time', { kind: 'numeric', values: Float64Array.from(rows, ([, time]) => time) }],
      ['value', { kind: 'numeric', values: Float64Array.from(rows, ([, , value]) => value) }],
    ]),
  };
}

const NAMES = { key: 'key', time: 'time' };

describe('the order of events', () => {
  it('sorts by time, and keeps the last ingested of one key and time', () => {
    const table = events([
      ['b', 2, 1],
      ['a', 1, 2],
      ['b', 2, 3],
      ['a', 2, 4],
    ]);
    const rows = orderEvents(table, NAMES, { from: 0, to: 10 });
    expect([...numbersOf(takeRows(table, rows), 'value')]).toEqual([2, 3, 4]);
  });

  it('leaves out rows outside the half-open window', () => {
    const table = events([
      ['a', 1, 1],
      ['a', 2, 2],
      ['a', 3, 3],
    ]);
    expect([...orderEvents(table, NAMES, { from: 2, to: 3 })]).toEqual([1]);
  });

  it('does not depend on how rows were cut into tables', () => {
    const row = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(5), fc.nat(100));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), fc.nat(30), (rows, cut) => {
        const whole = events(rows);
        const joined = concatTables([events(rows.slice(0, cut)), events(rows.slice(cut))]);
        const read = (table: Table) => {
          const ordered = takeRows(table, orderEvents(table, NAMES, { from: 0, to: 10 }));
          const key = textsOf(ordered, 'key');
          return [...numbersOf(ordered, 'value')].map((value, i) => `${key(i)}:${value}`);
        };
        expect(read(joined)).toEqual(read(whole));
      }),
    );
  });
});

describe('the split by time', () => {
  const row = fc.tuple(fc.nat(20), fc.nat(8));
  const panel = fc.array(row, { maxLength: 60 }).map((all) => all.sort(([a], [b]) => a - b));
  const rule = fc.record({
    holdoutShare: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    keys: fc.constantFrom('all' as const, 'new-only' as const),
    gapMs: fc.nat(6),
  });
  const partsOf = ({ train, gap, holdout, knownKeys }: Split) => [train, gap, holdout, knownKeys];

  it('puts each row into one part, and learns nothing from after the start of the holdout', () => {
    fc.assert(
      fc.property(panel, rule, (all, how) => {
        const times = Float64Array.from(all, ([time]) => time);
        const key = (position: number) => all[position]?.[1] ?? -1;
        const split = splitByTime(times, key, how);
        expect(
          partsOf(split)
            .flatMap((part) => [...part])
            .sort((a, b) => a - b),
        ).toEqual([...all.keys()]);
        const timesOf = (part: Int32Array) => [...part].map((position) => times[position] as number);
        const begin = Math.min(...timesOf(split.holdout), ...timesOf(split.knownKeys));
        for (const time of timesOf(split.train)) {
          expect(time).toBeLessThan(begin);
          expect(time + how.gapMs).toBeLessThanOrEqual(begin);
        }
        for (const time of timesOf(split.gap)) expect(time + how.gapMs).toBeGreaterThan(begin);
        const known = new Set([...split.train].map(key));
        if (how.keys === 'all') expect([...split.knownKeys]).toEqual([]);
        else expect([...split.holdout].filter((position) => known.has(key(position)))).toEqual([]);
        expect([...split.knownKeys].every((position) => known.has(key(position)))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves rows to train on and to hold out wherever two times differ', () => {
    fc.assert(
      fc.property(panel, rule, (all, how) => {
        const times = Float64Array.from(all, ([time]) => time);
        const { train, holdout } = splitByTime(times, () => 0, { ...how, keys: 'all', gapMs: 0 });
        const differ = times.length > 0 && times[0] !== times.at(-1);
        expect(train.length > 0 && holdout.length > 0).toBe(differ);
        if (!differ) expect(holdout.length).toBe(times.length);
      }),
    );
  });

  // As scikit-learn's TimeSeriesSplit and its `gap`: the newest rows test, whoever they belong to.
  it.each([
    ['the newest rows', { keys: 'all', gapMs: 0 }, [80, 0, 20, 0]],
    ['after a gap', { keys: 'all', gapMs: 10 }, [71, 9, 20, 0]],
    ['of new keys only', { keys: 'new-only', gapMs: 0 }, [80, 0, 0, 20]],
  ] as const)('holds out %s', (_, how, counts) => {
    const times = Float64Array.from({ length: 100 }, (_, i) => i);
    const split = splitByTime(times, (position) => position % 7, { holdoutShare: 0.2, ...how });
    expect(partsOf(split).map(({ length }) => length)).toEqual(counts);
  });

  it('cuts at the first change of time after the share where there is none before it', () => {
    const { train, holdout } = splitByTime(Float64Array.of(1, 1, 1, 1, 2), () => 0, {
      holdoutShare: 0.5,
      keys: 'all',
      gapMs: 0,
    });
    expect([train.length, holdout.length]).toEqual([4, 1]);
  });
});

describe('the split by hash', () => {
  it('holds out about the share, with each key always on the same side', () => {
    const hash = (position: number) => fmix32(hashText(`key-${position}`));
    const { train, holdout } = splitByHash(10_000, hash, 0.2);
    expect(train.length + holdout.length).toBe(10_000);
    expect(Math.abs(holdout.length - 2000)).toBeLessThan(160);
    expect(splitByHash(10_000, hash, 0.2).holdout).toEqual(holdout);
  });

  it.each(['', 'key-', 'id-000', '2026-01-01T00:00:00Z/'])(
    'holds out the share of ids that only count up after %j, as of random ones',
    (prefix) => {
      for (const share of [0.05, 0.25, 0.5, 0.9])
        for (const first of [0, 1000, 50_000]) {
          const hash = (position: number) => fmix32(hashText(`${prefix}${first + position}`));
          const { holdout } = splitByHash(1000, hash, share);
          // Four standard deviations of a binomial.
          expect(Math.abs(holdout.length - 1000 * share)).toBeLessThan(
            4 * Math.sqrt(1000 * share * (1 - share)),
          );
        }
    },
  );

  it('finishes a hash as MurmurHash3 does', () => {
    // MurmurHash3_x86_32 of no bytes is fmix32 of its seed: published vectors for seeds 0, 1 and 0xffffffff.
    expect([0, 1, 0xffff_ffff].map(fmix32)).toEqual([0, 0x514e_28b7, 0x81f1_6f39]);
  });

  it('hashes text as FNV-1a does', () => {
    // Test vectors of draft-eastlake-fnv-21, appendix C.
    expect(hashText('')).toBe(0x811c9dc5);
    expect(hashText('a')).toBe(0xe40c292c);
    expect(hashText('foobar')).toBe(0xbf9cf968);
  });
});

describe('rows of declared columns', () => {
  it('reads absent columns, and those of another kind, as missing', () => {
    const table = events([['a', 1, 7]]);
    const { rows, columns } = withColumns(table, [
      { name: 'value', type: 'boolean' },
      { name: 'key', type: 'category' },
      { name: 'new', type: 'number' },
      { name: 'newer', type: 'category' },
      { name: 'time', type: 'category' },
    ]);
    expect(rows).toBe(1);
    expect(Object.fromEntries(columns)).toEqual({
      value: columnOf(table, 'value'),
      key: columnOf(table, 'key'),
      new: { kind: 'numeric', values: Float64Array.of(Number.NaN) },
      newer: { kind: 'category', codes: Int32Array.of(-1), dictionary: [] },
      time: { kind: 'category', codes: Int32Array.of(-1), dictionary: [] },
    });
  });

  it('reads no tables as an empty table', () => {
    expect(concatTables([]).rows).toBe(0);
  });

  it('keeps missing values missing, in numbers and in text', () => {
    const table: Table = {
      rows: 2,
      columns: new Map([
        ['n', { kind: 'numeric', values: Float64Array.of(Number.NaN, 1) }],
        ['c', { kind: 'category', codes: Int32Array.of(-1, 0), dictionary: ['x'] }],
      ]),
    };
    const twice = takeRows(concatTables([table, table]), Int32Array.of(3, 2, 9));
    expect([...numbersOf(twice, 'n')]).toEqual([1, Number.NaN, Number.NaN]);
    expect([0, 1, 2].map(textsOf(twice, 'c'))).toEqual(['x', undefined, undefined]);
    expect(keyCodes(columnOf(twice, 'n'))(0)).toBe(1);
  });

  it('fails for a column that is absent or of another kind', () => {
    const table = events([['a', 1, 1]]);
    const other: Table = { rows: 1, columns: new Map([...table.columns, ['key', columnOf(table, 'time')]]) };
    expect(() => columnOf(table, 'nothing')).toThrow("no column 'nothing'");
    expect(() => numbersOf(table, 'key')).toThrow("column 'key' holds text");
    expect(() => textsOf(table, 'time')).toThrow("column 'time' holds numbers");
    expect(() => concatTables([table, other])).toThrow("column 'key' holds numbers in one table");
  });
});
