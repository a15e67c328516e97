import { describe, expect, it } from 'vitest';
import type { FeatureSpec } from '../../lambdas/core/features/spec.ts';
import type { RowValue } from '../../lambdas/core/table/table.ts';
import type { OnlineRow, OnlineStore } from '../../lambdas/ports/online-store.ts';

/** Storage of one model's newest rows, empty at first. */
export interface OnlineStorage {
  /** Another process's view of the same rows. */
  open(): OnlineStore;
}

/** Features of every kind: renamed, two of one column, one that is the event time itself. */
export const SPEC: FeatureSpec = {
  version: 1,
  fields: [
    { kind: 'numeric', name: 'spend', description: 'd', column: 'spend_eur' },
    { kind: 'numeric', name: 'spend_log', description: 'd', column: 'spend_eur', scale: 'log1p' },
    { kind: 'categorical', name: 'plan', description: 'd' },
    { kind: 'boolean', name: 'open', description: 'd', column: 'is_open' },
    { kind: 'timestamp', name: 'born', description: 'd', part: 'year' },
    { kind: 'timestamp', name: 'seen_at', description: 'd', part: 'hour' },
    { kind: 'timestamp', name: 'weekday', description: 'd', column: 'seen_at', part: 'weekday' },
    { kind: 'lag', name: 'spend_before', description: 'd', of: 'spend', events: 1 },
    { kind: 'rolling', name: 'spend_week', description: 'd', of: 'spend', days: 7, statistic: 'sum' },
    { kind: 'expression', name: 'rich', description: 'd', expression: 'spend > 100.0' },
  ],
};
const NAMES = ['spend', 'spend_log', 'plan', 'open', 'born', 'seen_at', 'weekday'];

const AT = Date.UTC(2026, 0, 5, 13);
const DAY = 86_400_000;

/** A row with every feature of {@link SPEC}; those that are not given are missing. */
export const row = (key: string, at: number, values: Record<string, RowValue> = {}): OnlineRow => ({
  key,
  at,
  values: new Map(NAMES.map((name) => [name, values[name] ?? null])),
});

/** Texts that a column of a database may hold; PostgreSQL's have no NUL, MySQL's may. */
const TEXTS = {
  empty: '',
  'a space behind': 'gold ',
  'a line break': 'first\nsecond',
  'a carriage return': 'first\r\nsecond',
  'a tab': 'first\tsecond',
  'line separators of Unicode': 'a\u0085b\u2028c\u2029d',
  NUL: 'a\u0000b',
  'quotes and escapes': `"'\\ \\n \\u000a %0A &amp;`,
  'other scripts': 'ключ 鍵 🔑 é e\u0301',
  'a byte order mark': '\uFEFFx',
  'a thousand characters': '鍵'.repeat(1_000),
};

/** IEEE 754 doubles and float4 (PostgreSQL's datatype-numeric) at their ends; integers beyond 2^53. */
const NUMBERS = {
  zero: 0,
  'minus zero': -0,
  'the largest double': Number.MAX_VALUE,
  'the smallest double': -Number.MAX_VALUE,
  'the least double above zero': Number.MIN_VALUE,
  'the largest float4': 3.4028234663852886e38,
  'an integer beyond 2^53': 2 ** 63,
  'the shortest text of many digits': 0.1 + 0.2,
};

/**
 * What every OnlineStore must do: answer as history would (`getHistorical`), which keeps of one key and time what was
 * ingested last.
 *
 * @param create - Makes empty storage for the features.
 */
