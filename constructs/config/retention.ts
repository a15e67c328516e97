/** Days that the objects of each prefix are kept: the environment's setting, and the longest that something still reads. */

import * as z from 'zod';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { isPastFeature } from '../../lambdas/core/features/past.ts';
import { checkWatch } from '../../lambdas/core/release/strategy.ts';
import { longestGapDays } from './cron.ts';

/** A century. */
const MAX_DAYS = 36_500;

/** Days that objects are kept for, or no end. */
const kept = z.union([z.int().min(1).max(MAX_DAYS), z.literal('forever')]).optional();

/**
 * Prefixes whose objects expire. Those without rows of people, which versions refer to, are not among them: `models/`,
 * `runs/`, `approvals/`, `release/`, `forgotten/`.
 */
export const retentionSchema = z
  .strictObject({
    exports: kept.describe('rows as the database gave them; 35 by default'),
    prepared: kept.describe('rows on their way from an export to the feature store; 14 by default'),
    quarantine: kept.describe('bad rows, for people to look at; 30 by default'),
    features: kept.describe("the feature store, from the day of ingestion; 'forever' by default"),
    snapshots: kept.describe(
      "encoded rows of each training, which nothing reads again; 'forever' by default",
    ),
    predictions: kept.describe('recorded predictions; 400 by default'),
    truth: kept.describe('outcomes of predictions; 400 by default'),
    batch: kept.describe('delivered batches; 400 by default'),
    reports: kept.describe("drift reports, which hold no rows; 'forever' by default"),
  })
  .default({})
  .describe("days that objects are kept, by prefix, or 'forever'; not shorter than what a model still reads");

export type RetainedPrefix = keyof z.infer<typeof retentionSchema>;

/** Days that the objects of each prefix are kept. */
export type Retention = Readonly<Record<RetainedPrefix, number | 'forever'>>;

/** Days without a setting; a model that reads older objects keeps them for longer. */
const DEFAULTS: Retention = {
  exports: 35,
  prepared: 14,
  quarantine: 30,
  features: 'forever',
  snapshots: 'forever',
  // A year and a month of predictions can be joined to outcomes.
  predictions: 400,
  truth: 400,
  batch: 400,
  reports: 'forever',
};

/** Part of a configuration that reads stored objects again. */
type Readers = Pick<ModelConfig, 'source' | 'features' | 'training' | 'serving' | 'monitoring'>;

/** The oldest that something reads. */
interface Read {
  readonly prefix: RetainedPrefix;
  /** Infinite where everything is read. */
  readonly days: number;
  /** The setting that reads it, for a message. */
  readonly by: string;
}

/** An object is a day older than its rows may be: retentions count from the write, and end at midnight. */
const SLACK_DAYS = 1;

/** The fewest days that a prefix must be kept, and the read that asks for most; undefined where nothing reads again. */
export function leastKept(
  config: Readers,
  prefix: RetainedPrefix,
): { readonly days: number; readonly by: string } | undefined {
  const [oldest] = readsOf(config)
    .filter((read) => read.prefix === prefix)
    .sort((a, b) => b.days - a.days);
  return oldest && { days: Math.ceil(oldest.days) + SLACK_DAYS, by: oldest.by };
}

/** The retention of a model in an environment: as given, else the defaults, or longer where the model reads older objects. */
export function resolveRetention(config: Readers, given: Partial<Retention>): Retention {
  const prefixes = Object.keys(DEFAULTS) as RetainedPrefix[]; // of a constant
  return Object.fromEntries(
    prefixes.map((prefix) => {
      const usual = DEFAULTS[prefix];
      const least = leastKept(config, prefix)?.days ?? 0;
      const own = usual === 'forever' || !Number.isFinite(least) ? 'forever' : Math.max(usual, least);
      return [prefix, given[prefix] ?? own];
    }),
  ) as Retention; // an entry for each prefix
}

