/** Warnings about text columns before a model is trained on them: dropped values, and texts that stand for nothing. */

import type { Table } from '../table/table.ts';
import { categoryFrequencies } from './categories.ts';
import { categoriesOf, columnFeatures } from './columns.ts';
import type { CategoricalFeature, FeatureSpec } from './spec.ts';

/** Categories kept where the specification does not say: a number each, or a column each. */
const DEFAULT_MAX_CATEGORIES = { ordinal: 10_000, 'one-hot': 100 } as const;

/** How many categories of a feature are kept at most. */
export const maxCategoriesOf = ({ encoding = 'ordinal', maxCategories }: CategoricalFeature): number =>
  maxCategories ?? DEFAULT_MAX_CATEGORIES[encoding];

/** Texts that other tools write where there is no value: SQL, pandas, R and spreadsheets. */
const NOTHING = /^(?:null|none|nan|n\/a|na|nil|<na>|#n\/a|\\n|-)$/i;

/** A categorical feature with more categories than are kept, or with a text for nothing among them. */
export interface CategoryNote {
  readonly column: string;
  /** Different texts in the rows. */
  readonly levels: number;
  /** Number of levels that the model can distinguish. */
  readonly kept: number;
  /** Share of the rows with a value that have one of the kept, 0 to 1. */
  readonly keptShare: number;
  /** Texts that stand for nothing elsewhere and are categories here. */
  readonly nothings: readonly { readonly text: string; readonly rows: number }[];
}

/** The noteworthy categorical features of rows that are about to be learnt from, in the order of the specification. */
export function noteCategories(table: Table, spec: FeatureSpec): readonly CategoryNote[] {
  const unknown = new Float64Array(table.rows).fill(Number.NaN);
  return columnFeatures(spec).flatMap((feature) => {
    if (feature.kind !== 'categorical') return [];
    const { name, column = name } = feature;
    const maxCategories = maxCategoriesOf(feature);
    const counts = categoryFrequencies(categoriesOf(table, column), unknown, null);
    const total = counts.reduce((sum, { rows }) => sum + rows, 0);
    const kept = counts.slice(0, maxCategories).reduce((sum, { rows }) => sum + rows, 0);
    const nothings = counts
      .filter(({ text }) => NOTHING.test(text))
      .map(({ text, rows }) => ({ text, rows }));
    if (counts.length <= maxCategories && nothings.length === 0) return [];
    const levels = counts.length;
    return [{ column, levels, kept: Math.min(levels, maxCategories), keptShare: kept / total, nothings }];
  });
}

/** `'team' keeps 100 of 1000 categories, 52.1 % of its rows; 'NULL' is a category of 'agent' (412 rows)`. */
export function describeNotes(notes: readonly CategoryNote[]): string {
  return notes
    .flatMap(({ column, levels, kept, keptShare, nothings }) => [
      ...(kept < levels
        ? [`'${column}' keeps ${kept} of ${levels} categories, ${(keptShare * 100).toFixed(1)} % of its rows`]
        : []),
      ...nothings.map(({ text, rows }) => `'${text}' is a category of '${column}' (${rows} rows)`),
    ])
    .join('; ');
}
