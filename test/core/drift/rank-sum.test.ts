import { describe, expect, it } from 'vitest';
import { rankSumPValue } from '../../../lambdas/core/drift/rank-sum.ts';
import { describeWith, python, runPython } from '../../support/tools.ts';

describe('the rank-sum test', () => {
  it('is 1 without a difference, in one bin, and for one row', () => {
    expect(rankSumPValue([3, 4, 5], [3, 4, 5])).toBe(1);
    expect(rankSumPValue([5], [9])).toBe(1);
    expect(rankSumPValue([1, 0], [0, 0])).toBe(1);
  });

  it('is the same from either side', () => {
    expect(rankSumPValue([9, 4, 1], [2, 3, 8])).toBeCloseTo(rankSumPValue([2, 3, 8], [9, 4, 1]), 12);
  });
});

describeWith(python, 'the rank-sum test against SciPy', () => {
  it('has the p-values of mannwhitneyu to 1e-9', () => {
    const pairs = [
      [
        [9, 4, 1],
        [2, 3, 8],
      ],
      [
        [100, 200, 300, 50, 0],
        [40, 100, 160, 70, 3],
      ],
      [
        [970, 10, 10, 10],
        [9600, 100, 150, 150],
      ],
    ] as [number[], number[]][];
    const known = runPython(
      `
import json, sys, numpy as np
from scipy import stats
d = json.load(sys.stdin)
each = lambda counts: np.repeat(np.arange(len(counts)), counts)
print(json.dumps([stats.mannwhitneyu(each(b), each(a), method='asymptotic').pvalue for a, b in d['pairs']]))`,
      { pairs },
    ) as number[];
    pairs.forEach(([a, b], i) => {
      expect(Math.abs(rankSumPValue(a, b) / (known[i] as number) - 1)).toBeLessThan(1e-9);
    });
  });
});
