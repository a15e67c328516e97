import * as z from 'zod';
import type { DirectedMetricName, MetricName } from '../../lambdas/core/config.ts';
import { FAIRNESS_METRICS, METRICS } from '../../lambdas/core/config.ts';
import { DEFAULT_PARAMS, PARAMETER_RANGES } from '../../lambdas/core/trees/spec.ts';
import { columnName, finite, schedule, whole } from './primitives.ts';

const ALL_METRICS: readonly MetricName[] = [
  ...METRICS['binary-classification'],
  ...METRICS.regression,
  ...METRICS.clustering,
];

/** A metric by name; whether the problem has it is checked with the whole blueprint. */
const metric = z.enum(ALL_METRICS);

/** A metric that says which of two models is better. */
export const directedMetric = z.enum(
  ALL_METRICS.filter((name): name is DirectedMetricName => name !== 'observed-over-expected'),
);

const limits = {
  min: finite.optional().describe('smallest acceptable value'),
  max: finite.optional().describe('largest acceptable value'),
};

/** A column, or a combination of two or three, with the groups that are compared. */
export const attribute = z
  .union([columnName, z.array(columnName).min(2).max(3)])
  .describe('a column whose groups are compared, or two or three whose combinations are');

const difference = z.strictObject({
  metric: directedMetric,
  by: z.number().min(0).max(1e15).describe('difference, in units of the metric'),
});

const parameter = (name: keyof typeof PARAMETER_RANGES) => {
  const { min, max, integer, above } = PARAMETER_RANGES[name];
  if (integer) return whole(min, max);
  return above ? z.number().gt(min).max(max) : z.number().min(min).max(max);
};

/** Range of each parameter of the booster. */
export const parameterRanges = {
  rounds: parameter('rounds'),
  maxDepth: parameter('maxDepth'),
  eta: parameter('eta'),
  lambda: parameter('lambda'),
  alpha: parameter('alpha'),
  gamma: parameter('gamma'),
  minChildWeight: parameter('minChildWeight'),
  maxBins: parameter('maxBins'),
  subsample: parameter('subsample'),
  columnSample: parameter('columnSample'),
  scalePositiveWeight: parameter('scalePositiveWeight'),
  earlyStoppingRounds: parameter('earlyStoppingRounds'),
};

const parameters = z
  .strictObject({
    rounds: parameterRanges.rounds.default(DEFAULT_PARAMS.rounds).describe('most trees'),
    maxDepth: parameterRanges.maxDepth.default(DEFAULT_PARAMS.maxDepth).describe('levels of a tree'),
    eta: parameterRanges.eta.default(DEFAULT_PARAMS.eta).describe('learning rate'),
    lambda: parameterRanges.lambda.default(DEFAULT_PARAMS.lambda).describe('L2 penalty on leaf weights'),
    alpha: parameterRanges.alpha.default(DEFAULT_PARAMS.alpha).describe('L1 penalty on leaf weights'),
    gamma: parameterRanges.gamma.default(DEFAULT_PARAMS.gamma).describe('least gain of a split'),
    minChildWeight: parameterRanges.minChildWeight
      .default(DEFAULT_PARAMS.minChildWeight)
      .describe('least sum of hessians in a leaf'),
    maxBins: parameterRanges.maxBins.default(DEFAULT_PARAMS.maxBins).describe('histogram bins per feature'),
    subsample: parameterRanges.subsample.default(DEFAULT_PARAMS.subsample).describe('share of rows per tree'),
    columnSample: parameterRanges.columnSample
      .default(DEFAULT_PARAMS.columnSample)
      .describe('share of features per tree'),
    scalePositiveWeight: parameterRanges.scalePositiveWeight
      .default(DEFAULT_PARAMS.scalePositiveWeight)
      .describe('weight of positive rows'),
    earlyStoppingRounds: parameterRanges.earlyStoppingRounds
      .optional()
      .describe('stops after this many rounds without improvement; without it never'),
  })
  .prefault({})
  .describe("the booster's parameters, with XGBoost's meanings");

const searched = z.union([
  z.array(finite).min(1).max(50),
  z.strictObject({ min: finite, max: finite, scale: z.enum(['linear', 'log']).default('linear') }),
]);

const search = z
  .strictObject({
    trials: whole(2, 200).describe('configurations tried'),
    space: z
      .partialRecord(z.enum(Object.keys(parameterRanges) as (keyof typeof parameterRanges)[]), searched) // its own keys
      .describe('per parameter: the values, or a range'),
  })
  .optional()
  .describe(
    'hyperparameter search: random configurations besides the given one; the best on the newest rows of the training part is kept, and measured on the holdout',
  );

const validation = z
  .strictObject({
    thresholds: z
      .array(z.strictObject({ metric, ...limits }))
      .max(20)
      .default([])
      .describe('what the holdout must show'),
    notWorseThanChampionBy: difference
      .optional()
      .describe(
        'refused is a version that is worse than the champion by more than this, with 99 % certainty on the same rows',
      ),
    betterThanBaseline: z
      .union([difference, z.literal(false)])
      .optional()
      .describe(
        'a version must beat the constant prediction by more than this, with 95 % certainty; by default auc or rmse by 0, false: need not',
      ),
    fairness: z
      .array(z.strictObject({ attribute, metric: z.enum(FAIRNESS_METRICS), ...limits }))
      .max(20)
      .default([])
      .describe('what must hold between the groups of an attribute'),
  })
  .prefault({})
  .describe('what a version must show before it may be approved');

/** How a version comes to be. */
export const trainingSchema = z
  .strictObject({
    algorithm: z
      .enum(['xgboost', 'kmeans'])
      .default('xgboost')
      .describe('gradient boosted trees, or k-means'),
    parameters,
    search,
    window: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('all') }),
        z.strictObject({ kind: z.literal('days'), days: whole(1, 36_600) }),
        z.strictObject({ kind: z.literal('rows'), rows: whole(100, 1_000_000_000) }),
      ])
      .default({ kind: 'all' })
      .describe('the rows that are learnt from: all, or the last n days or rows'),
    split: z
      .strictObject({
        kind: z
          .enum(['time', 'hash'])
          .default('time')
          .describe('the newest rows are held out, or a share of the keys, chosen by a hash of each'),
        holdoutShare: z.number().min(0.05).max(0.5).default(0.2).describe('share of rows, or keys, held out'),
        keys: z
          .enum(['all', 'new-only'])
          .default('all')
          .describe('by time: newest rows of whichever key, or of keys that training has not'),
        gapDays: whole(0, 3660)
          .optional()
          .describe(
            "by time: days before the holdout whose rows are not trained on; by default the ground truth's delayDays",
          ),
      })
      .prefault({})
      .describe('how rows are held out for validation'),
    seed: whole(0, 4_294_967_295).default(1).describe('same data and seed, same model'),
    schedule: schedule.optional().describe('when a version is trained, UTC; retraining may start more'),
    validation,
    approval: z.enum(['manual', 'automatic']).default('manual').describe('who lets a valid version go live'),
  })
  .prefault({})
  .describe('algorithm, data window, validation and approval');
