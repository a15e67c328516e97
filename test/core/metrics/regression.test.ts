import { describe, expect, it } from 'vitest';
import { METRIC_DEFINITIONS } from '../../../lambdas/core/metrics/names.ts';
import { evaluateRegression } from '../../../lambdas/core/metrics/regression.ts';
import { describeWith, python, runPython } from '../../support/tools.ts';
import { normal } from '../drift/tables.ts';

const labels = normal(400, 1, 10);
const noise = normal(400, 2);
const predictions = labels.map((label, row) => label + 0.3 * (noise[row] as number) + 0.1);

describe('the evaluation of a regression', () => {
  it('names the metrics of a regression, each with its direction and inside its interval', () => {
    const { metrics } = evaluateRegression(labels, predictions);
    expect(Object.keys(metrics).sort()).toEqual(Object.keys(METRIC_DEFINITIONS.regression).sort());
    for (const [name, { better }] of Object.entries(METRIC_DEFINITIONS.regression)) {
      const metric = metrics[name as keyof typeof metrics];
      expect(metric?.better).toBe(better);
      expect(metric?.low).toBeLessThan(metric?.value as number);
      expect(metric?.high).toBeGreaterThan(metric?.value as number);
    }
  });

  it('gives a perfect prediction no error and an r2 of 1, without intervals: nothing varies', () => {
    const reason = 'all rows have the same value';
    expect(evaluateRegression(labels, labels)).toMatchObject({
      metrics: { rmse: { value: 0, reason }, mae: { value: 0, reason }, r2: { value: 1, reason } },
      bias: 0,
    });
  });

  it('gives a single row no interval', () => {
    expect(evaluateRegression([3], [2]).metrics).toEqual({
      rmse: { value: 1, reason: 'one row', better: 'lower' },
      mae: { value: 1, reason: 'one row', better: 'lower' },
    });
  });

  it('leaves r2 out when all labels are equal', () => {
    const { metrics } = evaluateRegression([3, 3], [2, 5]);
    expect(metrics.r2).toBeUndefined();
    expect(metrics.mae).toMatchObject({ value: 1.5, low: expect.any(Number) });
    expect(metrics.rmse?.low).toBeGreaterThanOrEqual(0);
  });

  it('refuses intervals of squared errors with heavy tails, by kurtosis or by spread, with the numbers', () => {
    const outlier = labels.map((label, row) => label + (row === 7 ? 40 : 0.3 * (noise[row] as number)));
    const { rmse, r2, mae } = evaluateRegression(labels, outlier).metrics;
    expect(rmse?.reason).toMatch(/^the errors have heavy tails: kurtosis [\d.]+, at most 4\.8 on 400 rows$/);
    expect(r2?.reason).toBe(rmse?.reason);
    expect(mae?.low).toBeGreaterThan(0);
    const zeros = labels.map((label, row) => label + (row % 4 === 0 ? 3 : 0));
    expect(evaluateRegression(labels, zeros).metrics.rmse?.reason).toMatch(/times the spread of normal ones/);
    const rare = labels.map((label, row) => (row === 9 ? 400 : label));
    const told = evaluateRegression(
      rare,
      rare.map((label, row) => label + (noise[row] as number)),
    ).metrics;
    expect(told.rmse?.reason).toBeUndefined();
    expect(told.r2?.reason).toMatch(/^the labels have heavy tails/);
  });

  it.each([
    [[], [], 'no rows'],
    [[1, 2], [1], '2 labels for 1'],
    [[1, Number.NaN], [1, 2], 'row 1 must be finite, got label NaN and prediction 2'],
    [[1], [Infinity], 'row 0 must be finite'],
  ])('fails for labels %j and predictions %j', (wrongLabels, wrongPredictions, message) => {
    expect(() => evaluateRegression(wrongLabels, wrongPredictions)).toThrow(message);
  });
});

describeWith(python, 'regression metrics against SciPy', () => {
  it('agrees on RMSE, MAE, R2 and their intervals to 1e-9', () => {
    const known = runPython(
      `
import json, sys, numpy as np
from scipy import stats
d = json.load(sys.stdin); y = np.array(d['labels']); e = np.array(d['predictions']) - y
n = len(y); t = stats.t.ppf(0.975, n - 1)
def interval(v, psi):
    skew = 1 + 1.5 * abs(stats.skew(psi)) / np.sqrt(n)
    f = np.exp(t * np.sqrt(psi.var(ddof=1) / n * skew) / v)
    return np.array([v, v / f, v * f])
m = interval((e ** 2).mean(), e ** 2)
q = (y - y.mean()) ** 2; r = (e ** 2).mean() / q.mean()
share = interval(r, (e ** 2 - r * q) / q.mean())
print(json.dumps([np.sqrt(m).tolist(), interval(abs(e).mean(), abs(e)).tolist(), (1 - share)[[0, 2, 1]].tolist(), [e.mean()] * 3]))`,
      { labels: [...labels], predictions: [...predictions] },
    ) as number[][];
    const { metrics, bias } = evaluateRegression(labels, predictions);
    const ours = [metrics.rmse, metrics.mae, metrics.r2].map((metric) => [
      metric?.value,
      metric?.low,
      metric?.high,
    ]);
    [...ours, [bias, bias, bias]].forEach((row, i) => {
      row.forEach((value, j) => {
        expect(Math.abs((value as number) - (known[i]?.[j] as number))).toBeLessThanOrEqual(1e-9);
      });
    });
  });
});
