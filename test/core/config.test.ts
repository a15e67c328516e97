import { describe, expect, it } from 'vitest';
import type { MonitoringConfig } from '../../lambdas/core/config.ts';
import { driftSpec, LOWER_IS_BETTER, labelOf, METRICS } from '../../lambdas/core/config.ts';
import { DRIFT_DEFAULTS } from '../../lambdas/core/drift/spec.ts';
import { METRIC_DEFINITIONS as DEFINITIONS } from '../../lambdas/core/metrics/names.ts';

describe('METRICS', () => {
  it('has metrics for every kind of problem', () => {
    expect(METRICS).toEqual({
      'binary-classification': [
        'auc',
        'average-precision',
        'log-loss',
        'brier',
        'calibration-error',
        'observed-over-expected',
      ],
      regression: ['rmse', 'mae', 'r2'],
      clustering: ['silhouette'],
    });
  });

  it('defines each metric once, and marks errors as better when lower', () => {
    for (const problem of ['binary-classification', 'regression', 'clustering'] as const)
      expect(Object.keys(DEFINITIONS[problem])).toEqual(METRICS[problem]);
    expect(LOWER_IS_BETTER).toEqual(['log-loss', 'brier', 'calibration-error', 'rmse', 'mae']);
  });
});

describe('driftSpec', () => {
  it('gathers the drift settings of the monitoring section', () => {
    const monitoring: MonitoringConfig = {
      schedule: '0 6 * * *',
      windowDays: 7,
      drift: {
        floor: DRIFT_DEFAULTS.floor,
        numeric: DRIFT_DEFAULTS.numeric,
        categorical: DRIFT_DEFAULTS.categorical,
        missingShare: 0.02,
        unseenShare: 0.02,
        driftedShare: 0.5,
        scorePsi: DRIFT_DEFAULTS.scorePsi,
      },
      correlations: 0.3,
      consecutive: { n: 2, of: 3 },
      minRows: 200,
      fairness: { attributes: [], minGroup: 30 },
    };
    expect(driftSpec(monitoring)).toEqual(DRIFT_DEFAULTS);
  });
});

describe('labelOf', () => {
  it('takes the predicted column as the label, and none for clusters', () => {
    expect(labelOf({ type: 'regression', label: 'units' })).toBe('units');
    expect(labelOf({ type: 'clustering', clusters: 4 })).toBeUndefined();
  });
});
