/**
 * How many rows the functions of a model hold and work through, as data and pure functions: checked before anything is
 * synthesized. `npm run bench -- memory` measures the memory and compares it with these numbers.
 */

import type { ModelDeclaration, SearchConfig } from '../../../lambdas/core/config.ts';
import { pastFeatures } from '../../../lambdas/core/features/past.ts';
import { runsPerDay } from '../cron.ts';
import { LAMBDA_TIMEOUT_SEC } from './aws-lambda.ts';

/** Peak memory of a function by the rows and values that it holds. A value is one feature of one row. */
export interface MemoryModel {
  readonly baseMb: number;
  readonly bytesPerRow: number;
  readonly bytesPerValue: number;
}

/**
 * The step that holds the most of the rows of one run (`prepare`), and the one that holds the most of the rows of the
 * training window (`train`; `evaluate` holds less, and `ingest` streams).
 *
 * Least squares of the relative error over four of the six cells of the bench (250,000 and 4 million rows, 14 and 40
 * features) under Node 24 on Linux x64. It predicts the two cells of 1 million rows within 7 %. A fit without two other
 * cells misses them by more than 15 % in two of fifteen choices, both for `run`. Nine of fourteen features were numbers, five were categories of
 * twelve texts; categories of many different texts take more. Scoring by key (`ingest`) and in batches are not modelled.
 * The guard in `lambdas/stores/memory-guard.ts` covers both.
 */
export const MEMORY_MODELS = {
  run: { baseMb: 114, bytesPerRow: 277, bytesPerValue: 14.8 },
  window: { baseMb: 176, bytesPerRow: 267, bytesPerValue: 18 },
} as const satisfies Readonly<Record<string, MemoryModel>>;

/** Room beyond the model: more than any measured cell differs from it. */
export const HEADROOM = 0.15;

const BYTES_PER_MB = 1_048_576;

type Kind = keyof typeof MEMORY_MODELS;
const modelOf = (model: Kind | MemoryModel): MemoryModel =>
  typeof model === 'string' ? MEMORY_MODELS[model] : model;

/** Returns the peak memory of the step that holds such rows, MB; without headroom. */
export function memoryMb(model: Kind | MemoryModel, rows: number, features: number): number {
  const { baseMb, bytesPerRow, bytesPerValue } = modelOf(model);
  return baseMb + (rows * (bytesPerRow + features * bytesPerValue)) / BYTES_PER_MB;
}

/** Returns the most rows that fit into a function with headroom; 0 where none do. */
export function mostRows(kind: Kind, features: number, functionMb: number): number {
  const { baseMb, bytesPerRow, bytesPerValue } = MEMORY_MODELS[kind];
  const roomMb = functionMb / (1 + HEADROOM) - baseMb;
  return Math.max(0, Math.floor((roomMb * BYTES_PER_MB) / (bytesPerRow + features * bytesPerValue)));
}

/** Nanoseconds of one core that `train` takes for each value, and beyond that for each value and tree. */
const READ_NS = 1_300;
const TREE_NS = 4;
/** A core of Lambda may be so many times slower than the one that was measured. */
const SLOWER = 2;

/** Returns the longest that `train` takes for so many rows, in seconds. */
export function trainSec(
  rows: number,
  { features, training: { parameters, search } }: Pick<ModelDeclaration, 'features' | 'training'>,
): number {
  const trees = mostRounds(parameters.rounds, search) * (search?.trials ?? 1);
  const perValue = READ_NS + TREE_NS * trees;
  return (SLOWER * rows * features.fields.length * perValue) / 1e9;
}

/** The most trees of one trial. */
function mostRounds(given: number, search: SearchConfig | undefined): number {
  const tried = search?.space.rounds ?? [];
  return Math.max(given, ...('max' in tried ? [tried.max] : tried));
}

/** Returns the most rows that `train` works through in a function's longest run. */
export const mostRowsInTime = (model: Pick<ModelDeclaration, 'features' | 'training'>): number =>
  Math.floor(LAMBDA_TIMEOUT_SEC / trainSec(1, model));

type Read = Pick<ModelDeclaration, 'source' | 'features' | 'training'>;

/** Returns the rows that come in a day, on average. */
export const rowsPerDay = ({ source }: Pick<Read, 'source'>): number =>
  source.expectedRows * runsPerDay(source.schedule);

/** A reason for rows that grow without end. */
export interface Growth {
  readonly because: string;
  /** A change that ends it. */
  readonly fix: string;
}

/**
 * Returns why a training reads rows of any age; undefined where its window bounds them. A window of rows reads all rows
 * before it takes the newest, and a feature that looks back reads every earlier event.
 */
export function growthOf({ features, training: { window } }: Read): Growth | undefined {
  const [past] = pastFeatures(features);
  if (past !== undefined)
    return {
      because: `feature '${past.name}' is computed from earlier events`,
      fix: 'compute it in the query',
    };
  if (window.kind === 'days') return undefined;
  const because =
    window.kind === 'all' ? 'training.window is all' : 'training.window counts rows, the newest of all';
  return { because, fix: 'give training.window a number of days' };
}

/** Returns the rows that a training reads so many days after the first: at least those of one run. */
export function trainingRows(model: Read, days: number): number {
  const { window } = model.training;
  const bounded =
    growthOf(model) === undefined && window.kind === 'days' ? Math.min(days, window.days) : days;
  return Math.max(model.source.expectedRows, Math.round(rowsPerDay(model) * bounded));
}
