/** Learns from the training rows what turning a row into numbers needs. */

import { InvalidInput, RuntimeFailure } from '../errors.ts';
import type { Table } from '../table.ts';
import { countCategories, DEFAULT_MAX_CATEGORIES, orderByLabel } from './categories.ts';
import { columnName, columnOfKind } from './columns.ts';
import {
  FITTED_SCHEMA_VERSION,
  type FittedBoolean,
  type FittedCategorical,
  type FittedFeature,
  type FittedFeatures,
  type FittedNumeric,
  type FittedTimestamp,
  outputNames,
  type Range,
} from './fitted.ts';
import { type Moments, moments, sortedUsable } from './moments.ts';
import type {
  BooleanFeature,
  CategoricalFeature,
  Feature,
  FeatureSpec,
  NumericFeature,
  TimestampFeature,
} from './spec.ts';

export type { FittedFeatures } from './fitted.ts';

/**
 * Fits the features on a table of training rows; no other row has an influence.
 *
 * The edges: a column whose values are all missing has no statistic and no category, so what is missing in it
 * stays missing unless `impute` names a value. A constant column has deviation 0, and `standard` then divides by
 * 1, as scikit-learn does. Statistics are of the values present, before imputation.
 *
 * @param labels - One per row, NaN where unknown; they order the categories of `ordinal` features. Without
 *   them the most frequent category has code 0.
 * @throws InvalidInput `features/duplicate-name`
 * @throws RuntimeFailure `features/not-supported` for a kind that this version does not compute,
 *   `features/missing-column`, `features/wrong-type`, `features/label-length`
 */
export function fitFeatures(table: Table, spec: FeatureSpec, labels?: Float64Array): FittedFeatures {
  if (labels !== undefined && labels.length !== table.rows) {
    throw new RuntimeFailure('features/label-length', `${labels.length} labels for ${table.rows} rows`);
  }
  const fields = spec.fields.map((feature) => fitFeature(table, feature, labels));
  const fitted = { schemaVersion: FITTED_SCHEMA_VERSION, version: spec.version, fields } as const;
  refuseRepeated(fields.map(({ name }) => name));
  refuseRepeated(outputNames(fitted));
  return fitted;
}

function fitFeature(table: Table, feature: Feature, labels: Float64Array | undefined): FittedFeature {
  switch (feature.kind) {
    case 'numeric':
      return fitNumeric(table, feature);
    case 'categorical':
      return fitCategorical(table, feature, labels);
    case 'boolean':
      return fitBoolean(table, feature);
    case 'timestamp':
      return fitTimestamp(table, feature);
    default:
      throw new RuntimeFailure(
        'features/not-supported',
        `feature '${feature.name}' is of kind ${feature.kind}; this version computes numeric, categorical, boolean and timestamp features`,
        { fix: 'compute it in a step of source.steps' },
      );
  }
}

function fitNumeric(table: Table, feature: NumericFeature): FittedNumeric {
  const { name, impute = 'none', scale = 'none' } = feature;
  const column = columnName(feature);
  const sorted = sortedUsable(columnOfKind(table, column, 'numeric').values);
  const learnt = moments(sorted);
  return {
    kind: 'numeric',
    name,
    column,
    impute: typeof impute === 'object' ? impute.value : statistic(impute, sorted, learnt),
    scale: scale === 'standard' ? standardScale(learnt) : scale,
    ...rangeOf(sorted),
    ...(learnt && { moments: learnt }),
  };
}

function statistic(
  impute: 'none' | 'mean' | 'median',
  sorted: Float64Array,
  learnt: Moments | undefined,
): number | null {
  if (impute === 'none' || learnt === undefined) return null;
  if (impute === 'mean') return learnt.mean;
  const last = sorted.length - 1;
  const low = sorted[Math.floor(last / 2)] as number; // not empty, as there are moments
  const high = sorted[Math.ceil(last / 2)] as number;
  return (low + high) / 2;
}

function standardScale(learnt: Moments | undefined): Moments {
  const { mean, deviation } = learnt ?? { mean: 0, deviation: 1 };
  return { mean, deviation: deviation === 0 ? 1 : deviation };
}

function rangeOf(sorted: Float64Array): { readonly range?: Range } {
  const [min, max] = [sorted.at(0), sorted.at(-1)];
  return min === undefined || max === undefined ? {} : { range: { min, max } };
}

function fitCategorical(
  table: Table,
  feature: CategoricalFeature,
  labels: Float64Array | undefined,
): FittedCategorical {
  const { name, encoding = 'ordinal', impute = 'none', onUnseen = 'missing' } = feature;
  const { maxCategories = DEFAULT_MAX_CATEGORIES } = feature;
  const column = columnName(feature);
  const source = columnOfKind(table, column, 'category');
  const mode = () => countCategories(source, null)[0]?.text ?? null;
  const imputed = typeof impute === 'object' ? impute.value : impute === 'mode' ? mode() : null;
  const counted = countCategories(source, imputed, labels);
  // The category that missing values become is kept whatever its frequency.
  const others = counted.filter(({ text }) => text !== imputed);
  const cut = new Set(others.slice(maxCategories - (imputed === null ? 0 : 1)));
  const kept = counted.filter((category) => !cut.has(category));
  const ordered = encoding === 'ordinal' ? orderByLabel(kept) : kept;
  const categories = ordered.map(({ text }) => text);
  return { kind: 'categorical', name, column, encoding, categories, impute: imputed, onUnseen };
}

/** The more frequent value; false where both are equally frequent. */
function fitBoolean(table: Table, feature: BooleanFeature): FittedBoolean {
  const { name, impute = 'none' } = feature;
  const column = columnName(feature);
  const { values } = columnOfKind(table, column, 'numeric');
  const present = values.filter((value) => !Number.isNaN(value));
  const trues = present.filter((value) => value !== 0).length;
  const mode = present.length === 0 ? null : bit(2 * trues > present.length);
  const given = typeof impute === 'object' ? bit(impute.value) : null;
  return { kind: 'boolean', name, column, impute: impute === 'mode' ? mode : given };
}

const bit = (value: boolean): 0 | 1 => (value ? 1 : 0);

function fitTimestamp(table: Table, feature: TimestampFeature): FittedTimestamp {
  const { name, part } = feature;
  const column = columnName(feature);
  const sorted = sortedUsable(columnOfKind(table, column, 'numeric').values);
  return { kind: 'timestamp', name, column, part, ...rangeOf(sorted) };
}

function refuseRepeated(names: readonly string[]): void {
  const seen = new Set<string>();
  const repeated = new Set(names.filter((name) => seen.size === seen.add(name).size));
  if (repeated.size === 0) return;
  throw new InvalidInput(
    'features',
    [...repeated].map((name) => ({
      code: 'features/duplicate-name',
      path: 'fields',
      message: `'${name}' names two features or two matrix columns`,
    })),
  );
}