/** Everything stored that a model reads again. */
function readsOf({ source, features, training, serving, monitoring }: Readers): readonly Read[] {
  const { windowDays, groundTruth, consecutive } = monitoring;
  const { window } = training;
  const { release, batch } = serving;
  const judged = windowDays + (groundTruth?.delayDays ?? 0);
  const monitored = `monitoring.windowDays ${windowDays} and groundTruth.delayDays ${groundTruth?.delayDays ?? 0}`;
  const past = features.fields.filter(isPastFeature);
  const lookback = Math.max(
    0,
    ...past.map((feature) => (feature.kind === 'rolling' ? feature.days : Number.POSITIVE_INFINITY)),
  );
  const learnt = window.kind === 'days' ? window.days : Number.POSITIVE_INFINITY;
  const scheduled = (prefix: RetainedPrefix, path: string, schedule: string, times = 1): Read => ({
    prefix,
    days: Math.ceil(longestGapDays(schedule) * times),
    by: `${path} '${schedule}'${times === 1 ? '' : `, ${times} times`}`,
  });
  return [
    scheduled('exports', 'source.schedule', source.schedule),
    { prefix: 'features', days: learnt, by: windowText(window) },
    { prefix: 'features', days: judged, by: monitored },
    ...(lookback === 0
      ? []
      : [
          {
            prefix: 'features',
            days: learnt + lookback,
            by: `${windowText(window)} and features that look back${Number.isFinite(lookback) ? ` ${lookback} days` : ' by events'}`,
          } as const,
        ]),
    ...(batch === undefined
      ? []
      : [
          { prefix: 'features', days: batch.windowDays + lookback, by: 'serving.batch.windowDays' } as const,
          scheduled('batch', 'serving.batch.schedule', batch.schedule),
        ]),
    { prefix: 'predictions', days: judged, by: monitored },
    { prefix: 'predictions', days: checkWatch(serving).watchHours / 24, by: 'serving.release.watchHours' },
    {
      prefix: 'predictions',
      days: (release.steps * release.maxHoursPerStep) / 24,
      by: 'serving.release.steps and maxHoursPerStep',
    },
    { prefix: 'truth', days: judged, by: monitored },
    scheduled('reports', 'monitoring.schedule', monitoring.schedule, consecutive.of),
  ];
}

const windowText = (window: ModelConfig['training']['window']): string =>
  window.kind === 'days'
    ? `training.window of ${window.days} days`
    : `training.window of kind '${window.kind}'`;

/** Keys that expire. */
export interface ExpiringPrefix {
  readonly id: string;
  /** Beginning of the keys. */
  readonly prefix: string;
  /** Days after the write; undefined where the current objects stay. */
  readonly days: number | undefined;
  /** Whether the objects hold rows of people. */
  readonly rows: boolean;
}

/** Folders of prefixes that are named otherwise. */
const FOLDERS: Readonly<Partial<Record<RetainedPrefix, string>>> = { reports: 'reports/drift/' };

/**
 * The keys of a store and how long they are kept. In the feature store only the parts expire, for every version of the
 * features: their list stays, and readers leave out the parts that are gone.
 */
export function expiringPrefixes(
  retention: Retention,
  { name, features }: Pick<ModelConfig, 'name' | 'features'>,
): readonly ExpiringPrefix[] {
  const daysOf = (prefix: RetainedPrefix) => {
    const kept = retention[prefix];
    return kept === 'forever' ? undefined : kept;
  };
  const parts = Array.from({ length: features.version }, (_, index) => index + 1);
  const prefixes = Object.keys(retention) as RetainedPrefix[]; // of a strict schema
  return prefixes.flatMap((prefix): ExpiringPrefix[] => {
    const days = daysOf(prefix);
    if (prefix === 'features')
      return parts.map((version) => ({
        id: `features-v${version}`,
        prefix: `features/${name}/v${version}/date=`,
        days,
        rows: true,
      }));
    const own = { id: prefix, prefix: FOLDERS[prefix] ?? `${prefix}/`, days, rows: prefix !== 'reports' };
    if (days === undefined && !own.rows) return [];
    // Records that the stream could not deliver are predictions too.
    return prefix === 'predictions' ? [own, { ...own, id: 'undelivered', prefix: 'undelivered/' }] : [own];
  });
}
