import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { ObjectStore } from '../../lambdas/ports/object-store.ts';
import { rewriteObject } from '../../lambdas/stores/rewrite-object.ts';

const bytes = (text: string) => Buffer.from(text);
const textOf = (found: Uint8Array | undefined) => found && Buffer.from(found).toString();

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/**
 * What every ObjectStore must do.
 *
 * @param create - Makes an empty store; a fake takes its time from the clock.
 */
export function objectStoreContract(
  name: string,
  create: (clock: Clock) => ObjectStore | Promise<ObjectStore>,
): void {
  let clock = createVirtualClock(0);
  const open = async () => {
    clock = createVirtualClock(0);
    return create(clock);
  };
  /** The rest that a service asks for between two writes of one object. */
  const pause = (store: ObjectStore) => clock.sleep(store.minRewriteMs ?? 0);

  describe(`${name} as an ObjectStore`, () => {
    it('returns undefined for an object that does not exist', async () => {
      const store = await open();
      expect(await store.get('a/b.json')).toBeUndefined();
      expect(await store.read('a/b.json')).toBeUndefined();
    });

    it('returns the bytes of a stream, whole and in chunks', async () => {
      const store = await open();
      const binary = Uint8Array.from({ length: 700_001 }, (_, index) => (index * 31) % 256);
      const chunks = [
        binary.subarray(0, 1),
        binary.subarray(1, 1),
        binary.subarray(1, 400_000),
        binary.subarray(400_000),
      ];
      await store.write('models/1/model.ubj', chunks);
      const stored = await store.get('models/1/model.ubj');
      expect(Buffer.compare(stored?.bytes ?? bytes(''), binary)).toBe(0);
      const chunksRead = await store.read('models/1/model.ubj');
      const read = Buffer.concat(chunksRead === undefined ? [] : await collect(chunksRead));
      expect(Buffer.compare(read, binary)).toBe(0);
    });

    it('stores an empty object, which exists', async () => {
      const store = await open();
      await store.write('empty', []);
      expect((await store.get('empty'))?.bytes.byteLength).toBe(0);
      expect(await collect(store.list(''))).toEqual(['empty']);
    });

    it('replaces an object by an unconditional write', async () => {
      const store = await open();
      await store.write('a', [bytes('a longer first content')]);
      await store.write('a', [bytes('second')]);
      expect(textOf((await store.get('a'))?.bytes)).toBe('second');
    });

    it('shows nothing of a write whose source fails, and keeps the old object', async () => {
      const store = await open();
      await store.write('kept', [bytes('old')]);
      async function* failing() {
        yield bytes('half');
        throw new Error('the source broke');
      }
      await expect(store.write('kept', failing())).rejects.toThrow('the source broke');
      await expect(store.write('new', failing())).rejects.toThrow('the source broke');
      expect(textOf((await store.get('kept'))?.bytes)).toBe('old');
      expect(await store.get('new')).toBeUndefined();
      expect(await collect(store.list(''))).toEqual(['kept']);
    });

    it('creates an object from a stream once, and never replaces an existing one', async () => {
      const store = await open();
      expect(await store.create('once', [bytes('the '), bytes('first')])).toBe(true);
      await pause(store);
      expect(await store.create('once', [bytes('the second')])).toBe(false);
      expect(textOf((await store.get('once'))?.bytes)).toBe('the first');
      async function* failing() {
        yield bytes('half');
        throw new Error('the source broke');
      }
      await expect(store.create('never', failing())).rejects.toThrow('the source broke');
      expect(await store.get('never')).toBeUndefined();
    });

    it('lets exactly one of many simultaneous streams create an object', async () => {
      const store = await open();
      const attempts = Array.from({ length: 10 }, (_, i) => store.create('race', [bytes(`${i}`)]));
      const created = await Promise.all(attempts);
      expect(created.filter(Boolean)).toHaveLength(1);
      expect(textOf((await store.get('race'))?.bytes)).toBe(`${created.indexOf(true)}`);
    });

    it('creates an object once: the second creator gets a conflict and changes nothing', async () => {
      const store = await open();
      const first = await store.tryPut('once', bytes('1'), { kind: 'absent' });
      expect(first.outcome).toBe('written');
      expect(await store.tryPut('once', bytes('2'), { kind: 'absent' })).toEqual({ outcome: 'conflict' });
      expect(textOf((await store.get('once'))?.bytes)).toBe('1');
    });

    it('lets exactly one of many simultaneous creators win', async () => {
      const store = await open();
      const attempts = Array.from({ length: 20 }, (_, i) =>
        store.tryPut('race', bytes(`${i}`), { kind: 'absent' }),
      );
      const outcomes = (await Promise.all(attempts)).map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(19);
      expect(textOf((await store.get('race'))?.bytes)).toBe(`${outcomes.indexOf('written')}`);
    });

    it('reports the version that a later read finds', async () => {
      const store = await open();
      const written = await store.tryPut('v', bytes('1'), { kind: 'absent' });
      expect(written).toEqual({ outcome: 'written', version: (await store.get('v'))?.version });
    });

    it('replaces the expected version of an object, and no other', async () => {
      const store = await open();
      await store.write('v', [bytes('1')]);
      const old = (await store.get('v'))?.version ?? '';
      await pause(store);
      const second = await store.tryPut('v', bytes('2'), { kind: 'version', version: old });
      expect(second).toEqual({ outcome: 'written', version: (await store.get('v'))?.version });
      await pause(store);
      expect(await store.tryPut('v', bytes('3'), { kind: 'version', version: old })).toEqual({
        outcome: 'conflict',
      });
      expect(textOf((await store.get('v'))?.bytes)).toBe('2');
    });

    it('reports a conflict when the object to replace is gone or its folder never was', async () => {
      const store = await open();
      await store.write('gone', [bytes('1')]);
      const version = (await store.get('gone'))?.version ?? '';
      await store.delete('gone');
      expect(await store.tryPut('gone', bytes('2'), { kind: 'version', version })).toEqual({
        outcome: 'conflict',
      });
      expect(await store.tryPut('no/gone', bytes('2'), { kind: 'version', version })).toEqual({
        outcome: 'conflict',
      });
      expect(await collect(store.list(''))).toEqual([]);
    });

    it('creates a deleted object again, and deletes an absent one without complaint', async () => {
      const store = await open();
      await store.write('d/e', [bytes('1')]);
      await store.delete('d/e');
      await store.delete('d/e');
      await store.delete('never/was');
      expect(await store.get('d/e')).toBeUndefined();
      await pause(store);
      expect((await store.tryPut('d/e', bytes('2'), { kind: 'absent' })).outcome).toBe('written');
    });

    it('rewrites an object by its newest bytes, and leaves an absent one alone', async () => {
      const store = await open();
      const ports = { objects: store, clock };
      const text = async (key: string) => Buffer.from((await store.get(key))?.bytes ?? []).toString();
      await store.write('r/a', [bytes('one two')]);
      await pause(store);
      await rewriteObject(ports, 'r/a', (old) => bytes(Buffer.from(old).toString().replace('one', '1')));
      expect(await text('r/a')).toBe('1 two');
      const before = await store.get('r/a');
      await rewriteObject(ports, 'r/a', () => undefined);
      expect(await store.get('r/a')).toEqual(before);
      await rewriteObject(ports, 'r/a', () => bytes(''));
      expect(await text('r/a')).toBe('');
      for (const absent of ['r/b', 'no/folder']) await rewriteObject(ports, absent, () => bytes('never'));
      expect(await collect(store.list(''))).toEqual(['r/a']);
    });

    it('loses no change of writers that rewrite one object at once', async () => {
      const store = await open();
      await store.write('r/a', [bytes('0')]);
      await Promise.all(
        [1, 2, 4].map((part) =>
          rewriteObject({ objects: store, clock }, 'r/a', (old) => {
            const sum = Number(Buffer.from(old).toString());
            return (sum & part) === 0 ? bytes(String(sum + part)) : undefined;
          }),
        ),
      );
      expect(Buffer.from((await store.get('r/a'))?.bytes ?? []).toString()).toBe('7');
    });

    it('lists keys in the order of their bytes, by any beginning of a key', async () => {
      const store = await open();
      for (const key of ['a/b/c', 'a/b-c', 'a/b.c', 'a/b0', 'a/bb/x', 'a/B', 'b', 'a0', 'a-/z']) {
        await store.write(key, [bytes(key)]);
      }
      const all = ['a-/z', 'a/B', 'a/b-c', 'a/b.c', 'a/b/c', 'a/b0', 'a/bb/x', 'a0', 'b'];
      expect(await collect(store.list(''))).toEqual(all);
      expect(await collect(store.list('a/'))).toEqual(all.slice(1, 7));
      expect(await collect(store.list('a/b'))).toEqual(all.slice(2, 7));
      expect(await collect(store.list('a/b/'))).toEqual(['a/b/c']);
      expect(await collect(store.list('a/bb/x'))).toEqual(['a/bb/x']);
      expect(await collect(store.list('b/'))).toEqual([]);
      expect(await collect(store.list('c/d/'))).toEqual([]);
    });

    it.each(['', '/a', 'a/', 'a//b', '..', 'a/../b', '.hidden', 'a/.b', 'a\\b', 'a b', 'ä'])(
      'refuses the key %j in every operation',
      (key) => refusesKey(key),
    );

    it('refuses a key or a segment that is too long', async () => {
      await refusesKey('x'.repeat(256));
      await refusesKey(`${'x/'.repeat(512)}x`);
    });

    async function refusesKey(key: string): Promise<void> {
      const store = await open();
      const operations = [
        () => store.get(key),
        () => store.read(key),
        () => store.write(key, [bytes('x')]),
        () => store.tryPut(key, bytes('x'), { kind: 'absent' }),
        () => store.delete(key),
      ];
      for (const operation of operations) {
        await expect(operation()).rejects.toMatchObject({ code: 'objects/invalid-key', retryable: false });
      }
      expect(await collect(store.list(''))).toEqual([]);
    }

    it.each(['/', 'a//', '..', '../', 'a/../'])('refuses the prefix %j', async (prefix) => {
      const store = await open();
      await expect(collect(store.list(prefix))).rejects.toBeInstanceOf(RuntimeFailure);
    });
  });
}
