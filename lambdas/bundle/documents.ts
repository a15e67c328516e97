/** The documents of a bundle that somebody hands in: checked to be what the code that reads them relies on. */

import * as z from 'zod';
import { EXPRESSION_FUNCTIONS } from '../core/expression/functions.ts';
import type { Expression } from '../core/expression/tree.ts';
import type { FittedFeatures } from '../core/features/fitted.ts';
import { TIMESTAMP_PARTS } from '../core/features/spec.ts';
import { metricRange } from '../core/metrics/ranges.ts';
import { isPrintable } from '../core/printable.ts';
import type { Manifest } from '../stores/bundle.ts';

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const name = z.string().min(1).max(200).refine(isPrintable, 'holds characters that do not show');
const text = z.string().max(10_000);
const count = z.int().min(0);
const number = z.number();
const version = z.literal(1);
/** As `mlops` takes it on the command line. */
const versionNumber = z.int().min(1).max(999_999_999);
/** ms since 1970, to the end of the year 9999, which ISO 8601 writes in four digits. */
const time = z.int().min(0).max(253_402_300_799_999);
const isoTime = z
  .string()
  .max(40)
  .refine((one) => time.safeParse(Date.parse(one)).success, 'is not a time');

export const manifestSchema: z.ZodType<Manifest> = z.strictObject({
  schemaVersion: version,
  version: versionNumber,
  files: z.array(z.strictObject({ name, bytes: count, sha256: hex })).max(64),
});

const type = z.enum(['number', 'boolean', 'text']);
const value = z.union([number, z.string().max(1_000)]);
const feature = z.strictObject({ kind: z.literal('feature'), type, name });
const operands = <const N extends number>(many: N) => z.array(z.lazy(() => tree)).length(many);
// Chosen by `kind`: a union that tries each alternative reports 3.3 times as much at each level of a wrong tree. How deep
// one may be is counted before (bounded-json.ts).
const tree: z.ZodType<Expression> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('literal'), type, value }),
    feature,
    z.strictObject({
      kind: z.literal('call'),
      type,
      function: z.enum(Object.keys(EXPRESSION_FUNCTIONS) as [keyof typeof EXPRESSION_FUNCTIONS]),
      args: z.array(tree).min(1).max(2),
    }),
    z.strictObject({ kind: z.enum(['and', 'or']), type: z.literal('boolean'), args: operands(2) }),
    z.strictObject({ kind: z.literal('choose'), type, args: operands(3) }),
    z.strictObject({ kind: z.literal('has'), type: z.literal('boolean'), args: operands(1) }),
    z.strictObject({
      kind: z.literal('in'),
      type: z.literal('boolean'),
      args: operands(1),
      values: z.array(value).max(200),
    }),
  ]),
) as z.ZodType<Expression>; // the lengths of `args` are checked, which zod's types do not know

const column = { name, column: name };
/** `features.json`. */
export const fittedFeaturesSchema: z.ZodType<FittedFeatures> = z.strictObject({
  schemaVersion: version,
  version: z.int().min(1).max(9999),
  fields: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({
          ...column,
          kind: z.literal('numeric'),
          impute: number.nullable(),
          scale: z.union([
            z.enum(['none', 'log1p']),
            z.strictObject({ mean: number, deviation: number.refine((one) => one !== 0) }),
          ]),
        }),
        z
          .strictObject({
            ...column,
            kind: z.literal('categorical'),
            encoding: z.enum(['ordinal', 'one-hot']),
            categories: z.array(text).max(10_000),
            values: z.array(number).max(10_000).optional(),
            impute: text.nullable(),
            onUnseen: z.enum(['missing', 'refuse']),
          })
          .refine(({ categories, values }) => values === undefined || values.length === categories.length, {
            path: ['values'],
            message: 'has another number of entries than categories',
          }),
        z.strictObject({ ...column, kind: z.literal('boolean'), impute: z.literal([0, 1]).nullable() }),
        z.strictObject({ ...column, kind: z.literal('timestamp'), part: z.enum(TIMESTAMP_PARTS) }),
        z.strictObject({
          kind: z.literal('expression'),
          name,
          tree,
          reads: z.array(z.strictObject({ ...column, type })).max(500),
        }),
      ]),
    )
    .max(500),
});

const estimate = z.strictObject({
  value: number,
  low: number.nullable(),
  high: number.nullable(),
  reason: text.optional(),
});
/** Each within the range that its metric has; ends of a normal interval may lie outside, by no more than that range. */
const metrics = z.record(name, estimate).superRefine((estimates, context) => {
  for (const [metric, { value: measured, low, high }] of Object.entries(estimates)) {
    const [min, max] = metricRange(metric);
    const slack = Math.min(max - min, Number.MAX_VALUE);
    const ends = [low ?? measured, high ?? measured] as const;
    const possible =
      measured >= min &&
      measured <= max &&
      ends[0] <= ends[1] &&
      ends.every((end) => end >= min - slack && end <= max + slack);
    if (!possible)
      context.addIssue({
        code: 'custom',
        path: [metric],
        message: `is not a value of this metric, which takes ${min} to ${max}`,
      });
  }
});
/** Differences of metrics, in either direction. */
const advantages = z.record(
  name,
  estimate.refine(
    ({ value: ahead, low, high }) => (low ?? ahead) <= ahead && ahead <= (high ?? ahead),
    'has bounds on the wrong side of its value',
  ),
);
const trials = z
  .array(
    z.looseObject({
      parameters: z.record(name, z.union([text, number, z.boolean()]).nullable()),
      loss: number,
    }),
  )
  .max(10_000);

