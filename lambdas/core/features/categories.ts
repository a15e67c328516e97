/** Counts of a column's categories, and the number that each of them becomes. */

import type { CategoryColumn } from '../table/table.ts';
import { categoryText } from '../table/values.ts';

/**
 * Rows of the overall mean that are added to each category's own before its mean label is taken, so that a rare
 * category does not take an extreme value by chance: (sum + m * prior) / (n + m), the m-estimate of Micci-Barreca,
 * "A preprocessing scheme for high-cardinality categorical attributes in classification and prediction problems",
 * SIGKDD Explorations 3(1), 2001. m is ours: at 20 rows a category's own mean and the overall one count alike.
 */
const SMOOTHING_ROWS = 20;

/** A category in the training rows. */
export interface CategoryCount {
  readonly text: string;
  readonly rows: number;
  /** Rows whose label is known, and the sum of their labels. */
  readonly labelled: number;
  readonly labelSum: number;
}

/**
 * Counts the categories of a column, most frequent first, equals by text (in UTF-16 code units). `3` and `3.0` are one
 * category. Texts of the dictionary that no row has are left out: they may come from rows that are not for training.
 *
 * @param labels - One per row, NaN where unknown.
 * @param missingAs - The category that a missing value counts as; it is listed even when no row has it.
 */
export function categoryFrequencies(
  { codes, dictionary }: CategoryColumn,
  labels: Float64Array,
  missingAs: string | null,
): CategoryCount[] {
  const names = dictionary.map(categoryText);
  const texts = [...new Set(missingAs === null ? names : [...names, missingAs])];
  const position = new Map(texts.map((text, slot) => [text, slot]));
  const slots = Int32Array.from(names, (name) => position.get(name) as number); // every name is a text
  // Missing values have a last slot of their own where they count as no category.
  const missing = missingAs === null ? texts.length : (position.get(missingAs) as number);
  const rows = new Float64Array(texts.length + 1);
  const labelled = new Float64Array(texts.length + 1);
  const labelSum = new Float64Array(texts.length + 1);
  for (let row = 0; row < codes.length; row++) {
    // Codes point into the dictionary, and there are as many labels as codes.
    const code = codes[row] as number;
    const label = labels[row] as number;
    const slot = slots[code] ?? missing; // -1 is missing
    (rows[slot] as number)++;
    if (Number.isNaN(label)) continue;
    (labelled[slot] as number)++;
    (labelSum[slot] as number) += label;
  }
  return texts
    .map((text, slot) => ({
      text,
      rows: rows[slot] as number,
      labelled: labelled[slot] as number,
      labelSum: labelSum[slot] as number,
    }))
    .filter((category) => category.rows > 0 || category.text === missingAs)
    .sort(byFrequency);
}

/**
 * The mean label of a category, drawn towards the mean of all rows: the number that the category becomes.
 *
 * @param sum - The labels of its rows, added up.
 * @param rows - Its rows with a label, 0 or more.
 * @param prior - The mean label of all rows.
 */
export function smoothedMean(sum: number, rows: number, prior: number): number {
  return (sum + SMOOTHING_ROWS * prior) / (rows + SMOOTHING_ROWS);
}

/** Categories with their smoothed mean label, lowest first; equals as `categoryFrequencies` orders them. */
export function valueByLabel(
  categories: readonly CategoryCount[],
  prior: number,
): readonly { readonly text: string; readonly value: number }[] {
  return categories
    .map((category) => ({ ...category, value: smoothedMean(category.labelSum, category.labelled, prior) }))
    .sort((a, b) => a.value - b.value || byFrequency(a, b));
}

/** No two texts are equal. */
function byFrequency(a: CategoryCount, b: CategoryCount): number {
  return b.rows - a.rows || (a.text < b.text ? -1 : 1);
}
