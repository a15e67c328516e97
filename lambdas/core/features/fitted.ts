/**
 * Features with everything learnt from the training rows: plain JSON, kept in the model's bundle, all that is
 * needed to turn raw values into the numbers the trees compare.
 */

import type { Expression, ReadFeature } from '../expression/tree.ts';
import type { Moments } from './moments.ts';
import type { TIMESTAMP_PARTS } from './spec.ts';

interface FittedBase {
  /** The feature's name: a field of a request. */
  readonly name: string;
  /** The column of a table. */
  readonly column: string;
}

export interface FittedNumeric extends FittedBase {
  readonly kind: 'numeric';
  /** Replaces a missing value before scaling; null keeps it missing. */
  readonly impute: number | null;
  /** The deviation is not 0. */
  readonly scale: 'none' | 'log1p' | Moments;
}

export interface FittedCategorical extends FittedBase {
  readonly kind: 'categorical';
  readonly encoding: 'ordinal' | 'one-hot';
  /** A category's code is its position. */
  readonly categories: readonly string[];
  /**
   * The number that each category becomes, ascending: its smoothed mean label. Absent where no label was known, where it is
   * one-hot, and in bundles before 0.2: there the number is the code.
   */
  readonly values?: readonly number[];
  /** The category that a missing value becomes, one of `categories`; null stays missing. */
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

/** Computed from the raw values of other features. */
export interface FittedExpression {
  readonly kind: 'expression';
  readonly name: string;
  readonly tree: Expression;
  /** Features that the tree reads, each with its column in a table. */
  readonly reads: readonly (ReadFeature & { readonly column: string })[];
}

/** A feature of one column of one row; what looks back at other rows is a column too, under its own name. */
export type FittedColumn = FittedNumeric | FittedCategorical | FittedBoolean | FittedTimestamp;

export type FittedFeature = FittedColumn | FittedExpression;

export interface FittedFeatures {
  readonly schemaVersion: 1;
  /** Version of the specification that was fitted. */
  readonly version: number;
  readonly fields: readonly FittedFeature[];
}

/**
 * Names of the numbers that come out, in order: one per feature, or one per category (`job=admin.`) where it is
 * one-hot. XGBoost refuses `[`, `]` and `<` in names, so those of a category are percent-encoded; `%` is too, so
 * that no two categories get one name.
 */
export function outputNames({ fields }: FittedFeatures): readonly string[] {
  return fields.flatMap((field) =>
    field.kind === 'categorical' && field.encoding === 'one-hot'
      ? field.categories.map((category) => `${field.name}=${category.replace(/[%<[\]]/g, encodeCharacter)}`)
      : [field.name],
  );
}

const encodeCharacter = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
