/** The tests of a window: what each finds, how their p-values are corrected, and that few rows are compared too. */

import { describe, expect, it } from 'vitest';
import { clearestTest } from '../../../lambdas/core/drift/compare.ts';
import { evaluateDrift } from '../../../lambdas/core/drift/evaluate.ts';
import { fitProfile } from '../../../lambdas/core/drift/fit-profile.ts';
import { holm } from '../../../lambdas/core/drift/holm.ts';
import { largestMove, manyMoves } from '../../../lambdas/core/drift/share-tests.ts';
import { DRIFT_DEFAULTS } from '../../../lambdas/core/drift/spec.ts';
import { addRows, emptyWindow } from '../../../lambdas/core/drift/window.ts';
import type { Column } from '../../../lambdas/core/table/table.ts';
import { category, normal, numeric, table, uniform } from './tables.ts';

const LIMITS = { least: 0.01, floor: 0.02, level: 0.01 };
const counted = (counts: number[], rows = counts.reduce((a, b) => a + b, 0)) => ({ counts, rows });

describe('the correction of Holm', () => {
  it('gives the p-values of R: p.adjust(p, "holm")', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([0.5, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

describe('the share that moved most clearly', () => {
  it('has the p-value of Fisher, times the values that could have moved', () => {
    const found = largestMove(counted([970, 30, 0]), counted([180, 20, 0]), LIMITS);
    expect(found?.effect).toBeCloseTo(0.07, 12);
    // 2 * scipy.stats.fisher_exact([[20, 180], [30, 970]], 'greater').pvalue, twice: two values have rows.
    expect(found?.pValue).toBeCloseTo(4 * 4.969136103314308e-5, 14);
  });

  it('tells a change beyond the floor before a clearer one below it', () => {
    const found = largestMove(counted([50_000, 50_000, 900_000]), counted([51, 65, 884]), {
      ...LIMITS,
      least: 0,
      floor: 0.0149,
    });
    expect(found?.effect).toBeGreaterThan(0.0149);
  });

  it('is not tested where no value has enough rows to show anything', () => {
    expect(largestMove(counted([1, 1, 1], 1000), counted([1, 0, 0], 1000), LIMITS)).toBeUndefined();
    expect(largestMove(counted([1, 1], 10), counted([0, 0], 10), { ...LIMITS, least: 0 })).toBeUndefined();
  });

  it('does not pay for rare values, which could show nothing', () => {
    const rare = new Array<number>(900).fill(1);
    const alone = largestMove(counted([500, 500]), counted([40, 10]), LIMITS);
    const among = largestMove(counted([500, 500, ...rare]), counted([40, 10, ...rare.map(() => 0)]), LIMITS);
    expect(among?.pValue).toBeLessThan(50 * (alone?.pValue ?? 0));
  });
});

describe('the test of all shares together', () => {
  it('has the chi-square of the values with enough rows, the others as one', () => {
    const found = manyMoves(counted([400, 300, 290, 5, 5]), counted([100, 110, 180, 5, 5]));
    expect(found?.effect).toBeCloseTo((0.15 + 0.025 + 0.16 + 0.015) / 2, 12);
    // scipy.stats.chi2_contingency([[400, 300, 300], [100, 110, 190]], correction=False).pvalue
    expect(found?.pValue).toBeCloseTo(3.390484668255409e-10, 19);
  });

  it('is left out with fewer than three values of enough rows', () => {
    expect(manyMoves(counted([500, 495, 5]), counted([50, 45, 5]))).toBeUndefined();
    expect(manyMoves(counted([1, 2, 3]), counted([3, 2, 1]))).toBeUndefined();
  });
});

const spec = { ...DRIFT_DEFAULTS, minRows: 100 };

function judge(was: Column, is: Column) {
  const profile = fitProfile(table({ x: was }), ['x']);
  const window = emptyWindow(profile);
  addRows(window, profile, table({ x: is }));
  return evaluateDrift(profile, window, spec, { monitored: ['x'], decisive: ['x'] });
}

const holes = (n: number, seed: number, share: number, shift = 0): Column => {
  const next = uniform(seed);
  return numeric(normal(n, seed + 1, shift).map((x) => (next() < share ? Number.NaN : x)));
};

describe('the clearest test of a feature', () => {
  it('is the one with the smallest p-value, and none in a report before 0.2', () => {
    const [feature] = judge(numeric(normal(3000, 1)), numeric(normal(300, 2, 1))).features;
    expect(clearestTest(feature ?? {})?.measure).toBe('shift in sd');
    expect(clearestTest({})).toBeUndefined();
  });
});

describe('a column that is half missing', () => {
  it('is compared in a window of 150 rows', () => {
    const report = judge(holes(3000, 1, 0.5), holes(150, 2, 0.5, 1));
    expect(report.features[0]).toMatchObject({ verdict: 'alert', causes: ['distribution'] });
    expect(judge(holes(3000, 1, 0.5), holes(150, 3, 0.5)).verdict).toBe('stable');
  });

  it('is not drifted by what chance leaves out, and is when much more is missing', () => {
    const drifted = Array.from({ length: 200 }, (_, i) =>
      judge(holes(1000, 1, 0.5), holes(100, 10 + i, 0.5)),
    );
    expect(drifted.filter(({ verdict }) => verdict === 'drifted').length).toBeLessThanOrEqual(3);
    const [feature] = judge(holes(1000, 1, 0.5), holes(100, 4, 0.8)).features;
    expect(feature?.alarms?.[0]).toMatchObject({ cause: 'missing', measure: 'missing share rose by' });
  });

  it('has no test of missing values when all are missing on both sides', () => {
    const report = judge(holes(200, 1, 1), holes(200, 2, 1));
    expect(report).toMatchObject({ tests: 0, verdict: 'stable' });
  });
});

describe('a category', () => {
  const words = (n: number, seed: number, shares: readonly number[]): Column => {
    const next = uniform(seed);
    const upTo = shares.map((_, i) => shares.slice(0, i + 1).reduce((a, b) => a + b));
    return category(
      Array.from({ length: n }, () => {
        const at = next();
        return `c${upTo.findIndex((limit) => at < limit)}`;
      }),
    );
  };

  it('drifts when many shares move a little, each less than the floor', () => {
    const even = new Array<number>(50).fill(0.02);
    const tilted = even.map((share, i) => share * (i % 2 === 0 ? 1.4 : 0.6));
    const report = judge(words(10_000, 1, even), words(10_000, 2, tilted));
    expect(report.features[0]?.alarms?.[0]?.measure).toBe('shares moved by');
    expect(judge(words(10_000, 1, even), words(10_000, 3, even)).verdict).toBe('stable');
  });

  it('drifts when a rare one becomes common', () => {
    const was = words(50_000, 1, [0.9, 0.0995, 0.0005]);
    const is = words(300, 2, [0.84, 0.0995, 0.0605]);
    expect(judge(was, is).features[0]?.verdict).toBe('alert');
  });
});
