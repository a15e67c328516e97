/**
 * Features with everything learnt from the training rows: plain JSON, kept in the model's bundle, all that is
 * needed to turn raw values into the numbers the trees compare.
 */

import type { TIMESTAMP_PARTS } from './spec.ts';

interface FittedBase {
  /** The feature's name: a field of a request. */
  readonly name: string;
  /** The column of a table. */
  readonly column: string;
}

export interface FittedNumeric extends FittedBase {
  readonly kind: 'numeric';
  /** What a missing value becomes; null stays missing. */
  readonly impute: number | null;
  readonly scale: 'none' | 'log1p' | { readonly mean: number; readonly deviation: number };
}

export interface FittedCategorical extends FittedBase {
  readonly kind: 'categorical';
  readonly encoding: 'ordinal' | 'one-hot';
  /** A category's code is its position. */
  readonly categories: readonly string[];
  readonly impute: string | null;
  readonly onUnseen: 'missing' | 'refuse';
}

export interface FittedBoolean extends FittedBase {
  readonly kind: 'boolean';
  readonly impute: 0 | 1 | null;
}

export interface FittedTimestamp extends FittedBase {
  readonly kind: 'timestamp';
  readonly part: (typeof TIMESTAMP_PARTS)[number];
}

export type FittedFeature = FittedNumeric | FittedCategorical | FittedBoolean | FittedTimestamp;

export interface FittedFeatures {
  readonly schemaVersion: 1;
  /** Of the specification that was fitted. */
  readonly version: number;
  readonly fields: readonly FittedFeature[];
}

/** Names of the numbers that come out, in order: one per feature, or one per category where it is one-hot. */
export function outputNames({ fields }: FittedFeatures): readonly string[] {
  return fields.flatMap((field) =>
    field.kind === 'categorical' && field.encoding === 'one-hot'
      ? field.categories.map((category) => `${field.name}=${category}`)
      : [field.name],
  );
}
