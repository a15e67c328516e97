import { describe, expect, it } from 'vitest';
import { correlation, correlationPValue, type PairSums } from '../../../lambdas/core/drift/correlations.ts';

/** Sums of `n` rows with this correlation: both columns are -1 or 1, half of the rows each. */
function pair(n: number, r: number): PairSums {
  return { n, a: 0, b: 0, aa: n, bb: n, ab: r * n };
}

describe('the p-value of a changed correlation', () => {
  // scipy: 2 * norm.sf(abs(arctanh(r2) - arctanh(r1)) / sqrt(1.06 * (1 / (n - 3) + 1 / (m - 3))))
  it.each([
    [0.8, 1000, 0.5, 200, 7.76070262966186e-12],
    [0.3, 5000, 0.25, 50, 0.7198914834627148],
  ])('is that of SciPy for %d of %d rows and %d of %d', (was, n, is, m, known) => {
    expect(correlation(pair(n, was))).toBe(was);
    expect(correlationPValue(pair(n, was), pair(m, is)) / known).toBeCloseTo(1, 9);
  });

  it('is small when a perfect correlation breaks, and 1 when it stays or has too few rows', () => {
    expect(correlationPValue(pair(1000, 1), pair(100, 0))).toBeLessThan(1e-20);
    expect(correlationPValue(pair(1000, 1), pair(100, 1))).toBe(1);
    expect(correlationPValue(pair(1000, 1), pair(3, 0))).toBe(1);
  });
});
