import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chiSquareFit,
  chiSquareHomogeneity,
  jensenShannonDistance,
  largestShareChange,
  psi,
} from '../../../lambdas/core/drift/psi-and-tests.ts';
import { ksPValue, ksStatistic, wasserstein } from '../../../lambdas/core/drift/two-sample.ts';
import { describeWith, python, runPython } from '../../support/tools.ts';
import { normal, uniform } from './tables.ts';

const counts = fc
  .integer({ min: 1, max: 12 })
  .chain((bins) => {
    const side = fc.array(fc.nat(500), { minLength: bins, maxLength: bins });
    return fc.tuple(side, side);
  })
  .filter(([a, b]) => a.some((count) => count > 0) && b.some((count) => count > 0));
const sample = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('histogram distances', () => {
  it('computes a PSI that is never negative, and 0 for the same counts', () => {
    fc.assert(
      fc.property(counts, ([a, b]) => {
        expect(psi(a, b).statistic).toBeGreaterThanOrEqual(0);
        expect(psi(a, a)).toEqual({ statistic: 0, pValue: 1 });
      }),
    );
  });

  it('keeps Jensen-Shannon and L-infinity between 0 and 1, whatever the order', () => {
    fc.assert(
      fc.property(counts, ([a, b]) => {
        for (const distance of [jensenShannonDistance, largestShareChange]) {
          const value = distance(a, b);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
          expect(distance(b, a)).toBeCloseTo(value, 9);
          expect(distance(a, a)).toBeCloseTo(0, 9);
        }
      }),
    );
  });

  it('ignores a bin that is empty on both sides', () => {
    expect(psi([5, 0, 9], [7, 0, 3])).toEqual(psi([5, 9], [7, 3]));
    expect(chiSquareHomogeneity([5, 0, 9], [7, 0, 3])).toEqual(chiSquareHomogeneity([5, 9], [7, 3]));
  });

  it('finds no difference in a single bin', () => {
    expect(psi([5], [900])).toEqual({ statistic: 0, pValue: 1 });
    expect(chiSquareHomogeneity([5], [900])).toEqual({ statistic: 0, pValue: 1 });
  });

  it('gives PSI of two samples of one distribution the probability of its p-value', () => {
    const next = uniform(7);
    let below = 0;
    for (let run = 0; run < 1000; run++) {
      const draw = (rows: number): number[] => {
        const bins = Array.from({ length: rows }, () => Math.floor(next() * 10));
        return Array.from({ length: 10 }, (_, bin) => bins.filter((other) => other === bin).length);
      };
      const [a, b] = [draw(2000), draw(200)];
      if (psi(a, b).pValue < 0.01) below++;
    }
    expect(below).toBeLessThanOrEqual(25); // 1 % of 1,000 is 10
  });
});

describe('two-sample statistics', () => {
  it('keeps KS between 0 and 1, and at 0 for the same sample, whatever the order', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const value = ksStatistic(a, b);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(ksStatistic(b, a)).toBe(value);
        expect(ksStatistic(a, [...a].reverse())).toBe(0);
      }),
    );
  });

  it('measures the shift between a sample and its shifted copy by Wasserstein', () => {
    const values = normal(500, 5);
    expect(
      wasserstein(
        values,
        values.map((value) => value + 2.5),
      ),
    ).toBeCloseTo(2.5, 9);
  });

  it('gives samples without overlap a KS of 1 and a tiny p-value', () => {
    expect(ksStatistic([1, 2], [3, 4, 5])).toBe(1);
    expect(ksPValue(1, 100, 100)).toBeLessThan(1e-40);
  });
});

describeWith(python, 'drift statistics against SciPy on fresh samples', () => {
  it('agrees with SciPy on KS, Wasserstein, Jensen-Shannon and chi-square to 1e-9', () => {
    const samples = [1, 2, 3, 4].map((seed) => ({
      a: [...normal(300 + seed, seed)],
      // Rounded on odd seeds: ties.
      b: [...normal(211, seed + 50, 0.2)].map((x) => (seed % 2 ? Math.round(x * 2) / 2 : x)),
    }));
    const tables = [
      [
        [10, 20, 30],
        [12, 9, 44],
      ],
      [
        [5, 0, 7, 100],
        [4, 3, 0, 70],
      ],
      [
        [1000, 2000],
        [400, 500],
      ],
    ] as [number[], number[]][];
    const known = runPython(
      `
import json, sys, numpy as np
from scipy import stats, special
from scipy.spatial.distance import jensenshannon
d = json.load(sys.stdin)
def two(s):
    k = stats.ks_2samp(s['a'], s['b']).statistic
    n, m = len(s['a']), len(s['b'])
    return [k, special.kolmogorov(np.sqrt(n * m / (n + m)) * k), stats.wasserstein_distance(s['a'], s['b'])]
def table(t):
    p, q = np.array(t[0], float), np.array(t[1], float)
    c = stats.chi2_contingency(np.array(t), correction=False)
    f = stats.chisquare(q + 1, (p + 1) * (q + 1).sum() / (p + 1).sum())
    return [jensenshannon(p, q, 2), jensenshannon(p, q), c[0], c[1], f.statistic, f.pvalue]
print(json.dumps({'samples': [two(s) for s in d['samples']], 'tables': [table(t) for t in d['tables']]}))`,
      { samples, tables },
    ) as { samples: number[][]; tables: number[][] };
    const near = (actual: number[], expected: number[]): void => {
      expect(actual.length).toBe(expected.length);
      actual.forEach((value, i) => {
        expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(1e-9);
      });
    };
    samples.forEach(({ a, b }, i) => {
      const ks = ksStatistic(a, b);
      near([ks, ksPValue(ks, a.length, b.length), wasserstein(a, b)], known.samples[i] as number[]);
    });
    tables.forEach(([p, q], i) => {
      const homogeneity = chiSquareHomogeneity(p, q);
      const [more, less] = [q.map((count) => count + 1), p.map((count) => count + 1)];
      const scale = more.reduce((x, y) => x + y) / less.reduce((x, y) => x + y);
      const fit = chiSquareFit(
        more,
        less.map((count) => count * scale),
      );
      near(
        [
          jensenShannonDistance(p, q),
          jensenShannonDistance(p, q, 'e'),
          homogeneity.statistic,
          homogeneity.pValue,
          fit.statistic,
          fit.pValue,
        ],
        known.tables[i] as number[],
      );
    });
  });
});