/** `metrics.json`. */
export const metricsSchema = z.looseObject({
  schemaVersion: version,
  training: z.looseObject({
    schemaVersion: version,
    rounds: count.max(1_000_000),
    importance: z.array(z.strictObject({ feature: text, gain: number.min(0).max(1 + 1e-9) })).max(100_000),
    metrics,
    trials: trials.optional(),
  }),
  evaluation: z.looseObject({
    schemaVersion: version,
    primary: name,
    metrics,
    passed: z.boolean(),
    reasons: z.array(text).max(1_000),
    baseline: z.strictObject({ name, metrics, advantage: advantages.optional() }).nullable(),
    champion: z
      .strictObject({ version: versionNumber, metrics, advantage: advantages.optional() })
      .nullable(),
    slices: z.array(z.strictObject({ attribute: name, value: text, rows: count, metrics })).max(10_000),
    fairness: z
      .array(z.strictObject({ attribute: name, metrics }))
      .max(1_000)
      .optional(),
    permutation: z
      .array(z.strictObject({ feature: name, worse: number }))
      .max(1_000)
      .optional(),
  }),
});

/** `lineage.json`. */
export const lineageSchema = z.looseObject({
  schemaVersion: version,
  model: name,
  version: versionNumber,
  runId: name,
  trigger: name,
  trainedBy: name,
  trainedAt: time,
  codeVersion: name,
  configSha256: name,
  data: z.strictObject({
    snapshotId: name,
    sha256: hex,
    trainRows: count,
    holdoutRows: count,
    split: z
      .strictObject({
        kind: z.enum(['time', 'hash']),
        keys: z.enum(['all', 'new-only']),
        gapDays: count,
        gapRows: count,
        knownKeyRows: count,
      })
      .optional(),
    window: z.strictObject({ from: isoTime, to: isoTime }),
    categories: z
      .array(z.strictObject({ column: name, levels: count, kept: count, keptShare: number.min(0).max(1) }))
      .max(500)
      .optional(),
    quarantined: z.record(name, count).optional(),
  }),
  algorithm: name,
  parameters: z.record(name, z.union([text, number, z.boolean()]).nullable()),
  seed: z.int().min(0).max(4_294_967_295),
  identity: z
    .strictObject({
      sha256: hex,
      rows: z.strictObject({
        kind: z.enum(['file', 'export']),
        sha256: hex,
        earlier: z.strictObject({ parts: count, sha256: hex }).optional(),
      }),
      configSha256: hex,
      codeVersion: name,
    })
    .optional(),
});

const share = z.number().min(0).max(1);
const bins = z.strictObject({
  edges: z.array(number),
  coarse: z.array(count),
  centers: z.array(number),
  deviation: z.number().min(0),
  unit: z.number().min(0),
});
const numericProfile = z.strictObject({
  kind: z.literal('numeric'),
  name,
  missingShare: share,
  summary: z.record(name, number).nullable(),
  bins,
});
const categoryProfile = z.strictObject({
  kind: z.literal('categorical'),
  name,
  missingShare: share,
  unseenShare: share,
  categories: z.array(text).max(1_000),
});
const counts = z.array(count);
const numericCounts = z.strictObject({
  kind: z.literal('numeric'),
  counts,
  missing: count,
  below: count,
  above: count,
});
const categoryCounts = z.strictObject({
  kind: z.literal('categorical'),
  counts,
  unseen: count,
  missing: count,
});
const sums = z.strictObject({ n: count, a: count, b: count, aa: count, bb: count, ab: count });

/** `profile.json`. */
export const profileSchema = z
  .strictObject({
    schemaVersion: version,
    columns: z.array(z.discriminatedUnion('kind', [numericProfile, categoryProfile])),
    pairs: z.array(z.strictObject({ a: count, b: count })),
    scores: numericProfile.nullable(),
    labels: numericProfile.nullable(),
    reference: z.strictObject({
      rows: count,
      columns: z.array(z.discriminatedUnion('kind', [numericCounts, categoryCounts])),
      pairs: z.array(sums),
      scores: numericCounts.nullable(),
      labels: numericCounts.nullable(),
    }),
  })
  .refine(({ columns, pairs, scores, labels, reference }) => {
    const fits = (profile: Counted | null, counted: { kind: string; counts: unknown[] } | null): boolean =>
      profile === null || counted === null
        ? profile === counted
        : profile.kind === counted.kind && bucketsOf(profile) === counted.counts.length;
    return (
      columns.length === reference.columns.length &&
      columns.every((column, i) => fits(column, reference.columns[i] ?? null)) &&
      pairs.length === reference.pairs.length &&
      pairs.every(({ a, b }) => columns[a]?.kind === 'numeric' && columns[b]?.kind === 'numeric') &&
      fits(scores, reference.scores) &&
      fits(labels, reference.labels)
    );
  }, 'counts of other bins than the profile has');

type Counted = z.infer<typeof numericProfile> | z.infer<typeof categoryProfile>;

const bucketsOf = (profile: Counted): number =>
  profile.kind === 'numeric' ? profile.bins.edges.length + 1 : profile.categories.length;

/** Returns the first violation of the schema in a document, with its path; undefined if there is none. */
export function firstProblem(
  schema: z.ZodType,
  document: unknown,
): { readonly path: string; readonly message: string } | undefined {
  const issue = schema.safeParse(document).error?.issues[0];
  return issue && { path: issue.path.map(String).join('.'), message: issue.message };
}
