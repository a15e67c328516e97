import * as z from 'zod';
import { columnName, finite, schedule, share, text, whole } from './primitives.ts';

/** The prediction target. */
export const problemSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('binary-classification'),
      label: columnName.describe('column that is predicted; empty while the outcome is unknown'),
      positive: z
        .union([z.boolean(), finite, text(100)])
        .describe("the label's value whose probability is the score"),
    }),
    z.strictObject({
      type: z.literal('regression'),
      label: columnName.describe('numeric column that is predicted; empty while the outcome is unknown'),
    }),
    z.strictObject({
      type: z.literal('clustering'),
      clusters: z
        .union([whole(2, 100), z.strictObject({ min: whole(2, 100), max: whole(2, 100) })])
        .describe('number of clusters, or the range that the best silhouette is searched in'),
    }),
  ])
  .describe('what is predicted: a yes or no, a number, or groups');

const step = z.strictObject({
  name: columnName.describe('later steps select from this name'),
  query: z
    .string()
    .min(8)
    .max(20_000)
    .describe(
      "one SELECT; may name earlier steps, and the window as current_setting('mlops.from') and 'mlops.to', half-open",
    ),
  keep: z.boolean().default(false).describe("also export this step's rows"),
});

/** Source of the rows. */
export const sourceSchema = z
  .strictObject({
    engine: z.enum(['postgres', 'mysql']).describe('kind of database; mysql is MariaDB too'),
    steps: z
      .array(step)
      .min(1)
      .max(20)
      .describe('queries that build the table in one read-only snapshot; the last one is the table'),
    key: columnName.describe('column that names the entity; one row per key and event time'),
    eventTime: columnName.describe('column with the time when the row became true'),
    sensitive: z
      .array(columnName)
      .max(200)
      .default([])
      .describe('columns that are never logged nor captured with a prediction'),
    watermark: z
      .strictObject({
        overlapHours: whole(0, 24 * 60)
          .default(24)
          .describe('hours read again, so that late rows are not lost'),
      })
      .prefault({})
      .describe('how an export continues where the last one ended'),
    schedule: schedule.default('0 2 * * *').describe('when rows are exported, UTC'),
    expectedRows: whole(1, 1_000_000_000).describe('rows of a usual run; capacity is checked against it'),
    timeoutSec: whole(1, 3600).default(300).describe('the query is cancelled after this many seconds'),
    quarantine: z
      .strictObject({ maxShare: share.default(0.02).describe('beyond this share of bad rows the run stops') })
      .prefault({})
      .describe('what happens to rows that fail an expectation'),
  })
  .describe('the database, the query and how often it runs');
