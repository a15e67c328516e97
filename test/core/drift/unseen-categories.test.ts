import { describe, expect, it } from 'vitest';
import {
  byFrequency,
  expectedUnseenShare,
  unseenPValue,
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

describe('the p-value of more unseen categories', () => {
  // Half of scipy.stats.chi2_contingency(table, correction=True).pvalue, SciPy 1.17.
  it.each([
    [50, 5000, 20, 1000, 0.005751420237740739],
    [1, 200, 3, 200, 0.3076512778452555],
    [0, 5000, 2, 200, 8.312146814279841e-8],
  ])('gives the p-value of SciPy for %s of %s against %s of %s', (a, n, b, m, expected) => {
    const p = unseenPValue({ share: a / n, rows: n }, { share: b / m, rows: m });
    expect(Math.abs(p / expected - 1)).toBeLessThan(1e-9);
  });

  it('gives 1 without an excess, within the rounding of one row, and without a reference', () => {
    expect(unseenPValue({ share: 0.2, rows: 100 }, { share: 0.1, rows: 100 })).toBe(1);
    expect(unseenPValue({ share: 0.1, rows: 100 }, { share: 0.105, rows: 100 })).toBe(1);
    expect(unseenPValue({ share: 0, rows: 0 }, { share: 1, rows: 100 })).toBe(1);
  });
});
