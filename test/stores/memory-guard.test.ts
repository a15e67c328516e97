import { describe, expect, it } from 'vitest';
import type { Memory } from '../../lambdas/ports/memory.ts';
import { bytesOf, doublingBytes, makeRoom, requireMemory } from '../../lambdas/stores/memory-guard.ts';

const MB = 1_048_576;

/** A process of 1,000 MB that uses so much, some of which nothing refers to. */
function memoryOf(usedMb: number, garbageMb = 0) {
  let [used, collections] = [usedMb, 0];
  const memory: Memory = {
    limitMb: 1_000,
    usedMb: () => used,
    peakMb: () => usedMb,
    collect() {
      collections += 1;
      used -= garbageMb;
    },
  };
  return { memory, collections: () => collections };
}

describe('requireMemory', () => {
  it('looks at nothing where the system sets no limit', () => {
    expect(() => requireMemory({}, { rows: 1e9, bytes: 1e15 })).not.toThrow();
  });

  it.each([
    { usedMb: 900, bytes: 0 },
    { usedMb: 500, bytes: 400 * MB },
  ])('leaves $usedMb MB and $bytes bytes more alone: 90 % of the limit', ({ usedMb, bytes }) => {
    const { memory, collections } = memoryOf(usedMb);
    expect(() => requireMemory({ memory }, { rows: 1, bytes })).not.toThrow();
    expect(collections()).toBe(0);
  });

  it('collects what nothing refers to before it stops a step', () => {
    const { memory, collections } = memoryOf(950, 300);
    expect(() => requireMemory({ memory }, { rows: 1 })).not.toThrow();
    expect(collections()).toBe(1);
  });

  it('stops a step by a failure that is not tried again, with rows, MB and what to do', () => {
    const { memory, collections } = memoryOf(700, 50);
    const wanted = { rows: 4_000_000, bytes: 300 * MB };
    expect(() => requireMemory({ memory }, wanted)).toThrow(
      expect.objectContaining({
        name: 'RuntimeFailure',
        code: 'train/out-of-memory',
        retryable: false,
        message: '4000000 rows read so far need 950 MB; the function uses at most 90 % of its 1000 MB',
        fix: expect.stringContaining('cloud.trainingMemoryMb'),
      }),
    );
    expect(collections()).toBe(1);
  });
});

describe('makeRoom', () => {
  it('collects before a large copy, although there is room', () => {
    const { memory, collections } = memoryOf(100);
    makeRoom({ memory }, { rows: 1, bytes: 8 * MB });
    expect(collections()).toBe(1);
    makeRoom({ memory }, { rows: 1, bytes: 7 * MB });
    expect(collections()).toBe(1);
  });

  it('stops a step without room for the copy', () => {
    const { memory } = memoryOf(800);
    expect(() => makeRoom({ memory }, { rows: 1, bytes: 200 * MB })).toThrow(
      /1 rows read so far need 1000 MB/,
    );
  });
});

it('expects the columns of a parser to double: twice 8 bytes a value beside what is there', () => {
  expect(doublingBytes(1_000, 10)).toBe(160_000);
});

it('counts 8 bytes a number and 4 a category', () => {
  const columns = new Map([
    ['a', { kind: 'numeric', values: new Float64Array(10) } as const],
    ['b', { kind: 'category', codes: new Int32Array(10), dictionary: ['x'] } as const],
  ]);
  expect(bytesOf({ rows: 10, columns })).toBe(120);
});
