import { describe, expect, it } from 'vitest';
import { fisherAbove, fisherEither, lnFactorial } from '../../../lambdas/core/numeric/hypergeometric.ts';
import { describeWith, python, runPython } from '../../support/tools.ts';

const share = (count: number, rows: number) => ({ count, rows });

describe('the logarithm of a factorial', () => {
  it.each([
    [0, 0],
    [1, 0],
    [5, 4.787491742782046],
    [15, 27.89927138384089],
    [16, 30.671860106080672],
    [170, 706.5730622457875],
    [1e6, 12815518.384658169],
  ])('is that of SciPy for %d', (n, known) => {
    // scipy.special.gammaln(n + 1)
    expect(Math.abs(lnFactorial(n) - known)).toBeLessThanOrEqual(1e-11 + 1e-15 * known);
  });
});

describe("Fisher's exact test", () => {
  // scipy.stats.fisher_exact([[b, m - b], [a, n - a]], 'greater').pvalue
  it.each([
    [0, 200, 1, 200, 0.5],
    [3, 10, 7, 10, 0.0894477039987876],
    [50, 5000, 0, 1000, 1],
  ])('gives the tail of SciPy for %d of %d beside %d of %d', (a, n, b, m, known) => {
    expect(fisherAbove(share(a, n), share(b, m))).toBeCloseTo(known, 11);
  });

  it('finds nothing in equal shares, and is 0 where no double is small enough', () => {
    expect(fisherEither(share(30, 100), share(30, 100))).toBe(1);
    expect(fisherEither(share(0, 0), share(3, 10))).toBe(1);
    expect(fisherEither(share(0, 100_000), share(90_000, 100_000))).toBe(0);
    expect(fisherAbove(share(8000, 10_000), share(1, 1000))).toBe(1);
  });
});

describeWith(python, "Fisher's exact test against SciPy", () => {
  it('has the same one-sided p-values to 1e-9, and twice the smaller one', () => {
    const tables = [
      [3, 1000, 9, 200],
      [300, 10_000, 1000, 10_000],
      [0, 5000, 4, 50],
      [25, 50, 2480, 5000],
      [1500, 50_000, 310, 10_000],
      [7, 8, 1, 9],
      [800, 1000, 40, 100],
      [30, 100, 28, 100],
    ] as [number, number, number, number][];
    const known = runPython(
      `
import json, sys
from scipy import stats
d = json.load(sys.stdin)
f = lambda a, n, b, m, side: stats.fisher_exact([[b, m - b], [a, n - a]], side).pvalue
print(json.dumps([[f(*t, 'greater'), f(*t, 'less')] for t in d['tables']]))`,
      { tables },
    ) as [number, number][];
    tables.forEach(([a, n, b, m], i) => {
      const [greater, less] = known[i] as [number, number];
      const [was, is] = [share(a, n), share(b, m)];
      expect(Math.abs(fisherAbove(was, is) / greater - 1)).toBeLessThan(1e-9);
      expect(Math.abs(fisherAbove(is, was) / less - 1)).toBeLessThan(1e-9);
      expect(Math.abs(fisherEither(was, is) / Math.min(1, 2 * Math.min(greater, less)) - 1)).toBeLessThan(
        1e-9,
      );
    });
  });
});
