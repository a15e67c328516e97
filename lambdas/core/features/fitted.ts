/**
 * Features after `fit`: plain JSON that holds all that turning a row into a model's numbers needs. It is
 * registered with the model, so that scoring computes what training computed.
 */

import type { Moments } from './moments.ts';
import type { CategoricalFeature, TimestampFeature } from './spec.ts';

/** Raised when a reader of the last version could not read it. */
export const FITTED_SCHEMA_VERSION = 1;

/** Smallest and largest value of the training rows, inclusive. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

interface FittedBase {
  /** The feature's name: the field of a scoring request. */
  readonly name: string;
  /** The column of a table. */
  readonly column: string;
}

export interface FittedNumeric extends FittedBase {
  readonly kind: 'numeric';
  /** What a missing value becomes, before scaling; null when it stays missing. */
  readonly impute: number | null;
  readonly scale: 'none' | 'log1p' | Moments;
  /** Absent when every training value was missing. */
  readonly range?: Range;
  /** Of the training values that are not missing; absent when all are. */
  readonly moments?: Moments;
}

export interface FittedCategorical extends FittedBase {
  readonly kind: 'categorical';
  readonly encoding: NonNullable<CategoricalFeature['encoding']>;
  /** By code: `ordinal` becomes the position, `one-hot` the column. */
  readonly categories: readonly string[];
  /** The category that a missing value becomes; null when it stays missing. */
  readonly impute: string | null;
  readonly onUnseen: NonNullable<CategoricalFeature['onUnseen']>;
}

export interface FittedBoolean extends FittedBase {
  readonly kind: 'boolean';
  readonly impute: 0 | 1 | null;
}

export interface FittedTimestamp extends FittedBase {
  readonly kind: 'timestamp';
  readonly part: TimestampFeature['part'];
  /** Milliseconds since 1970-01-01 UTC; absent when every training value was missing. */
  readonly range?: Range;
}

export type FittedFeature = FittedNumeric | FittedCategorical | FittedBoolean | FittedTimestamp;

export interface FittedFeatures {
  readonly schemaVersion: typeof FITTED_SCHEMA_VERSION;
  /** The feature group's version. */
  readonly version: number;
  /** In the specification's order. */
  readonly fields: readonly FittedFeature[];
}

/** The matrix columns that the features become, in order: one per feature, one per category where one-hot. */
export function outputNames({ fields }: FittedFeatures): readonly string[] {
  return fields.flatMap((field) =>
    field.kind === 'categorical' && field.encoding === 'one-hot'
      ? field.categories.map((category) => `${field.name}=${escapeName(category)}`)
      : [field.name],
  );
}

/** How many matrix columns a feature becomes. */
export function outputCount(field: FittedFeature): number {
  return field.kind === 'categorical' && field.encoding === 'one-hot' ? field.categories.length : 1;
}

/** XGBoost refuses `[`, `]` and `<` in names; `%` is escaped too, so that no two texts become one name. */
function escapeName(text: string): string {
  return text.replace(/[%[\]<]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
