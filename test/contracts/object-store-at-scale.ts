import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import type { ObjectStore } from '../../lambdas/ports/object-store.ts';
import { createOnce, updateOnce } from '../../lambdas/stores/conditional-write.ts';

type Open = () => Promise<ObjectStore>;

const MIB = 1 << 20;

/** Chunks of 1 MiB whose bytes differ, made when they are read; `held` counts those that were. */
function source(count: number, taken = { chunks: 0 }) {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < count; index += 1) {
      taken.chunks += 1;
      yield Buffer.alloc(MIB, index + 1);
    }
  }
  return chunks();
}

async function digestOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/** What every store does with objects of several parts, beside the contract. */
export function largeObjects(open: Open): void {
  it.each([
    ['20 MiB', 20],
    ['exactly one part', 8],
    ['exactly two parts', 16],
  ])('returns the bytes of an object of %s', async (_, mebibytes) => {
    const store = await open();
    await store.write('large', source(mebibytes));
    const read = await store.read('large');
    expect(read && (await digestOf(read))).toBe(await digestOf(source(mebibytes)));
    expect((await store.get('large'))?.bytes.byteLength).toBe(mebibytes * MIB);
  });

  it('creates an object of several parts once, and reads its source to the end where there is one', async () => {
    const store = await open();
    expect(await store.create('large', source(9))).toBe(true);
    const taken = { chunks: 0 };
    expect(await store.create('large', source(20, taken))).toBe(false);
    expect(taken.chunks).toBe(20);
    expect((await store.get('large'))?.bytes.byteLength).toBe(9 * MIB);
  });

  it('leaves nothing of an object whose source fails in its third part', async () => {
    const store = await open();
    await store.write('kept', [Buffer.from('old')]);
    async function* failing() {
      yield* source(20);
      throw new Error('the source broke');
    }
    await expect(store.write('large', failing())).rejects.toThrow('the source broke');
    await expect(store.write('kept', failing())).rejects.toThrow('the source broke');
    expect(await store.get('large')).toBeUndefined();
    expect(Buffer.from((await store.get('kept'))?.bytes ?? []).toString()).toBe('old');
  });
}

/** @param count - More than two pages of the service hold; the emulators get slow with their number. */
export function manyKeys(open: Open, count: number): void {
  it(`lists ${count} keys over its pages, in order`, async () => {
    const store = await open();
    const keys = Array.from({ length: count }, (_, index) => `k/${String(index).padStart(5, '0')}`);
    for (let first = 0; first < keys.length; first += 100)
      await Promise.all(keys.slice(first, first + 100).map((key) => store.write(key, [])));
    const listed: string[] = [];
    for await (const key of store.list('k/')) listed.push(key);
    expect(listed).toEqual(keys);
  });
}

/** Who creates or changes one object at once: by seeds, in all orders that the network makes. */
export function racingCreators(open: Open, rounds = 200): void {
  it(`lets exactly one of eight creators win, ${rounds} times`, async () => {
    const store = await open();
    for (let round = 0; round < rounds; round += 1) {
      const key = `race/${round}`;
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, i) => store.tryPut(key, Buffer.from(`${i}`), { kind: 'absent' })),
      );
      const winners = outcomes.flatMap(({ outcome }, i) => (outcome === 'written' ? [i] : []));
      expect([round, winners.length]).toEqual([round, 1]);
      expect(Buffer.from((await store.get(key))?.bytes ?? []).toString()).toBe(`${winners[0]}`);
    }
  });

  it('reports one writer to all creators of the same bytes, and a conflict to the others', async () => {
    const store = await open();
    const ports = { objects: store, clock: createVirtualClock(0) };
    const outcomes = await Promise.all(
      ['a', 'a', 'b', 'a', 'b'].map((text, i) => createOnce(ports, 'once', Buffer.from(text), `op-${i}`)),
    );
    const stored = Buffer.from((await store.get('once'))?.bytes ?? []).toString();
    expect(outcomes.map(({ outcome }) => outcome === 'written')).toEqual(
      ['a', 'a', 'b', 'a', 'b'].map((text) => text === stored),
    );
  });

  it('counts every operation of six writers that change one state once', async () => {
    const store = await open();
    const ports = { objects: store, clock: createVirtualClock(0) };
    const codec = { encode: (n: number) => n, decode: (json: unknown) => json as number };
    const count = (op: string) => updateOnce<number>(ports, 'counter.json', op, (n = 0) => n + 1, codec);
    const ops = Array.from({ length: 6 }, (_, i) => `op-${i}`);
    const results = await Promise.all([...ops, ...ops].map(count));
    expect(results.filter(({ outcome }) => outcome === 'unchanged')).toEqual([]);
    for (const op of ops) await count(op);
    const { state } = JSON.parse(Buffer.from((await store.get('counter.json'))?.bytes ?? []).toString());
    expect(state).toBe(6);
  });
}
