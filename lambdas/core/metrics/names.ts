/** The metrics of each kind of problem: a threshold on any other name is a mistake in the blueprint. */

/** Direction of a metric's improvement. */
export type Better = 'higher' | 'lower';

export interface MetricDefinition {
  readonly better: Better;
  readonly description: string;
}

export const METRIC_DEFINITIONS = {
  'binary-classification': {
    auc: { better: 'higher', description: 'area under the ROC curve' },
    'average-precision': { better: 'higher', description: 'area under the precision-recall curve' },
    'log-loss': { better: 'lower', description: 'mean negative log-likelihood' },
    brier: { better: 'lower', description: 'mean squared error of the probability' },
    'calibration-error': { better: 'lower', description: 'expected calibration error over 10 bins' },
  },
  regression: {
    rmse: { better: 'lower', description: 'root of the mean squared error' },
    mae: { better: 'lower', description: 'mean absolute error' },
    r2: { better: 'higher', description: 'share of the variance explained' },
  },
  clustering: {
    silhouette: {
      better: 'higher',
      description: 'how much nearer rows are to their own cluster than to the next',
    },
  },
} as const satisfies Record<string, Record<string, MetricDefinition>>;

export type BinaryMetric = keyof (typeof METRIC_DEFINITIONS)['binary-classification'];
export type RegressionMetric = keyof (typeof METRIC_DEFINITIONS)['regression'];

/** A metric's value and, where there is one, its 95 % interval. */
export interface Metric {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly better: Better;
}
