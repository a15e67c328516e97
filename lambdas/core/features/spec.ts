/**
 * Definition of a feature: the blueprint's declaration, before anything is fitted to data.
 * `fit` turns these into `FittedFeatures`; the blueprint's zod schema is checked against these types.
 */

/** Conditions on this column for every row of an export. A row that breaks one goes to quarantine. */
export interface Expectations {
  /** Inclusive lower bound of a number. */
  readonly min?: number;
  /** Inclusive upper bound of a number. */
  readonly max?: number;
  /** The only texts allowed. */
  readonly allowed?: readonly string[];
  /** Largest share of missing values in one export, 0 to 1. Beyond it the run stops. */
  readonly maxMissingShare?: number;
  /** No value may occur twice in one export. */
  readonly unique?: boolean;
  /** The export's mean must lie within this many standard deviations of the training mean. */
  readonly meanWithinSigmas?: number;
  /** The export's standard deviation must be within this factor of training's (2 means half to double). */
  readonly deviationWithinFactor?: number;
}

interface NamedFeature {
  /** Unique in the group; also the field name in a scoring request. */
  readonly name: string;
  /** In words, for cards, reports and reasons. */
  readonly description: string;
  /** Whether drift in this feature counts. Timestamp parts never do, a calendar moves by itself, nor do expressions. */
  readonly monitor?: boolean;
}

interface FeatureBase extends NamedFeature {
  /** The column of the source table; the feature's own name by default. */
  readonly column?: string;
  readonly expect?: Expectations;
}

/** A number. Missing stays missing (`none`, the tree learns a direction) or becomes a statistic of the training rows. */
export interface NumericFeature extends FeatureBase {
  readonly kind: 'numeric';
  readonly impute?: 'none' | 'mean' | 'median' | { readonly value: number };
  /** `log1p` is sign(x) ln(1+|x|); `standard` is (x - mean) / deviation of the training rows. */
  readonly scale?: 'none' | 'log1p' | 'standard';
}

/**
 * Text. `ordinal` is the smoothed mean label of the category's training rows (one column, also known as target encoding);
 * the trees learn from cross-fitted ones. `one-hot` is one 0/1 column per category.
 */
export interface CategoricalFeature extends FeatureBase {
  readonly kind: 'categorical';
  readonly encoding?: 'ordinal' | 'one-hot';
  /** A missing value stays missing (`none`), becomes the most frequent category, or a category of this name. */
  readonly impute?: 'none' | 'mode' | { readonly value: string };
  /** A category not seen in training counts as missing, or the row is refused. */
  readonly onUnseen?: 'missing' | 'refuse';
  /**
   * Categories kept, most frequent first; the others count as unseen. 1 to 10,000, one-hot to 1,000.
   *
   * @default - 10,000, one-hot 100
   */
  readonly maxCategories?: number;
}

/** True or false; `yes`/`no`, `true`/`false`, `t`/`f`, `1`/`0` in text. */
export interface BooleanFeature extends FeatureBase {
  readonly kind: 'boolean';
  readonly impute?: 'none' | 'mode' | { readonly value: boolean };
}

export const TIMESTAMP_PARTS = ['hour', 'weekday', 'day', 'month', 'quarter', 'year'] as const;

/** One part of a timestamp, in UTC: hour 0-23, weekday 1 (Monday) to 7, day 1-31, month 1-12, quarter 1-4, year. */
export interface TimestampFeature extends FeatureBase {
  readonly kind: 'timestamp';
  readonly part: (typeof TIMESTAMP_PARTS)[number];
  readonly impute?: 'none';
}

/** The raw value of another numeric feature, or of a regression's label, n events ago for the same key. */
export interface LagFeature extends NamedFeature {
  readonly kind: 'lag';
  readonly of: string;
  readonly events: number;
}

/** A statistic of such raw values over the same key's earlier events within a number of days. */
export interface RollingFeature extends NamedFeature {
  readonly kind: 'rolling';
  readonly of: string;
  readonly days: number;
  readonly statistic: 'mean' | 'sum' | 'min' | 'max' | 'count' | 'deviation';
}

/** An expression over the raw values of other features, in the project's subset of CEL; a boolean is 1 or 0. */
export interface ExpressionFeature extends NamedFeature {
  readonly kind: 'expression';
  readonly expression: string;
}

export type Feature =
  | NumericFeature
  | CategoricalFeature
  | BooleanFeature
  | TimestampFeature
  | LagFeature
  | RollingFeature
  | ExpressionFeature;

/** The column of a table that holds a feature's raw values; of one that is not a column of the source, its own name. */
export const columnNameOf = (feature: Feature): string =>
  ('column' in feature ? feature.column : undefined) ?? feature.name;

/** The features of one model, as deployed together. */
export interface FeatureSpec {
  /** Raised whenever a feature changes or goes; only additions may keep it. 1 to 9,999. */
  readonly version: number;
  readonly fields: readonly Feature[];
  readonly rows?: readonly RowRule[];
  /** Columns of a stored row, the earliest first. @default - that of the features */
  readonly columns?: readonly string[];
}

/** A condition on every row as a whole; a row that makes it false goes to quarantine. */
export interface RowRule {
  /** Over the raw values of features that are read from columns; a boolean. */
  readonly expression: string;
  /** In words, why. */
  readonly description: string;
}
