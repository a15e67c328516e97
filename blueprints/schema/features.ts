import * as z from 'zod';
import type { FeatureSpec } from '../../lambdas/core/features/spec.ts';
import { TIMESTAMP_PARTS } from '../../lambdas/core/features/spec.ts';
import { columnName, finite, share, text, whole } from './primitives.ts';

const expectations = z
  .strictObject({
    min: finite.optional().describe('inclusive lower bound of a number'),
    max: finite.optional().describe('inclusive upper bound of a number'),
    allowed: z.array(text(200)).min(1).max(1000).optional().describe('the only texts allowed'),
    maxMissingShare: share.optional().describe('beyond this share of missing values the run stops'),
    unique: z.boolean().optional().describe('no value may occur twice in one export'),
    meanWithinSigmas: z
      .number()
      .positive()
      .max(100)
      .optional()
      .describe('largest distance of the mean from the training mean, in training standard deviations'),
    deviationWithinFactor: z
      .number()
      .min(1)
      .max(1000)
      .optional()
      .describe("largest factor between the standard deviation and training's; 2 means half to double"),
  })
  .describe('what every row must satisfy; a row that does not goes to quarantine');

const named = {
  name: columnName.describe('unique in the group; also the field of a scoring request'),
  description: text(500).describe('in words, for cards, reports and reasons'),
  monitor: z.boolean().optional().describe('whether drift in this feature counts'),
};

const base = {
  ...named,
  column: columnName.optional().describe("column of the source table; the feature's name by default"),
  expect: expectations.optional(),
};

const expression = z.string().min(1).max(2000);

const feature = z.discriminatedUnion('kind', [
  z.strictObject({
    ...base,
    kind: z.literal('numeric'),
    impute: z
      .union([z.enum(['none', 'mean', 'median']), z.strictObject({ value: finite })])
      .default('none')
      .describe('what a missing value becomes; none lets the tree learn a direction'),
    scale: z.enum(['none', 'log1p', 'standard']).default('none').describe('transformation'),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('categorical'),
    encoding: z
      .enum(['ordinal', 'one-hot'])
      .default('ordinal')
      .describe('ordinal is the mean label of the category'),
    impute: z
      .union([z.enum(['none', 'mode']), z.strictObject({ value: text(200) })])
      .default('none')
      .describe('what a missing value becomes'),
    onUnseen: z
      .enum(['missing', 'refuse'])
      .default('missing')
      .describe('a category not seen in training counts as missing, or the row is refused'),
    maxCategories: whole(1, 10_000)
      .optional()
      .describe(
        'categories kept, most frequent first; 10,000 by default, one-hot 100 and at most 1,000; the story and the card count the others',
      ),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('boolean'),
    impute: z
      .union([z.enum(['none', 'mode']), z.strictObject({ value: z.boolean() })])
      .default('none')
      .describe('what a missing value becomes'),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('timestamp'),
    part: z.enum(TIMESTAMP_PARTS).describe('part of the timestamp, in UTC; weekday 1 is Monday'),
    impute: z.literal('none').default('none').describe('a missing time stays missing'),
  }),
  z.strictObject({
    ...named,
    kind: z.literal('lag'),
    of: columnName.describe('numeric feature that is looked back at'),
    events: whole(1, 1000).describe('how many events of the same key ago'),
  }),
  z.strictObject({
    ...named,
    kind: z.literal('rolling'),
    of: columnName.describe('numeric feature that is summarised'),
    days: whole(1, 3660).describe("days before the row's event time, not including it; 1,000 events at most"),
    statistic: z.enum(['mean', 'sum', 'min', 'max', 'count', 'deviation']).describe('what is computed'),
  }),
  z.strictObject({
    ...named,
    kind: z.literal('expression'),
    expression: expression.describe("an expression over other features' raw values, in a subset of CEL"),
  }),
]);

/** Features of a row that a model reads. */
export const featuresSchema = z
  .strictObject({
    version: whole(1, 9999).describe('raised whenever a feature changes or goes; additions may keep it'),
    fields: z.array(feature).min(1).max(500).describe("the features, in the model's order"),
    rows: z
      .array(
        z.strictObject({
          expression: expression.describe('a boolean over features that are read from columns'),
          description: text(500).describe('in words, why'),
        }),
      )
      .min(1)
      .max(100)
      .optional()
      .describe('rules for rows; a row that breaks one goes to quarantine, one that lacks a value does not'),
    columns: z
      .array(columnName)
      .min(1)
      .max(1000)
      .optional()
      .describe('order of the stored columns; features.lock.json gives it, new columns go last'),
  })
  .describe('the feature group') satisfies z.ZodType<FeatureSpec>;
