/** The numbers of a month: from the blueprint, else from assumptions that are printed with the result. */

import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { checkWatch } from '../../lambdas/core/release/strategy.ts';

/** Days of a month on average. */
export const MONTH_DAYS = 365 / 12;
const MINUTES_PER_DAY = 1_440;

/** Bytes of one value in a CSV, and of one record of a prediction. */
const VALUE_BYTES = 8;
const PREDICTION_BYTES = 1_000;

/** Numbers of one month. */
export interface Usage {
  readonly predictions: number;
  /** Trainings that no schedule starts: drift and lost performance do. */
  readonly calledRetrainings: number;
  /** Rows of one run, and values in a row. */
  readonly rows: number;
  readonly values: number;
  readonly watchHours: number;
  readonly predictionsPerWindow: number;
  readonly logRetentionDays: number;
  readonly alertReaders: number;
  /** Whether features are fetched by key, from the online store. */
  readonly byKey: boolean;
}

/** The month that a blueprint expects in an environment. */
export function usageOf({ blueprint, environment }: ResolvedConfig, watchesPerMonth: number): Usage {
  const { source, features, serving, monitoring, retraining } = blueprint;
  const perDay = serving.online?.requestsPerDay ?? 0;
  const { drift, performance } = retraining.on;
  const called = drift || performance !== undefined;
  return {
    predictions: perDay * MONTH_DAYS,
    calledRetrainings: called
      ? Math.min(watchesPerMonth, MONTH_DAYS / Math.max(retraining.coolDownDays, 1))
      : 0,
    rows: source.expectedRows,
    values: features.fields.length,
    watchHours: checkWatch(serving).watchHours,
    predictionsPerWindow: perDay * monitoring.windowDays,
    logRetentionDays: environment.logRetentionDays,
    alertReaders: environment.alertTo.length,
    byKey: serving.online?.byKey ?? false,
  };
}

const GB = 1e9;

/** GB that one run's rows take as text, and in the store: about a quarter, gzipped. */
export const runGb = ({ rows, values }: Usage): number => (rows * (values + 2) * VALUE_BYTES) / GB;
const GZIPPED = 0.25;

/** Prefixes of the store that each run leaves a copy of its rows under. */
export const COPIES = ['exports', 'prepared', 'features', 'snapshots'] as const;

/** Days that copies of a run's rows, and predictions, are in the store; at most a year is counted. */
export type StoredDays = Readonly<Record<(typeof COPIES)[number] | 'predictions', number>>;

/** GB in the artifact store after a year: the runs and the predictions of the days that each is kept. */
export function storedGb(usage: Usage, runsPerMonth: number, days: StoredDays): number {
  const runsPerDay = runsPerMonth / MONTH_DAYS;
  const copies = COPIES.reduce((sum, prefix) => sum + days[prefix], 0);
  const kept = (usage.predictions / MONTH_DAYS) * days.predictions * PREDICTION_BYTES;
  return runsPerDay * copies * runGb(usage) * GZIPPED + kept / GB;
}

/** Objects that predictions are stored in: at most one a minute, and none without a prediction. */
export const predictionObjects = ({ predictions }: Usage): number =>
  Math.min(predictions, MINUTES_PER_DAY * MONTH_DAYS);

/** Objects of predictions that a watched release reads in all: each minute every one since it began. */
export function watchReads(usage: Usage, releases: number): number {
  const objectsPerMinute = predictionObjects(usage) / (MINUTES_PER_DAY * MONTH_DAYS);
  const minutes = usage.watchHours * 60;
  return releases * objectsPerMinute * ((minutes * minutes) / 2);
}

const PREDICTION_SEC = 0.05;
const TICK_SEC = 0.1;
/** One object of predictions, during a watch. */
const READ_SEC = 0.005;

/**
 * Seconds that a call takes to start and, beyond that, for each million values: twice what `mlops demo` takes for the
 * sample on one x64 core. The last one counts the values of a window's predictions.
 */
const RUN_TIMES: Readonly<Record<string, readonly [start: number, perMillion: number]>> = {
  export: [5, 5],
  prepare: [2, 3],
  ingest: [2, 1],
  train: [3, 15],
  evaluate: [2, 3],
  register: [3, 0],
  'batch-score': [2, 3],
};
const WINDOW_RUN_TIMES: typeof RUN_TIMES = { 'ground-truth': [3, 5], monitor: [3, 5] };
const OTHER_SEC = 1;

/**
 * The duration of one call of a function, s.
 *
 * @param name - As `lambdas/functions.ts` has it.
 */
export function secondsOf(name: string, usage: Usage, calls: number, releases: number): number {
  if (name === 'score') return PREDICTION_SEC;
  if (name === 'release')
    return TICK_SEC + (calls > 0 ? (watchReads(usage, releases) * READ_SEC) / calls : 0);
  const ofRows = RUN_TIMES[name];
  const ofWindow = WINDOW_RUN_TIMES[name];
  if (ofRows !== undefined) return ofRows[0] + (ofRows[1] * usage.rows * usage.values) / 1e6;
  if (ofWindow !== undefined)
    return ofWindow[0] + (ofWindow[1] * usage.predictionsPerWindow * usage.values) / 1e6;
  return OTHER_SEC;
}

/** In words, for the footer. */
export function assumptionsOf(usage: Usage, retrainings: number): readonly string[] {
  const whole = (value: number) => Math.round(value).toLocaleString('en-US');
  return [
    `${whole(usage.predictions)} predictions a month (serving.online.requestsPerDay), ${PREDICTION_SEC * 1000} ms each`,
    `${whole(usage.rows)} rows of ${usage.values} features in a run (source.expectedRows)`,
    `${retrainings.toFixed(2)} trainings a month: on schedule, and as often as retraining.coolDownDays lets drift call for one`,
    `each new version is watched for ${usage.watchHours} h`,
    'functions run for twice as long as on one core of a laptop, growing with rows and features',
    'storage as after a year; nothing is taken off for free tiers; data sent out, support and taxes are left out',
  ];
}
