import { describe, expect, it } from 'vitest';
import { metricRange } from '../../../lambdas/core/metrics/ranges.ts';

/** The bounds are scikit-learn's, by the definition of each metric. */
describe('the range of a metric', () => {
  it.each([
    ['auc', 0, 1],
    ['rmse', 0, Number.MAX_VALUE],
    ['r2', -Number.MAX_VALUE, 1],
    ['silhouette', -1, 1],
    ['lift', -Number.MAX_VALUE, Number.MAX_VALUE],
    ['constructor', -Number.MAX_VALUE, Number.MAX_VALUE],
  ])('gives %s the range of %d to %d', (name, min, max) => {
    expect(metricRange(name)).toEqual([min, max]);
  });
});
