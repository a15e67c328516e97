/**
 * The profile of a model's reference rows: frozen bins and dictionaries, and the reference's own counts over
 * them. It is JSON, is registered with the model, and is all that a monitor needs of the training data.
 */

import { RuntimeFailure } from '../errors.ts';
import type { Column, Table } from '../table/table.ts';
import type { NumericBins } from './bins.ts';
import type { PairSums } from './correlations.ts';
import type { ColumnCounts, NumericCounts } from './histogram.ts';

/** Raised when a reader of the last version could not read it. */
export const PROFILE_SCHEMA_VERSION = 1;

/** Moments and quantiles of the reference's usable values. */
export interface NumericSummary {
  readonly mean: number;
  /** Population standard deviation. */
  readonly deviation: number;
  readonly min: number;
  readonly p1: number;
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface NumericProfile {
  readonly kind: 'numeric';
  readonly name: string;
  /** 0 to 1; unusable values (bins.ts) count as missing. */
  readonly missingShare: number;
  /** Null when the reference has no value. */
  readonly summary: NumericSummary | null;
  readonly bins: NumericBins;
}

export interface CategoryProfile {
  readonly kind: 'categorical';
  readonly name: string;
  readonly missingShare: number;
  /** Expected share of values outside `categories` in later rows, if nothing changes; 0 to 1 (unseen.ts). */
  readonly unseenShare: number;
  /** Most frequent first, equals by name. */
  readonly categories: readonly string[];
}

export type ColumnProfile = NumericProfile | CategoryProfile;

/** Two numeric columns, by position in `columns`. */
export interface WatchedPair {
  readonly a: number;
  readonly b: number;
}

export interface Profile {
  readonly schemaVersion: typeof PROFILE_SCHEMA_VERSION;
  readonly columns: readonly ColumnProfile[];
  readonly pairs: readonly WatchedPair[];
  readonly scores: NumericProfile | null;
  readonly labels: NumericProfile | null;
  /** The reference rows, counted like any other window. */
  readonly reference: DriftWindow;
}

/** A window of rows counted over a profile's bins: plain JSON, in the order of the profile's columns and pairs. */
export interface DriftWindow {
  rows: number;
  readonly columns: readonly ColumnCounts[];
  readonly pairs: PairSums[];
  /** Null when the profile has none. */
  readonly scores: NumericCounts | null;
  readonly labels: NumericCounts | null;
}

/** The part of a profile that counting needs: all but the reference's counts. */
export type ProfileShape = Omit<Profile, 'reference'>;

/** The table's column of this name, or a `drift/missing-column` failure. */
export function profiledColumn(table: Table, name: string): Column {
  const column = table.columns.get(name);
  if (column !== undefined) return column;
  throw new RuntimeFailure('drift/missing-column', `column '${name}' is not in the table`, {
    fix: `give every column of the profile; the table has ${[...table.columns.keys()].join(', ')}`,
  });
}
