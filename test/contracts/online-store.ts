import { describe, expect, it } from 'vitest';
import type { RowValue } from '../../lambdas/core/table.ts';
import type { OnlineRow, OnlineStore } from '../../lambdas/ports/online-store.ts';

const row = (key: string, at: number, values: Record<string, RowValue>): OnlineRow => ({
  key,
  at,
  values: new Map(Object.entries(values)),
});

/**
 * What every OnlineStore must do.
 *
 * @param create - Makes an empty store.
 */
export function onlineStoreContract(name: string, create: () => OnlineStore | Promise<OnlineStore>): void {
  describe(`${name} as an OnlineStore`, () => {
    it('answers undefined for a key it has never seen', async () => {
      expect(await (await create()).get('nobody')).toBeUndefined();
    });

    it('gives back numbers, texts, booleans and missing values as they were', async () => {
      const store = await create();
      const put = row('k', 5, { age: 0.1 + 0.2, job: 'ключ "x"', open: false, none: null, big: 2 ** 53 });
      await store.put([put]);
      expect(await store.get('k')).toEqual(put);
    });

    it('gives back the events of a key, also where a value is missing', async () => {
      const store = await create();
      const events = { times: [1, 5], values: new Map([['v', [Number.NaN, 0.1 + 0.2]]]) };
      await store.put([{ ...row('k', 5, { v: 1 }), events }]);
      expect(await store.get('k')).toEqual({ ...row('k', 5, { v: 1 }), events });
    });

    it('keeps the newest event of a key, in whatever order the events come', async () => {
      const store = await create();
      await store.put([row('k', 20, { v: 20 })]);
      await store.put([row('k', 10, { v: 10 })]);
      expect((await store.get('k'))?.at).toBe(20);
      await store.put([row('m', 3, { v: 3 }), row('m', 9, { v: 9 }), row('m', 5, { v: 5 })]);
      expect((await store.get('m'))?.values.get('v')).toBe(9);
    });

    it('lets an event of the same time replace the earlier one', async () => {
      const store = await create();
      await store.put([row('k', 7, { v: 1, old: 1 })]);
      await store.put([row('k', 7, { v: 2 })]);
      expect(await store.get('k')).toEqual(row('k', 7, { v: 2 }));
    });

    it('holds a thousand keys apart, also those with a meaning in JavaScript', async () => {
      const store = await create();
      const keys = [...Array.from({ length: 1_000 }, (_, i) => `key-${i}`), '__proto__', 'constructor', ''];
      await store.put(keys.map((key, index) => row(key, index, { index, ['__proto__']: index })));
      for (const [index, key] of keys.entries()) {
        expect((await store.get(key))?.values).toEqual(
          new Map(Object.entries({ index, ['__proto__']: index })),
        );
      }
    });

    it('has the effect of once when the same rows come twice', async () => {
      const store = await create();
      const rows = [row('a', 1, { v: 1 }), row('b', 2, { v: 2 })];
      await store.put(rows);
      await store.put(rows);
      expect(await store.get('a')).toEqual(rows[0]);
    });

    it('loses no key when many write at once', async () => {
      const store = await create();
      await Promise.all(
        Array.from({ length: 40 }, (_, i) => store.put([row(`k${i}`, i, { i }), row('shared', i, { i })])),
      );
      for (let i = 0; i < 40; i++) expect((await store.get(`k${i}`))?.at).toBe(i);
      expect((await store.get('shared'))?.at).toBe(39);
    });

    it.each([Number.NaN, Number.POSITIVE_INFINITY])(
      'refuses the value %d, which is no stored number',
      async (value) => {
        const store = await create();
        await expect(store.put([row('k', 1, { value })])).rejects.toMatchObject({
          code: 'online/not-finite',
        });
        expect(await store.get('k')).toBeUndefined();
      },
    );
  });
}
