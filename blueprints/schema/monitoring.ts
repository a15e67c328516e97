import * as z from 'zod';
import { CATEGORICAL_STATISTICS, DRIFT_DEFAULTS, NUMERIC_STATISTICS } from '../../lambdas/core/drift/spec.ts';
import { columnName, schedule, share, whole } from './primitives.ts';
import { attribute, directedMetric } from './training.ts';

const limit = z.number().min(0).max(1000);

const warn = limit.optional().describe('a warning needs the statistic beyond it too');
const alert = limit.optional().describe('an alert needs the statistic beyond it too');

const drift = z
  .strictObject({
    floor: z
      .strictObject({
        share: share
          .default(DRIFT_DEFAULTS.floor.share)
          .describe('of the share of a category or of a repeated value'),
        deviations: limit
          .default(DRIFT_DEFAULTS.floor.deviations)
          .describe('of numbers: Wasserstein distance in standard deviations of training'),
      })
      .prefault({})
      .describe('smallest change that counts as drift, however many rows prove it'),
    numeric: z
      .strictObject({
        statistic: z
          .enum(NUMERIC_STATISTICS)
          .default(DRIFT_DEFAULTS.numeric.statistic)
          .describe('distance measure'),
        warn,
        alert,
      })
      .prefault({})
      .describe('numbers'),
    categorical: z
      .strictObject({
        statistic: z
          .enum(CATEGORICAL_STATISTICS)
          .default(DRIFT_DEFAULTS.categorical.statistic)
          .describe('distance measure; the limits of chi-square are p-values'),
        warn,
        alert,
      })
      .prefault({})
      .describe('categories and booleans'),
    missingShare: share
      .default(DRIFT_DEFAULTS.missingShare)
      .describe('smallest change of the share of missing values that counts'),
    unseenShare: share
      .default(DRIFT_DEFAULTS.unseenShare)
      .describe('smallest growth of the share of categories not seen in training that counts'),
    driftedShare: z
      .number()
      .gt(0)
      .max(1)
      .default(DRIFT_DEFAULTS.driftedShare)
      .describe('share of features that must alert for the window to count as drifted'),
    scorePsi: z
      .strictObject({ warn, alert })
      .prefault({})
      .describe('PSI limits of the scores and of the labels'),
  })
  .prefault({})
  .describe('what counts as drift');

/** Monitoring once a version serves. */
export const monitoringSchema = z
  .strictObject({
    schedule: schedule.default('0 6 * * *').describe('when monitoring runs, UTC'),
    windowDays: whole(1, 366).default(7).describe('days that are compared with training'),
    drift,
    correlations: z
      .number()
      .gt(0)
      .max(2)
      .default(DRIFT_DEFAULTS.correlationChange)
      .describe('largest change of a strong correlation between two features'),
    consecutive: z
      .strictObject({ n: whole(1, 50), of: whole(1, 50) })
      .default(DRIFT_DEFAULTS.windows)
      .describe('drift counts when n of the last windows have drifted'),
    minRows: whole(1, 10_000_000)
      .default(DRIFT_DEFAULTS.minRows)
      .describe('windows with fewer rows are not tested'),
    fairness: z
      .strictObject({
        attributes: z.array(attribute).max(20).default([]).describe('whose groups are compared'),
        minGroup: whole(1, 1_000_000)
          .default(30)
          .describe('groups with fewer rows are not compared; also for the gate'),
      })
      .prefault({})
      .describe('group fairness in production'),
    groundTruth: z
      .strictObject({
        step: columnName.describe('source step whose rows carry the outcome'),
        delayDays: whole(0, 3660).describe('days until an outcome is known'),
      })
      .optional()
      .describe('where outcomes come from; joined to predictions by key and event time'),
  })
  .prefault({})
  .describe('drift, performance and fairness in production');

/** Triggers of a retraining. */
export const retrainingSchema = z
  .strictObject({
    on: z
      .strictObject({
        schedule: schedule.optional().describe('at these times, UTC'),
        drift: z.boolean().default(true).describe('when monitoring calls for it'),
        performance: z
          .strictObject({ metric: directedMetric, dropBy: z.number().gt(0).max(1e15) })
          .optional()
          .describe(
            'when the measured metric is worse than at training by more than this, with 99 % certainty',
          ),
        newData: z
          .strictObject({ minRows: whole(1, 1_000_000_000) })
          .optional()
          .describe('when this many rows are new'),
      })
      .prefault({})
      .describe('the triggers'),
    coolDownDays: whole(0, 3660)
      .default(7)
      .describe('days after a training during which only a person starts another'),
  })
  .prefault({})
  .describe('the closed loop');
