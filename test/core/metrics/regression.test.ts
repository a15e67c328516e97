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

  it('gives a perfect prediction no error and an r2 of 1', () => {
    expect(evaluateRegression(labels, labels)).toMatchObject({
      metrics: { rmse: { value: 0, low: 0, high: 0 }, mae: { value: 0 }, r2: { value: 1, high: 1 } },
      bias: 0,
    });
  });

  it('leaves r2 out when all labels are equal', () => {
    const { metrics } = evaluateRegression([3, 3], [2, 5]);
    expect(metrics.r2).toBeUndefined();
    expect(metrics.mae).toMatchObject({ value: 1.5, low: expect.any(Number) });
    expect(metrics.rmse?.low).toBeGreaterThanOrEqual(0);
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
z = stats.norm.ppf(0.975)
def interval(x): return [x.mean(), x.mean() - z * stats.sem(x), x.mean() + z * stats.sem(x)]
m = np.array(interval(e ** 2))
print(json.dumps([np.sqrt(m).tolist(), interval(abs(e)), (1 - m / y.var())[[0, 2, 1]].tolist(), [e.mean()] * 3]))`,
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
