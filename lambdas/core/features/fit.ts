/** Learns from the training rows what each feature needs: imputed values, scales, the numbers of categories. */

import { RuntimeFailure } from '../errors.ts';
import { numbersOf } from '../table/rows.ts';
import type { Table } from '../table/table.ts';
import { categoryText } from '../table/values.ts';
import { type CategoryCount, categoryFrequencies, valueByLabel } from './categories.ts';
import { maxCategoriesOf } from './category-notes.ts';
import { categoriesOf } from './columns.ts';
import { fitExpression } from './expressions.ts';
import type {
  FittedBoolean,
  FittedCategorical,
  FittedFeature,
  FittedFeatures,
  FittedNumeric,
} from './fitted.ts';
import { momentsOf, usableValues } from './moments.ts';
import type { BooleanFeature, CategoricalFeature, Feature, FeatureSpec, NumericFeature } from './spec.ts';

export type { FittedFeatures } from './fitted.ts';

/**
 * Fits the features on training rows only; no other row may influence what comes out.
 *
 * Statistics are of the values that are present, before imputation. A column without any has no mean, median or
 * category: what is missing in it stays missing, unless `impute` names a value. A constant column scales to 0.
 *
 * @param labels - One per row, NaN where unknown; an ordinal feature's categories become their mean labels. Without them
 *   the most frequent category is 0.
 * @param table - With a column under its own name for each feature that looks back.
 * @throws InvalidInput with the codes of `parseExpression`
 * @throws RuntimeFailure `features/label-length`
 */
export function fitFeatures(table: Table, spec: FeatureSpec, labels?: Float64Array): FittedFeatures {
  if (labels !== undefined && labels.length !== table.rows)
    throw new RuntimeFailure('features/label-length', `${labels.length} labels for ${table.rows} rows`);
  const values = labels ?? new Float64Array(table.rows).fill(Number.NaN);
  const outcome = { values, mean: momentsOf(usableValues(values))?.mean };
  const fields = spec.fields.map((feature) => fitFeature(table, feature, spec, outcome));
  return { schemaVersion: 1, version: spec.version, fields };
}

/** The labels, one per row, and the mean of those known; undefined when none is. */
interface Outcome {
  readonly values: Float64Array;
  readonly mean: number | undefined;
}

function fitFeature(table: Table, feature: Feature, spec: FeatureSpec, outcome: Outcome): FittedFeature {
  switch (feature.kind) {
    case 'numeric':
      return fitNumeric(table, feature);
    case 'categorical':
      return fitCategorical(table, feature, outcome);
    case 'boolean':
      return fitBoolean(table, feature);
    case 'timestamp': {
      const { kind, name, column = name, part } = feature;
      return { kind, name, column, part };
    }
    case 'lag':
    case 'rolling': {
      const { name } = feature;
      return { kind: 'numeric', name, column: name, impute: null, scale: 'none' };
    }
    case 'expression':
      return fitExpression(feature, spec);
  }
}

function fitNumeric(table: Table, feature: NumericFeature): FittedNumeric {
  const { kind, name, column = name, impute = 'none', scale = 'none' } = feature;
  const values = usableValues(numbersOf(table, column));
  const { mean, deviation } = momentsOf(values) ?? { mean: 0, deviation: 0 };
  const statistic = { none: () => null, mean: () => mean, median: () => medianOf(values) };
  const learnt = typeof impute === 'string' && values.length > 0 ? statistic[impute]() : null;
  const imputed = typeof impute === 'object' ? impute.value : learnt;
  // Adding 0 makes 0 of -0, which JSON cannot hold: what was stored must encode as what was fitted.
  return {
    kind,
    name,
    column,
    impute: imputed === null ? null : imputed + 0,
    scale: scale === 'standard' ? { mean: mean + 0, deviation: deviation === 0 ? 1 : deviation } : scale,
  };
}

/** The middle value, or the mean of the two in the middle. @param values - At least one. */
function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = (sorted.length - 1) / 2;
  // Both are inside: there is at least one value.
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

function fitBoolean(table: Table, feature: BooleanFeature): FittedBoolean {
  const { kind, name, column = name, impute = 'none' } = feature;
  const share = momentsOf(usableValues(numbersOf(table, column)))?.mean;
  const mode = share === undefined ? null : bit(share > 0.5); // of as many false as true, false
  const given = typeof impute === 'object' ? bit(impute.value) : null;
  return { kind, name, column, impute: impute === 'mode' ? mode : given };
}

const bit = (value: boolean): 0 | 1 => (value ? 1 : 0);

function fitCategorical(table: Table, feature: CategoricalFeature, outcome: Outcome): FittedCategorical {
  const { kind, name, column = name, encoding = 'ordinal', impute = 'none', onUnseen = 'missing' } = feature;
  const values = categoriesOf(table, column);
  const mode = () => categoryFrequencies(values, outcome.values, null)[0]?.text ?? null;
  const imputed = typeof impute === 'object' ? categoryText(impute.value) : impute === 'mode' ? mode() : null;
  const counted = categoryFrequencies(values, outcome.values, imputed);
  const kept = mostFrequent(counted, imputed, maxCategoriesOf(feature));
  const base = { kind, name, column, encoding, impute: imputed, onUnseen };
  if (encoding === 'one-hot' || outcome.mean === undefined)
    return { ...base, categories: kept.map(({ text }) => text) };
  const valued = valueByLabel(kept, outcome.mean);
  // Adding 0 makes 0 of -0, which JSON cannot hold.
  return {
    ...base,
    categories: valued.map(({ text }) => text),
    values: valued.map(({ value }) => value + 0),
  };
}

/** At most so many categories; the one that missing values become is among them whatever its frequency. */
function mostFrequent(
  counted: readonly CategoryCount[],
  imputed: string | null,
  most: number,
): readonly CategoryCount[] {
  const others = counted.filter(({ text }) => text !== imputed);
  const rare = new Set(others.slice(imputed === null ? most : most - 1));
  return counted.filter((category) => !rare.has(category));
}
