import { describe, expect, it } from 'vitest';
import {
  byFrequency,
  expectedUnseenShare,
  unseenReference,
} from '../../../lambdas/core/drift/unseen-categories.ts';
import { uniform } from './tables.ts';

const ordered = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([category, count]) => ({ category, count }))
    .sort(byFrequency);

describe('the expected share of unseen categories', () => {
  it('expects the share of rows with a category that occurs once, while every category is kept', () => {
    expect(expectedUnseenShare(ordered({ a: 6, b: 2, c: 1, d: 1 }), 10)).toBe(0.2);
    expect(expectedUnseenShare(ordered({ a: 6, b: 4 }), 10)).toBe(0);
    expect(expectedUnseenShare(ordered({ '': 1, b: 9 }), 10)).toBe(0.1);
  });

  it('expects all rows when every row has its own category, and no rows without any', () => {
    expect(expectedUnseenShare(ordered({ a: 1, b: 1, c: 1 }), 10)).toBe(1);
    expect(expectedUnseenShare([], 10)).toBe(0);
  });

  it('counts categories that the dictionary leaves out now, or would with one row less', () => {
    // d and e are left out; c without one of its rows would come after d.
    expect(expectedUnseenShare(ordered({ a: 9, b: 5, c: 3, d: 2, e: 1 }), 3)).toBe(3 / 20);
    expect(expectedUnseenShare(ordered({ a: 9, b: 5, c: 2, d: 2, e: 2 }), 3)).toBe(6 / 20);
    expect(expectedUnseenShare(ordered({ a: 9, b: 5, e: 3, d: 2, c: 1 }), 3)).toBe(6 / 20);
  });

  it.each([10_000, 200, 20])(
    'expects nearly the share of another sample, with a dictionary of %s',
    (kept) => {
      const next = uniform(3);
      const draw = (): string[] => Array.from({ length: 4000 }, () => `c${Math.floor(2000 * next() ** 4)}`);
      const counts: Record<string, number> = {};
      for (const value of draw()) counts[value] = (counts[value] ?? 0) + 1;
      const all = ordered(counts);
      const dictionary = new Set(all.slice(0, kept).map(({ category }) => category));
      const shares = Array.from({ length: 20 }, () => draw().filter((v) => !dictionary.has(v)).length / 4000);
      const mean = shares.reduce((a, b) => a + b) / shares.length;
      expect(Math.abs(expectedUnseenShare(all, kept) - mean)).toBeLessThan(0.015);
    },
  );
});

describe('the rows that an estimate of the unseen share is worth', () => {
  const reference = (counts: number[], unseen = 0) =>
    ({ kind: 'categorical', counts, unseen, missing: 0 }) as const;

  it('is as many rows as give the variance of Esty', () => {
    // n = 100, 20 categories of one row, 10 of two: (20 + 2 * 10 - 20^2 / 100) / 100^2 = 0.0036.
    const counts = [60, ...Array.from({ length: 10 }, () => 2), ...Array.from({ length: 20 }, () => 1)];
    const { count, rows } = unseenReference(reference(counts), 0.2);
    expect(rows).toBe(Math.floor((0.2 * 0.8) / 0.0036));
    expect(count).toBe(Math.ceil(0.2 * rows));
  });

  it('is all rows where no category is nearly unseen, or every row has its own', () => {
    expect(unseenReference(reference([50, 50]), 0)).toEqual({ count: 0, rows: 100 });
    expect(unseenReference(reference([1, 1, 1]), 1)).toEqual({ count: 3, rows: 3 });
  });

  it.each([10_000, 300])('gives the deviation of the estimate over fresh references, %s kept', (kept) => {
    const next = uniform(5);
    const draw = (n: number): string[] =>
      Array.from({ length: n }, () => `c${Math.floor(2000 * next() ** 3)}`);
    const errors: number[] = [];
    let promised = 0;
    for (let run = 0; run < 60; run++) {
      const counts: Record<string, number> = {};
      for (const value of draw(3000)) counts[value] = (counts[value] ?? 0) + 1;
      const all = ordered(counts);
      const dictionary = all.slice(0, kept);
      const share = expectedUnseenShare(all, kept);
      const seen = dictionary.map(({ count }) => count);
      const outside = 3000 - seen.reduce((a, b) => a + b, 0);
      const { rows } = unseenReference(reference(seen, outside), share);
      promised += (share * (1 - share)) / rows / 60;
      const names = new Set(dictionary.map(({ category }) => category));
      errors.push(share - draw(30_000).filter((value) => !names.has(value)).length / 30_000);
    }
    const variance = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
    // The chi-square law of 60 squares: nearly all within a factor of 1.6.
    expect(variance / promised).toBeGreaterThan(1 / 1.6);
    expect(variance / promised).toBeLessThan(1.6);
  });
});
