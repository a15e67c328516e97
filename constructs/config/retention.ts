/** Days that the objects of each prefix are kept: the environment's setting, and the longest that something still reads. */

import * as z from 'zod';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { isPastFeature } from '../../lambdas/core/features/past.ts';
import { longestGapDays } from './cron.ts';

/** A century. */
const MAX_DAYS = 36_500;

/** Days that objects are kept for, or no end. */
const kept = z.union([z.int().min(1).max(MAX_DAYS), z.literal('forever')]);

/**
 * Prefixes whose objects expire. Those without rows of people, which versions refer to, are not among them: `models/`,
 * `runs/`, `approvals/`, `release/`, `forgotten/`.
 */
export const retentionSchema = z
  .strictObject({
    exports: kept.default(35).describe('rows as the database gave them'),
    prepared: kept.default(14).describe('rows on their way from an export to the feature store'),
    quarantine: kept.default(30).describe('bad rows, for people to look at'),
    features: kept.default('forever').describe('the feature store, from the day of ingestion'),
    snapshots: kept
      .default('forever')
      .describe('encoded rows of each training; no function reads them again'),
    predictions: kept
      .default(400)
      .describe('recorded predictions; 400 days join a year and a month to outcomes'),
    truth: kept.default(400).describe('outcomes of predictions'),
    batch: kept.default(400).describe('delivered batches'),
    reports: kept.default('forever').describe('drift reports, which hold no rows'),
  })
  .prefault({})
  .describe("days that objects are kept, by prefix, or 'forever'; not shorter than what a model still reads");

export type Retention = z.infer<typeof retentionSchema>;
export type RetainedPrefix = keyof Retention;

/** Part of a configuration that reads stored objects again. */
type Readers = Pick<ModelConfig, 'source' | 'features' | 'training' | 'serving' | 'monitoring'>;

/** The oldest that something reads. */
export interface Read {
  readonly prefix: RetainedPrefix;
  /** Infinite where everything is read. */
  readonly days: number;
  /** The setting that reads it, for a message. */
  readonly by: string;
}

/** The reads of a model that a retention must not be shorter than. */
export function readsOf({ source, features, training, serving, monitoring }: Readers): readonly Read[] {
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
    { prefix: 'predictions', days: release.watchHours / 24, by: 'serving.release.watchHours' },
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
