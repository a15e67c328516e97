import { describe, expect, it } from 'vitest';
import type { ProblemType } from '../../../lambdas/core/config.ts';
import {
  advantageOver,
  GAIN,
  LOSS,
  pairedAdvantage,
  recordedAdvantage,
} from '../../../lambdas/core/evaluation/difference.ts';
import { describeWith, python, runPython } from '../../support/tools.ts';
import { normal } from '../drift/tables.ts';

const BINARY: ProblemType = { type: 'binary-classification', label: 'y', positive: 1 };
const REGRESSION: ProblemType = { type: 'regression', label: 'y' };

const labels = Array.from({ length: 300 }, (_, row) => Number(row % 3 === 0));
const shared = normal(300, 1);
const scoresOf = (seed: number, shift: number) => {
  const own = normal(300, seed);
  return labels.map(
    (label, row) => 1 / (1 + Math.exp(-(shared[row] as number) - 0.5 * (own[row] as number) - shift * label)),
  );
};
const both = { labels, predictions: scoresOf(2, 1.5), others: scoresOf(3, 1) };

describe('the advantage of one model over another on the same rows', () => {
  it('is positive for the better one by every metric, and turns round with the models', () => {
    const reverse = { labels, predictions: both.others, others: both.predictions };
    for (const metric of ['auc', 'average-precision', 'log-loss', 'brier', 'calibration-error'] as const) {
      const ahead = pairedAdvantage(BINARY, metric, both, LOSS);
      const behind = pairedAdvantage(BINARY, metric, reverse, LOSS);
      expect(ahead.low).toBeLessThan(ahead.value);
      expect(behind.value).toBeCloseTo(-ahead.value, 12);
      expect(behind.high).toBeCloseTo(-(ahead.low as number), 12);
    }
    expect(pairedAdvantage(BINARY, 'auc', both, LOSS).value).toBeGreaterThan(0.03);
  });

  it('is certain of nothing between a model and itself, and of 0', () => {
    const same = { ...both, others: both.predictions };
    expect(pairedAdvantage(BINARY, 'auc', same, LOSS)).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('has no bounds where rows are too few, and says so', () => {
    const few = { labels: [0, 0, 1, 1], predictions: [0.1, 0.2, 0.3, 0.4], others: [0.1, 0.2, 0.3, 0.4] };
    expect(pairedAdvantage(BINARY, 'brier', few, LOSS).reason).toBe(
      '2 rows of a class, at least 5 are needed',
    );
    expect(pairedAdvantage(REGRESSION, 'rmse', few, GAIN).reason).toBe('4 rows, at least 20 are needed');
  });

  it('orders squared errors with heavy tails, and does not tell by how much they differ', () => {
    const truth = [...normal(200, 5)];
    const wild = truth.map((value, row) => value + (row === 3 ? 60 : 0.5 * (shared[row] as number)));
    const pair = { labels: truth, predictions: truth.map((value) => value + 0.1), others: wild };
    expect(pairedAdvantage(REGRESSION, 'rmse', pair, LOSS).reason).toMatch(/^the errors have heavy tails/);
    expect(pairedAdvantage(REGRESSION, 'rmse', pair, GAIN).low).toBeDefined();
    expect(pairedAdvantage(REGRESSION, 'mae', pair, LOSS).low).toBeDefined();
  });

  it('compares perfect predictions, and no r2 of labels that are all equal', () => {
    const truth = [...normal(50, 6)];
    const perfect = { labels: truth, predictions: truth, others: truth };
    expect(pairedAdvantage(REGRESSION, 'rmse', perfect, LOSS)).toEqual({ value: 0, low: 0, high: 0 });
    const equal = { labels: truth.map(() => 1), predictions: truth, others: truth.map(() => 0) };
    expect(pairedAdvantage(REGRESSION, 'r2', equal, GAIN).value).toBeNaN();
  });

  it('counts smaller errors as better, by each metric of a regression', () => {
    const truth = [...normal(200, 5)];
    const near = truth.map((value, row) => value + 0.1 * (shared[row] as number));
    const far = truth.map((value, row) => value + 0.5 * (shared[row] as number));
    for (const metric of ['rmse', 'mae', 'r2'] as const)
      expect(
        pairedAdvantage(REGRESSION, metric, { labels: truth, predictions: near, others: far }, GAIN).low,
      ).toBeGreaterThan(0.1);
  });
});

describe('the advantage over a metric of other rows', () => {
  it('has bounds from both intervals, turned round for an error', () => {
    const better = { value: 0.9, low: 0.86, high: 0.93 };
    const worse = { value: 0.8, low: 0.72, high: 0.87 };
    const ahead = advantageOver('auc', better, worse, 0.975);
    expect(ahead.value).toBeCloseTo(0.1, 12);
    expect(ahead.low).toBeCloseTo(0.1 - Math.hypot(0.04, 0.07), 12);
    expect(ahead.high).toBeCloseTo(0.1 + Math.hypot(0.03, 0.08), 12);
    const lower = advantageOver('rmse', better, worse, 0.975);
    expect(lower.value).toBeCloseTo(-0.1, 12);
    expect(lower.high).toBeCloseTo(-0.1 + Math.hypot(0.04, 0.07), 12);
    expect((advantageOver('auc', better, worse, 0.99).low as number) < (ahead.low as number)).toBe(true);
  });

  it('has none where one of them has no interval', () => {
    const unknown = { value: 0.8, low: null, high: null };
    expect(advantageOver('auc', unknown, { value: 0.9, low: 0.8, high: 1 }, 0.99).reason).toBe(
      'one of both has no interval',
    );
  });
});

describe('the advantage over the metrics of other rows', () => {
  const holdout = { rmse: { value: 20, low: null, high: null }, mae: { value: 10, low: 9, high: 11 } };
  const window = (rmse: number, mae: number) => ({
    rmse: { value: rmse, low: null, high: null },
    mae: { value: mae, low: mae - 1, high: mae + 1 },
  });

  it('takes the interval of absolute errors, in proportion, where squared ones have heavy tails', () => {
    const absolute = advantageOver('mae', window(60, 30).mae, holdout.mae, 0.99);
    expect(recordedAdvantage('rmse', window(60, 30), holdout, 0.99)).toEqual({
      value: -40,
      low: -40 + Math.min(0, 2 * (absolute.low as number) + 40),
      high: Math.max(-40, 2 * (absolute.high as number)),
    });
  });

  it('is never more certain than the value itself', () => {
    expect(recordedAdvantage('rmse', window(21, 30), holdout, 0.99)?.high).toBe(-1);
  });

  it('is the one of the metric itself where that has an interval, or no substitute', () => {
    const own = { auc: { value: 0.7, low: 0.65, high: 0.75 } };
    const other = { auc: { value: 0.8, low: 0.75, high: 0.85 } };
    expect(recordedAdvantage('auc', own, other, 0.99)).toEqual(
      advantageOver('auc', own.auc, other.auc, 0.99),
    );
    const { mae: _, ...without } = holdout;
    expect(recordedAdvantage('rmse', window(60, 30), without, 0.99)?.reason).toBeDefined();
    const short = { ...window(60, 30), mae: { value: 30 } };
    expect(recordedAdvantage('rmse', short, holdout, 0.99)?.reason).toBeDefined();
    expect(recordedAdvantage('log-loss', own, other, 0.99)).toBeUndefined();
    expect(recordedAdvantage('auc', own, {}, 0.99)).toBeUndefined();
  });
});

describeWith(python, 'paired differences against NumPy', () => {
  it("agrees with DeLong's paired variance of two AUCs, from its definition", () => {
    const known = runPython(
      `
import json, sys, numpy as np
from scipy import stats
d = json.load(sys.stdin); y = np.array(d['labels'])
def parts(s):
    s = np.array(s); p, n = s[y == 1], s[y == 0]
    psi = (p[:, None] > n).astype(float) + 0.5 * (p[:, None] == n)
    return psi.mean(1), psi.mean(0)
(a1, a0), (b1, b0) = parts(d['predictions']), parts(d['others'])
k = min((y == 1).sum(), (y == 0).sum())
u, v = (a1 - b1) - (a1 - b1).mean(), (a0 - b0) - (a0 - b0).mean()
var = (u ** 2).sum() / len(u) ** 2 + (v ** 2).sum() / len(v) ** 2
skewness = abs((u ** 3).sum() / len(u) ** 3 + (v ** 3).sum() / len(v) ** 3) / var ** 1.5
half = stats.t.ppf(0.99, k - 1) * np.sqrt(var * k / (k - 1) * (1 + 1.5 * skewness))
print(json.dumps([a1.mean() - b1.mean(), half]))`,
      both,
    ) as [number, number];
    const { value, low } = pairedAdvantage(BINARY, 'auc', both, LOSS);
    expect(value).toBeCloseTo(known[0], 10);
    expect(value - (low as number)).toBeCloseTo(known[1], 6);
  });
});
