import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanInfluence } from '../../../lambdas/core/metrics/influence.ts';
import { positiveInterval, wilson } from '../../../lambdas/core/metrics/intervals.ts';
import { spearman } from '../../../lambdas/core/metrics/rank.ts';
import { describeWith, python, runPython } from '../../support/tools.ts';
import { normal } from '../drift/tables.ts';

describe('intervals of a proportion', () => {
  it("keeps Wilson's interval within 0 and 1 at both ends, with some width there", () => {
    expect(wilson(0, 20)).toMatchObject({ value: 0, low: 0 });
    expect(wilson(0, 20).high).toBeGreaterThan(0.1);
    expect(wilson(20, 20).value).toBe(1);
    expect(wilson(20, 20).high).toBeCloseTo(1, 12);
    expect(wilson(20, 20).low).toBeLessThan(0.9);
  });

  it('includes every proportion of up to 1,000 trials in its own interval', () => {
    const outside: string[] = [];
    for (let n = 1; n <= 1000; n++)
      for (let k = 0; k <= n; k++) {
        const { value, low, high } = wilson(k, n);
        if (!(0 <= low && low <= value && value <= high && high <= 1)) outside.push(`${k} of ${n}`);
      }
    expect(outside).toEqual([]);
  });

  it('includes a mean loss in its own interval', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e100, noNaN: true }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(values, (all) => {
        const { value, low = value, high = value } = positiveInterval(meanInfluence(Float64Array.from(all)));
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }),
    );
  });

  it('gives no interval without a width, but the reason', () => {
    const intervalOf = (...values: number[]) => positiveInterval(meanInfluence(Float64Array.from(values)));
    expect(intervalOf(4)).toEqual({ value: 4, reason: 'one row' });
    expect(intervalOf(4, 4, 4)).toEqual({ value: 4, reason: 'all rows have the same value' });
    expect(intervalOf(0, 0)).toEqual({ value: 0, reason: 'all rows have the same value' });
  });
});

it("computes Spearman's correlation: 1 for any increasing map, -1 for a decreasing one, NaN without variation", () => {
  const x = [3, 1, 4, 1.5, 9];
  expect(
    spearman(
      x,
      x.map((value) => value * value),
    ),
  ).toBeCloseTo(1, 12);
  expect(
    spearman(
      x,
      x.map((value) => -value),
    ),
  ).toBeCloseTo(-1, 12);
  expect(spearman(x, [1, 1, 1, 1, 1])).toBeNaN();
});

describeWith(python, 'intervals against SciPy', () => {
  it('agrees on proportion intervals and rank correlation with ties to 1e-9', () => {
    const proportions = [
      [0, 10],
      [1, 10],
      [10, 10],
      [37, 400],
      [5, 20_000],
    ] as const;
    const x = [...normal(300, 1)].map((value) => Math.round(value * 3));
    const y = [...normal(300, 2)].map((value, row) => Math.round(value * 2 + (x[row] as number)));
    const known = runPython(
      `
import json, sys
from scipy import stats
d = json.load(sys.stdin)
def ends(k, n, method):
    i = stats.binomtest(k, n).proportion_ci(method=method)
    return [i.low, i.high]
print(json.dumps({'wilson': [ends(k, n, 'wilson') for k, n in d['proportions']],
                  'spearman': stats.spearmanr(d['x'], d['y']).statistic}))`,
      { proportions, x, y },
    ) as { wilson: number[][]; spearman: number };
    proportions.forEach(([k, n], i) => {
      const interval = wilson(k, n);
      expect(interval.low).toBeCloseTo(known.wilson[i]?.[0] as number, 9);
      expect(interval.high).toBeCloseTo(known.wilson[i]?.[1] as number, 9);
    });
    expect(spearman(x, y)).toBeCloseTo(known.spearman, 12);
  });
});
