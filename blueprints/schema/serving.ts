import * as z from 'zod';
import { finite, schedule, share, text, whole } from './primitives.ts';

const online = z
  .strictObject({
    requestsPerDay: whole(1, 10_000_000_000).describe(
      'requests of a usual day; it decides how a release can end',
    ),
    byKey: z.boolean().default(false).describe('features are fetched from the online store by key'),
    unknownKey: z
      .enum(['score', 'refuse'])
      .optional()
      .describe(
        'what a request with features is answered whose key has no events yet: score (the default) as the first event of a new key was in training, refuse with 404',
      ),
  })
  .optional()
  .describe('an authenticated API');

const batch = z
  .strictObject({
    schedule: schedule.describe('when the newest rows are scored, UTC'),
    windowDays: whole(1, 3660).default(1).describe('days before it whose rows are scored'),
    output: z.enum(['csv', 'jsonl']).default('csv').describe('file format'),
    rank: z.enum(['none', 'ascending', 'descending']).default('descending').describe('order of the scores'),
    deliverBy: z
      .string()
      .max(5)
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM')
      .describe('an alarm is raised when the file is not there by this time, HH:MM in UTC'),
  })
  .optional()
  .describe('a file of scores on a schedule');

const release = z
  .strictObject({
    strategy: z
      .enum(['auto', 'all-at-once', 'shadow', 'canary', 'linear'])
      .default('auto')
      .describe(
        'auto: canary if the volume feeds the full test or the looser one in time, else a replay of past requests',
      ),
    share: z.number().min(0.01).max(1).default(0.1).describe('share of requests in the first step'),
    steps: whole(1, 20).default(5).describe('steps of a linear release'),
    maxHoursPerStep: whole(1, 24 * 30)
      .default(24)
      .describe('a step without evidence by then ends the release'),
    strictness: z
      .enum(['standard', 'strict'])
      .default('standard')
      .describe(
        'what alarms accept of a new version: standard all of it; strict half of errorRate and half of the 1 % of answers that may be slower than p99LatencyMs, which needs about twice the requests',
      ),
    watchHours: whole(1, 24 * 30)
      .optional()
      .describe(
        'how long a new champion is watched; as long as the declared requests need for the full test by default, at least 24 and at most 720',
      ),
    replayRows: whole(100, 100_000).default(10_000).describe('past requests that both versions score'),
  })
  .prefault({})
  .describe('how a version comes to serve');

const alarms = z
  .strictObject({
    errorRate: z
      .number()
      .min(0.0001)
      .max(1)
      .default(0.02)
      .describe('largest share of failed or invalid answers'),
    p99LatencyMs: whole(1, 900_000).default(500).describe('99 % of answers must be faster'),
    scorePsi: z.number().min(0.01).max(10).default(0.25).describe('largest shift of the score distribution'),
    business: z
      .strictObject({ metric: text(100), min: finite.optional(), max: finite.optional() })
      .optional()
      .describe('a measure of your own, published under this name'),
  })
  .prefault({})
  .describe('what rolls a new version back');

/** How scores reach those who use them. */
export const servingSchema = z
  .strictObject({
    online,
    batch,
    decisionThreshold: share.default(0.5).describe('scores from here on count as positive'),
    automation: z
      .strictObject({
        level: z
          .enum(['human-only', 'shadow', 'assist', 'partial', 'full'])
          .default('assist')
          .describe(
            'who decides: people, people with a proposal, the model except for uncertain cases, the model',
          ),
        uncertain: z
          .strictObject({ low: share, high: share })
          .optional()
          .describe('scores in this band go to a person; needed by partial'),
      })
      .prefault({})
      .describe('degree of automation'),
    capture: z
      .strictObject({
        features: z
          .boolean()
          .default(true)
          .describe('features are kept with a prediction, but sensitive ones'),
        share: share.default(1).describe('share of predictions whose features are kept'),
      })
      .prefault({})
      .describe('what is recorded of a prediction; drift of features is measured on it'),
    release,
    alarms,
  })
  .prefault({})
  .describe('the API, the batch, releases and alarms');
