/** Why a split leaves too few rows on one side, and which change of the blueprint would help. */

import type { TrainingConfig } from '../config.ts';
import { type Split, splitByHash, splitByTime } from '../table/split.ts';

const DAY_MS = 86_400_000;

/** Labelled rows in order of event time. */
export interface LabelledEvents {
  /** ms since 1970, ascending. */
  readonly times: Float64Array;
  /** See `identity`. */
  readonly key: (position: number) => number;
  /** See `splitByHash`. */
  readonly hash: (position: number) => number;
}

/** A way to hold rows out, with its gap resolved. */
export type SplitRule = Required<TrainingConfig['split']>;

/** Splits labelled rows by a blueprint's rule. */
export function splitRows({ times, key, hash }: LabelledEvents, rule: SplitRule): Split {
  return rule.kind === 'hash'
    ? splitByHash(times.length, hash, rule.holdoutShare)
    : splitByTime(times, key, { ...rule, gapMs: rule.gapDays * DAY_MS });
}

export interface Shortage {
  readonly message: string;
  /** A change after which the rows at hand would do, where there is one. */
  readonly fix: string;
}

/**
 * Explains a split that leaves too few rows; undefined where it leaves enough.
 *
 * @param split - The result of {@link splitRows} for the events and the rule.
 * @param context - `unknown`: rows of the window whose outcome is not known. `least`: rows that each side needs.
 */
export function shortageOf(
  split: Split,
  events: LabelledEvents,
  rule: SplitRule,
  context: {
    readonly unknown: number;
    readonly least: number;
    readonly window: TrainingConfig['window'];
  },
): Shortage | undefined {
  const { least } = context;
  if (isEnough(split, least)) return undefined;
  const counts = `${split.train.length} labelled rows to train on and ${split.holdout.length} to hold out, at least ${least} of each are needed`;
  return {
    message: [counts, ...causes(split, events, rule, context.unknown)].join('; '),
    fix: remedy(events, rule, context),
  };
}

const isEnough = ({ train, holdout }: Split, least: number): boolean =>
  train.length >= least && holdout.length >= least;

function causes(split: Split, { times, key }: LabelledEvents, rule: SplitRule, unknown: number): string[] {
  const labelled = times.length;
  const found: string[] = [];
  if (labelled + unknown === 0) found.push('the training window has no rows');
  if (unknown > 0)
    found.push(`the outcome of ${unknown} of ${labelled + unknown} rows in the training window is not known`);
  if (split.knownKeys.length > 0)
    found.push(
      `${split.knownKeys.length} newer rows are left out because training has their keys (training.split.keys: '${rule.keys}')`,
    );
  if (split.gap.length > 0)
    found.push(`${split.gap.length} rows lie in the gap of ${rule.gapDays} days before the holdout`);
  if (labelled > 1 && times[0] === times[labelled - 1]) found.push(`all ${labelled} have one event time`);
  if (rule.kind === 'hash' && labelled > 0) {
    const keys = new Set(Array.from({ length: labelled }, (_, position) => key(position)));
    found.push(`the ${labelled} labelled rows have ${keys.size} keys, and each is on one side`);
  }
  return found;
}

/** The smallest change that leaves enough rows on both sides; without one, what brings more rows. */
function remedy(
  events: LabelledEvents,
  rule: SplitRule,
  { unknown, least, window }: { unknown: number; least: number; window: TrainingConfig['window'] },
): string {
  const gapDays = largestGap(events, rule, least);
  const shorter = `training.split.gapDays: ${gapDays}`;
  const changes: readonly (readonly [fix: string, change: Partial<SplitRule>])[] =
    rule.kind === 'hash'
      ? [["training.split.kind: 'time'", { kind: 'time' }]]
      : [
          ["training.split.keys: 'all'", { keys: 'all' }],
          [shorter, { gapDays }],
          [`training.split.keys: 'all' and ${shorter}`, { keys: 'all', gapDays }],
          ["training.split.kind: 'hash', which holds out a share of the keys", { kind: 'hash' }],
        ];
  const working = changes.find(([, change]) => isEnough(splitRows(events, { ...rule, ...change }), least));
  if (working !== undefined) return `set ${working[0]}`;
  if (unknown > 0 && events.times.length + unknown >= 2 * least)
    return 'wait for outcomes to arrive, or correct the label column of the query';
  return window.kind === 'all'
    ? `give more rows, at least ${2 * least} whose outcome is known`
    : 'widen training.window';
}

/** The most whole days, up to the rule's, that leave enough rows before the holdout; 0 where none do. */
function largestGap({ times, key }: LabelledEvents, rule: SplitRule, least: number): number {
  const { train } = splitByTime(times, key, { ...rule, gapMs: 0 });
  if (train.length < least) return 0;
  const days = ((times[train.length] as number) - (times[least - 1] as number)) / DAY_MS; // the first held out
  return Math.min(rule.gapDays, Math.floor(days));
}
