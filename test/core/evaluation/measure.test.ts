import { describe, expect, it } from 'vitest';
import type { ProblemType } from '../../../lambdas/core/config.ts';
import { baselinePredictions, measure, primaryMetric } from '../../../lambdas/core/evaluation/measure.ts';

const binary: ProblemType = { type: 'binary-classification', label: 'y', positive: true };
const regression: ProblemType = { type: 'regression', label: 'y' };

describe('metrics of a model', () => {
  it('measures a classifier by its own metrics', () => {
    const metrics = measure(binary, [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], 0.5);
    // scikit-learn's roc_auc_score and average_precision_score document this example.
    expect(metrics.auc?.value).toBeCloseTo(0.75, 12);
    expect(metrics['average-precision']?.value).toBeCloseTo(0.8333333333, 9);
    expect(Object.keys(metrics).sort()).toEqual([
      'auc',
      'average-precision',
      'brier',
      'calibration-error',
      'log-loss',
      'observed-over-expected',
    ]);
  });

  it('leaves out metrics that one class cannot show', () => {
    const metrics = measure(binary, [1, 1], [0.5, 0.6], 0.5);
    expect(Object.keys(metrics)).not.toContain('auc');
    expect(Object.values(metrics)).not.toContain(undefined);
  });

  it('measures a regression by its own metrics', () => {
    const metrics = measure(regression, [3, -0.5, 2, 7], [2.5, 0, 2, 8], 0.5);
    // The example of scikit-learn's mean_squared_error, mean_absolute_error and r2_score.
    expect(metrics.rmse?.value).toBeCloseTo(Math.sqrt(0.375), 12);
    expect(metrics.mae?.value).toBeCloseTo(0.5, 12);
    expect(metrics.r2?.value).toBeCloseTo(0.9486081370449679, 12);
  });

  it('fails without rows', () => {
    expect(() => measure(binary, [], [], 0.5)).toThrow(expect.objectContaining({ code: 'metrics/no-rows' }));
    expect(() => measure(regression, [], [], 0)).toThrow(
      expect.objectContaining({ code: 'metrics/no-rows' }),
    );
  });

  it('names one metric that decides', () => {
    expect(primaryMetric(binary)).toBe('auc');
    expect(primaryMetric(regression)).toBe('rmse');
  });
});

it('predicts the mean of the training labels for every row as the baseline', () => {
  expect([...baselinePredictions(Float64Array.of(0, 0, 1, 1, 1), 3)]).toEqual([0.6, 0.6, 0.6]);
});