export function onlineStoreContract(
  name: string,
  create: (spec: FeatureSpec) => OnlineStorage | Promise<OnlineStorage>,
): void {
  const open = async () => (await create(SPEC)).open();

  describe(`${name} as an OnlineStore`, () => {
    it('returns undefined for an unknown key', async () => {
      expect(await (await open()).get('nobody')).toBeUndefined();
    });

    it('returns values by the names of the features, missing ones as null', async () => {
      const store = await open();
      const whole = row('k', AT, {
        spend: 42,
        spend_log: 42,
        plan: 'gold',
        open: true,
        born: Date.UTC(1950, 5, 1),
        seen_at: AT,
        weekday: AT,
      });
      await store.put([whole, row('none', AT)]);
      expect(await store.get('k')).toEqual(whole);
      expect(await store.get('none')).toEqual(row('none', AT));
    });

    it.each(Object.entries(TEXTS))('returns a text with %s unchanged', async (_, plan) => {
      const store = await open();
      await store.put([row('k', AT, { plan })]);
      expect((await store.get('k'))?.values.get('plan')).toBe(plan);
    });

    // The longest key of a request has 512 characters.
    it.each(Object.entries(TEXTS).map(([what, text]) => [what, text.slice(0, 510)] as const))(
      'accepts keys with %s',
      async (_, key) => {
        const store = await open();
        await store.put([row(key, AT, { spend: 1 }), row(`${key}.`, AT, { spend: 2 })]);
        expect(await store.get(key)).toEqual(row(key, AT, { spend: 1 }));
      },
    );

    it.each(Object.entries(NUMBERS))('returns %s unchanged, even as an earlier event', async (_, spend) => {
      const store = await open();
      const events = { times: [AT - DAY, AT], values: new Map([['spend', [spend, Number.NaN]]]) };
      await store.put([{ ...row('k', AT, { spend }), events }]);
      expect(await store.get('k')).toEqual({ ...row('k', AT, { spend }), events });
    });

    it.each([true, false, null])('returns the boolean %s unchanged', async (value) => {
      const store = await open();
      await store.put([row('k', AT, { open: value })]);
      expect((await store.get('k'))?.values.get('open')).toBe(value);
    });

    it.each([
      ['of the year 0', Date.parse('0000-01-01T00:00:00Z')],
      ['before 1970', -1_000.5],
      ['of 1970', 0],
      ['with microseconds', AT + 0.001],
      ['at the end of the year 9999', Date.parse('9999-12-31T23:59:59.999Z')],
    ])('returns an event time %s unchanged', async (_, at) => {
      const store = await open();
      await store.put([{ ...row('k', at), events: { times: [at], values: new Map([['spend', [1]]]) } }]);
      expect(await store.get('k')).toMatchObject({ at, events: { times: [at] } });
    });

    it('keeps the newest event of a key, in whatever order the events come', async () => {
      const store = await open();
      await store.put([row('k', AT, { spend: 20 })]);
      await store.put([row('k', AT - DAY, { spend: 10 })]);
      expect(await store.get('k')).toEqual(row('k', AT, { spend: 20 }));
      await store.put([3, 9, 5].map((at) => row('m', at, { spend: at })));
      expect(await store.get('m')).toEqual(row('m', 9, { spend: 9 }));
    });

    it('keeps the last write of one key and time: a correction', async () => {
      const store = await open();
      await store.put([row('k', AT, { spend: 1, plan: 'gold' })]);
      await store.put([row('k', AT, { spend: 2 })]);
      expect(await store.get('k')).toEqual(row('k', AT, { spend: 2 }));
      await store.put([row('k', AT, { spend: 3 }), row('k', AT, { spend: 4 })]);
      expect(await store.get('k')).toEqual(row('k', AT, { spend: 4 }));
    });

    it('accepts the events of a key again when an earlier one came late', async () => {
      const store = await open();
      const known = (times: number[], spend: number[]) => ({
        ...row('k', AT, { spend: 30 }),
        events: { times, values: new Map([['spend', spend]]) },
      });
      await store.put([known([AT - 3 * DAY, AT], [10, 30])]);
      const late = known([AT - 3 * DAY, AT - DAY, AT], [10, 20, 30]);
      await store.put([late]);
      expect(await store.get('k')).toEqual(late);
    });

    it('separates events that are a microsecond apart', async () => {
      const store = await open();
      await store.put([row('k', AT + 0.002, { spend: 3 })]);
      await store.put([row('k', AT + 0.001, { spend: 2 })]);
      expect(await store.get('k')).toEqual(row('k', AT + 0.002, { spend: 3 }));
      await store.put([row('k', AT + 0.003, { spend: 4 })]);
      expect(await store.get('k')).toEqual(row('k', AT + 0.003, { spend: 4 }));
    });

    it('keeps two hundred keys of one call apart, even those with a meaning in JavaScript', async () => {
      const store = await open();
      const keys = [
        ...Array.from({ length: 200 }, (_, i) => `key-${i}`),
        '__proto__',
        'constructor',
        'K',
        'k',
      ];
      await store.put(keys.map((key, spend) => row(key, spend, { spend })));
      const found = await Promise.all(keys.map((key) => store.get(key)));
      expect(found.map((one) => one?.values.get('spend'))).toEqual([...keys.keys()]);
    });

    it('has one effect when the same rows come twice', async () => {
      const store = await open();
      const rows = [row('a', 1, { spend: 1 }), row('b', 2, { spend: 2 })];
      await store.put(rows);
      await store.put(rows);
      expect(await store.get('a')).toEqual(rows[0]);
      expect(await store.get('b')).toEqual(rows[1]);
    });

    it('deletes one key for good, and accepts it as new afterwards', async () => {
      const storage = await create(SPEC);
      const store = storage.open();
      const events = { times: [AT], values: new Map([['spend', [7]]]) };
      await store.put([{ ...row('k', AT, { spend: 7 }), events }, row('K', AT, { spend: 8 })]);
      await store.put([row('k', AT + DAY, { spend: 9 })]);
      await store.delete('k');
      await store.delete('k');
      await store.delete('nobody');
      expect(await store.get('k')).toBeUndefined();
      expect(await storage.open().get('k')).toBeUndefined();
      expect(await store.get('K')).toEqual(row('K', AT, { spend: 8 }));
      // Older than what was deleted: nothing of that is remembered.
      await store.put([row('k', AT - DAY, { spend: 1 })]);
      expect(await store.get('k')).toEqual(row('k', AT - DAY, { spend: 1 }));
    });

    it('loses no other key when one is deleted while several processes write', async () => {
      const storage = await create(SPEC);
      await storage.open().put([row('gone', AT)]);
      await Promise.all([
        storage.open().delete('gone'),
        ...Array.from({ length: 10 }, (_, i) => storage.open().put([row(`k${i}`, AT, { spend: i })])),
      ]);
      const reader = storage.open();
      expect(await reader.get('gone')).toBeUndefined();
      for (let i = 0; i < 10; i += 1)
        expect(await reader.get(`k${i}`)).toEqual(row(`k${i}`, AT, { spend: i }));
    });

    it('loses nothing when several processes write at once', async () => {
      const storage = await create(SPEC);
      const writers = Array.from({ length: 20 }, (_, i) => ({ i, store: storage.open() }));
      await Promise.all(
        writers.map(({ i, store }) =>
          store.put([row(`k${i}`, i, { spend: i }), row('shared', (i * 7) % 20, { spend: (i * 7) % 20 })]),
        ),
      );
      const reader = storage.open();
      for (const { i } of writers) expect((await reader.get(`k${i}`))?.at).toBe(i);
      expect(await reader.get('shared')).toEqual(row('shared', 19, { spend: 19 }));
    });

    it('accepts as many events as features may look back at', async () => {
      const store = await open();
      const times = Array.from({ length: 1_001 }, (_, i) => AT - (1_000 - i) * 60_000 + 0.123);
      const values = new Map([['spend', times.map((_, i) => Math.sqrt(i) / 3)]]);
      const events = { times, leftOut: (times[0] ?? 0) - 1, values };
      await store.put([{ ...row('k', times.at(-1) ?? 0), events }]);
      expect((await store.get('k'))?.events).toEqual(events);
    });

    it.each([Number.NaN, Number.POSITIVE_INFINITY])(
      'rejects the value %d, which cannot be stored as a number, before anything is written',
      async (spend) => {
        const store = await open();
        await expect(store.put([row('a', 1), row('k', 1, { spend })])).rejects.toMatchObject({
          code: 'online/not-finite',
        });
        expect(await store.get('a')).toBeUndefined();
      },
    );
  });
}
