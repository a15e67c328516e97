/** The metrics of each kind of problem: a threshold on any other name is a mistake in the blueprint. */

import type { Estimated } from './intervals.ts';

/** Direction of a metric's improvement; `near-one` has none, so nothing is better or worse by it. */
export type Better = 'higher' | 'lower' | 'near-one';

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
    'calibration-error': {
      better: 'lower',
      description: 'root mean squared calibration error over 10 bins, without the noise of the bins',
    },
    'observed-over-expected': {
      better: 'near-one',
      description: 'positives over the sum of the probabilities',
    },
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

/** A metric's value with its 95 % interval, or with the reason why it has none. */
export type Metric = Estimated & { readonly better: Better };
