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

/** How many of a feature's categories a model can tell apart. */
export interface CategoryCoverage {
  readonly column: string;
  /** Different texts in the rows. */
  readonly levels: number;
  /** Number of levels that the model can distinguish. */
  readonly kept: number;
  /** Share of the rows with a value that have one of the kept, 0 to 1; 1 without any value. */
  readonly keptShare: number;
}

/** A categorical feature with more categories than are kept, or with a text for nothing among them. */
export interface CategoryNote extends CategoryCoverage {
  /** Texts that stand for nothing elsewhere and are categories here. */
  readonly nothings: readonly { readonly text: string; readonly rows: number }[];
}

/** The coverage of each categorical feature in rows that are learnt from, in the order of the specification. */
export function coverCategories(table: Table, spec: FeatureSpec): readonly CategoryCoverage[] {
  return countFeatures(table, spec).map(({ coverage }) => coverage);
}

/** The noteworthy categorical features of rows that are about to be learnt from, in the order of the specification. */
export function noteCategories(table: Table, spec: FeatureSpec): readonly CategoryNote[] {
  return countFeatures(table, spec).flatMap(({ coverage, counts }) => {
    const nothings = counts
      .filter(({ text }) => NOTHING.test(text))
      .map(({ text, rows }) => ({ text, rows }));
    return coverage.kept === coverage.levels && nothings.length === 0 ? [] : [{ ...coverage, nothings }];
  });
}

function countFeatures(table: Table, spec: FeatureSpec) {
  const unknown = new Float64Array(table.rows).fill(Number.NaN);
  return columnFeatures(spec).flatMap((feature) => {
    if (feature.kind !== 'categorical') return [];
    const { name, column = name } = feature;
    const counts = categoryFrequencies(categoriesOf(table, column), unknown, null);
    const sum = (some: typeof counts) => some.reduce((rows, one) => rows + one.rows, 0);
    const levels = counts.length;
    const kept = Math.min(levels, maxCategoriesOf(feature));
    const keptShare = levels === 0 ? 1 : sum(counts.slice(0, kept)) / sum(counts);
    return [{ counts, coverage: { column, levels, kept, keptShare } }];
  });
}

/** `'team' keeps 100 of 1000 categories, 52.1 % of its rows; 'NULL' is a category of 'agent' (412 rows)`. */
export function describeNotes(
  notes: readonly (CategoryCoverage & Partial<Pick<CategoryNote, 'nothings'>>)[],
): string {
  return notes
    .flatMap(({ column, levels, kept, keptShare, nothings = [] }) => [
      ...(kept < levels
        ? [`'${column}' keeps ${kept} of ${levels} categories, ${keptPercent(keptShare)} of its rows`]
        : []),
      ...nothings.map(({ text, rows }) => `'${text}' is a category of '${column}' (${rows} rows)`),
    ])
    .join('; ');
}

/** `52.1 %`; never 100.0 % of less than all. */
export const keptPercent = (share: number): string =>
  `${(share < 1 ? Math.min(99.9, share * 100) : 100).toFixed(1)} %`;
