/** Learns from the training rows what each feature needs: imputed values, scales, the order of categories. */

import { RuntimeFailure } from '../errors.ts';
import { columnOf } from '../rows.ts';
import type { CategoryColumn, Column, Table } from '../table.ts';
import type { FittedFeature, FittedFeatures } from './fitted.ts';
import type { BooleanFeature, CategoricalFeature, Feature, FeatureSpec, NumericFeature } from './spec.ts';

export type { FittedFeatures } from './fitted.ts';

/** Categories kept where the specification does not say. */
const DEFAULT_MAX_CATEGORIES = 100;
/** Rows' worth of the overall mean that a category's mean starts with (Micci-Barreca 2001, m-estimate). */
const SMOOTHING_ROWS = 20;

/**
 * Fits the features on training rows only; no other row may influence what comes out.
 *
 * A column without any value has no mean, median or category: what is missing in it stays missing. A constant
 * column scales by 1.
 *
 * @param labels - One per row; orders the categories of ordinal features. By frequency without them.
 * @throws RuntimeFailure `features/not-supported` for a kind that this version does not compute
 */
export function fitFeatures(table: Table, spec: FeatureSpec, labels?: Float64Array): FittedFeatures {
  return {
    schemaVersion: 1,
    version: spec.version,
    fields: spec.fields.map((feature) => fitFeature(feature, table, labels)),
  };
}

function fitFeature(feature: Feature, table: Table, labels: Float64Array | undefined): FittedFeature {
  const { name, column = name } = feature;
  switch (feature.kind) {
    case 'numeric':
      return fitNumeric(feature, column, present(columnOf(table, column)));
    case 'boolean':
      return {
        kind: 'boolean',
        name,
        column,
        impute: booleanImpute(feature, present(columnOf(table, column))),
      };
    case 'timestamp':
      return { kind: 'timestamp', name, column, part: feature.part };
    case 'categorical':
      return fitCategorical(feature, column, columnOf(table, column), labels);
    default:
      throw new RuntimeFailure(
        'features/not-supported',
        `feature '${name}' is of kind ${feature.kind}; this version computes numeric, categorical, boolean and timestamp`,
        { fix: 'compute it in a step of source.steps' },
      );
  }
}

function fitNumeric(feature: NumericFeature, column: string, values: Float64Array): FittedFeature {
  const { name, impute = 'none', scale = 'none' } = feature;
  return {
    kind: 'numeric',
    name,
    column,
    impute: typeof impute === 'object' ? impute.value : numericImpute(impute, values),
    scale: scale === 'standard' ? moments(values) : scale,
  };
}

function numericImpute(how: 'none' | 'mean' | 'median', values: Float64Array): number | null {
  if (how === 'none' || values.length === 0) return null;
  if (how === 'mean') return moments(values).mean;
  const sorted = values.slice().sort();
  const middle = sorted.length / 2;
  // Both neighbours of the middle are inside: there is at least one value.
  return ((sorted[Math.ceil(middle - 1)] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}

/** Mean and population deviation; a deviation of 0 becomes 1, so that a constant scales to 0. */
function moments(values: Float64Array): { mean: number; deviation: number } {
  if (values.length === 0) return { mean: 0, deviation: 1 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, deviation: Math.sqrt(squares / values.length) || 1 };
}

function booleanImpute({ impute = 'none' }: BooleanFeature, values: Float64Array): 0 | 1 | null {
  if (typeof impute === 'object') return impute.value ? 1 : 0;
  if (impute === 'none' || values.length === 0) return null;
  const trues = values.reduce((sum, value) => sum + value, 0);
  return 2 * trues >= values.length ? 1 : 0;
}

function fitCategorical(
  feature: CategoricalFeature,
  column: string,
  values: Column,
  labels: Float64Array | undefined,
): FittedFeature {
  if (values.kind !== 'category') throw new TypeError(`column '${column}' holds numbers`);
  const { name, encoding = 'ordinal', impute = 'none', onUnseen = 'missing' } = feature;
  const groups = mostFrequent(values, labels, feature.maxCategories ?? DEFAULT_MAX_CATEGORIES);
  const mode = groups[0]?.category ?? null;
  const named = typeof impute === 'object' ? impute.value : null;
  const known = groups.map(({ category }) => category);
  // A category to impute by is one even when no training row has it.
  if (named !== null && !known.includes(named))
    groups.push({ category: named, rows: 0, labelled: 0, labelSum: 0 });
  const ordered = encoding === 'ordinal' ? byMeanLabel(groups) : groups;
  return {
    kind: 'categorical',
    name,
    column,
    encoding,
    categories: ordered.map(({ category }) => category),
    impute: impute === 'mode' ? mode : named,
    onUnseen,
  };
}

interface CategoryGroup {
  readonly category: string;
  rows: number;
  labelled: number;
  labelSum: number;
}

/** Categories that occur, most frequent first, equals by their text. */
function mostFrequent(
  { codes, dictionary }: CategoryColumn,
  labels: Float64Array | undefined,
  most: number,
): CategoryGroup[] {
  const groups = dictionary.map(
    (category): CategoryGroup => ({ category, rows: 0, labelled: 0, labelSum: 0 }),
  );
  codes.forEach((code, row) => {
    const group = groups[code];
    if (group === undefined) return; // missing
    group.rows += 1;
    const label = labels?.[row] ?? Number.NaN;
    if (Number.isNaN(label)) return;
    group.labelled += 1;
    group.labelSum += label;
  });
  return groups
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows || compareText(a.category, b.category))
    .slice(0, most);
}

/**
 * Categories in ascending order of their mean label, drawn towards the overall mean where rows are few; without
 * labels, the most frequent first. Equals by their text.
 */
function byMeanLabel(groups: readonly CategoryGroup[]): CategoryGroup[] {
  const labelled = groups.reduce((sum, group) => sum + group.labelled, 0);
  if (labelled === 0) return [...groups];
  const overall = groups.reduce((sum, group) => sum + group.labelSum, 0) / labelled;
  const mean = (group: CategoryGroup) =>
    (group.labelSum + SMOOTHING_ROWS * overall) / (group.labelled + SMOOTHING_ROWS);
  return [...groups].sort((a, b) => mean(a) - mean(b) || compareText(a.category, b.category));
}

function present(column: Column): Float64Array {
  if (column.kind !== 'numeric') throw new TypeError('a feature of numbers reads a column of text');
  return column.values.filter((value) => !Number.isNaN(value));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
