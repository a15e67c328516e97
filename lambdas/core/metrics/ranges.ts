import type { BinaryMetric, METRIC_DEFINITIONS, RegressionMetric } from './names.ts';

type Range = readonly [min: number, max: number];

const FINITE: Range = [-Number.MAX_VALUE, Number.MAX_VALUE];
const SHARE: Range = [0, 1];
const NOT_NEGATIVE: Range = [0, Number.MAX_VALUE];

/** The values that a metric can take by its definition (scikit-learn.org/stable/modules/model_evaluation.html). */
const RANGES: Readonly<
  Record<BinaryMetric | RegressionMetric | keyof (typeof METRIC_DEFINITIONS)['clustering'], Range>
> = {
  auc: SHARE,
  'average-precision': SHARE,
  'log-loss': [0, 745], // -ln of the least double is 744.4
  brier: SHARE,
  'calibration-error': SHARE,
  'observed-over-expected': NOT_NEGATIVE,
  rmse: NOT_NEGATIVE,
  mae: NOT_NEGATIVE,
  r2: [-Number.MAX_VALUE, 1],
  silhouette: [-1, 1],
};

/** The values that a metric can take, both ends included; any finite number where the name is of none of ours. */
export function metricRange(name: string): Range {
  return Object.hasOwn(RANGES, name) ? RANGES[name as keyof typeof RANGES] : FINITE; // an own key
}
