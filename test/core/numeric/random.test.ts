import { describe, expect, it } from 'vitest';
import { Random } from '../../../lambdas/core/numeric/random.ts';

const take = (random: Random, count: number): number[] =>
  Array.from({ length: count }, () => random.uint32());

describe('Random', () => {
  it('gives the published sequence of xoshiro128** for the state 1, 2, 3, 4', () => {
    // Test vector of the rand_xoshiro crate, made with the authors' C code.
    expect(take(new Random([1, 2, 3, 4]), 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('follows the published recurrence in exact integer arithmetic, seeded by MurmurHash3 finalisers', () => {
    const mask = 0xffffffffn;
    const words = [1n, 2n, 3n, 4n].map((i) => {
      let z = (42n + i * 0x9e3779b9n) & mask;
      z = ((z ^ (z >> 16n)) * 0x85ebca6bn) & mask;
      z = ((z ^ (z >> 13n)) * 0xc2b2ae35n) & mask;
      return z ^ (z >> 16n);
    });
    let [a = 0n, b = 0n, c = 0n, d = 0n] = words;
    const rotate = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
    const expected = Array.from({ length: 1000 }, () => {
      const result = (rotate((b * 5n) & mask, 7n) * 9n) & mask;
      const t = (b << 9n) & mask;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = rotate(d, 11n);
      return Number(result);
    });
    expect(take(Random.fromSeed(42), 1000)).toEqual(expected);
  });

  it('repeats its sequence for a seed, and has another for another seed', () => {
    expect(take(Random.fromSeed(7), 50)).toEqual(take(Random.fromSeed(7), 50));
    expect(take(Random.fromSeed(7), 50)).not.toEqual(take(Random.fromSeed(8), 50));
    expect(new Set(take(Random.fromSeed(0), 50)).size).toBe(50);
  });

  it('gives every integer below a bound about equally often', () => {
    const random = Random.fromSeed(3);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i++) {
      const value = random.below(6);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    // Five standard deviations of a binomial(60000, 1/6) are 456.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(456);
  });

  it('draws again where the remainder would favour small integers', () => {
    const random = Random.fromSeed(5);
    const bound = 3 * 2 ** 30;
    for (let i = 0; i < 200; i++) expect(random.below(bound)).toBeLessThan(bound);
    // The first of these raw values at or above the bound must be skipped, the others kept.
    const raw = take(Random.fromSeed(5), 200).filter((value) => value < bound);
    const again = Random.fromSeed(5);
    expect(raw.map(() => again.below(bound))).toEqual(raw);
    expect(raw.length).toBeLessThan(200);
  });

  it('gives doubles from 0 up to but not including 1', () => {
    const random = Random.fromSeed(1);
    const values = Array.from({ length: 10_000 }, () => random.uniform());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1);
  });
});
