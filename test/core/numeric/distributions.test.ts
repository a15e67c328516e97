import { describe, expect, it } from 'vitest';
import {
  chiSquareTail,
  kolmogorovTail,
  normalQuantile,
  tQuantile,
  Z95,
} from '../../../lambdas/core/numeric/distributions.ts';
import { describeWith, python, runPython } from '../../support/tools.ts';

const closeTo = (actual: number, expected: number, relative: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));

describe('tail probabilities', () => {
  // scipy.stats.chi2.sf and scipy.special.kolmogorov, SciPy 1.10.
  it.each([
    [3.84, 1, 0.05004352124870519],
    [5.99, 2, 0.05003662708658629],
    [20, 10, 0.029252688076961124],
    [0.001, 3, 0.9999915920809419],
    [400, 5, 2.9666446590828377e-84],
  ])('computes the known chi-square tail of %d with %d degrees', (x, degrees, tail) => {
    closeTo(chiSquareTail(x, degrees), tail, 1e-12);
  });

  it.each([
    [0, 1],
    [0.14, 1],
    [0.2, 0.999999999999495],
    [0.3, 0.9999906941986655],
    [0.5, 0.9639452436648751],
    [1, 0.26999967167735456],
    [1.36, 0.049485876755377876],
    [2, 0.0006709252557796953],
    [5, 3.8574996959278356e-22],
    [30, 0],
  ])('computes the known Kolmogorov tail of %d', (x, tail) => {
    expect(Math.abs(kolmogorovTail(x) - tail)).toBeLessThanOrEqual(1e-12);
  });

  it('defines Z95 as the 97.5 % normal quantile: its chi-square tail is 5 %', () => {
    expect(chiSquareTail(Z95 * Z95, 1)).toBeCloseTo(0.05, 14);
  });
});

describeWith(python, 'quantiles against SciPy', () => {
  it('agrees on those of the normal to 1e-14 and on those of t as far as is promised', () => {
    const shares = [1e-9, 0.001, 0.025, 0.3, 0.5, 0.7, 0.975, 0.99, 0.9999, 1 - 1e-9];
    const degrees = [1, 2, 3, 4, 5, 9, 30, 1000];
    const { normal, t } = runPython(
      `
import json, sys
from scipy import stats
d = json.load(sys.stdin)
print(json.dumps({'normal': stats.norm.ppf(d['shares']).tolist(),
                  't': [stats.t.ppf([0.95, 0.975, 0.99, 0.999], n).tolist() for n in d['degrees']]}))`,
      { shares, degrees },
    ) as { normal: number[]; t: number[][] };
    shares.forEach((share, i) => {
      expect(Math.abs(normalQuantile(share) - (normal[i] as number))).toBeLessThanOrEqual(1e-14);
    });
    degrees.forEach((n, i) => {
      [0.95, 0.975, 0.99, 0.999].forEach((share, j) => {
        closeTo(tQuantile(share, n), t[i]?.[j] as number, share > 0.99 ? 0.03 : 0.004);
      });
    });
  });
});

describeWith(python, 'tail probabilities against SciPy', () => {
  it('agrees on chi-square tails to 1e-11', () => {
    const tails = [0.5, 2, 10, 40, 200, 900].flatMap((x) => [1, 2, 9, 50, 300].map((k) => [x, k] as const));
    const expected = runPython(
      `
import json, sys
from scipy import stats
d = json.load(sys.stdin)
print(json.dumps({'tails': [stats.chi2.sf(x, k) for x, k in d['tails']]}))`,
      { tails },
    ) as { tails: number[] };
    tails.forEach(([x, k], i) => {
      closeTo(chiSquareTail(x, k), expected.tails[i] as number, 1e-11);
    });
  });
});
