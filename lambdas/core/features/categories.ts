/** Which categories of a column are kept, and in which order they get their codes. */

import type { CategoryColumn } from '../table.ts';

/** Categories kept where the specification does not say; also the most that it may say. */
export const DEFAULT_MAX_CATEGORIES = 1000;

/**
 * Rows of the overall mean that are added to each category's own when its mean label is estimated, so that a
 * rare category does not take an extreme rank by chance: (sum + m * prior) / (n + m). This is the estimate with
 * lambda(n) = n / (n + m) of Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes
 * in classification and prediction problems", SIGKDD Explorations 3(1), 2001. m is ours: at ten rows a
 * category's own mean and the overall one count alike.
 */
export const LABEL_SMOOTHING = 10;

export interface Category {
  readonly text: string;
  readonly rows: number;
  /** Rows with a label, and the sum of their labels. */
  readonly labelled: number;
  readonly labelSum: number;
}

/**
 * Counts the categories of a column, most frequent first, equals by text (in UTF-16 code units). Texts of the
 * dictionary that no row has are left out: they may come from rows that are not for training.
 *
 * @param missingAs - The category that a missing value counts as; it is listed even when no row has it.
 * @param labels - One per row; NaN where unknown.
 */
export function countCategories(
  column: CategoryColumn,
  missingAs: string | null,
  labels?: Float64Array,
): Category[] {
  const size = column.dictionary.length;
  const known = missingAs === null ? -1 : column.dictionary.indexOf(missingAs);
  const missingCode = known >= 0 ? known : size; // one slot beyond the dictionary
  const rows = new Float64Array(size + 1);
  const labelled = new Float64Array(size + 1);
  const labelSum = new Float64Array(size + 1);
  for (const [row, code] of column.codes.entries()) {
    const slot = code < 0 ? missingCode : code;
    const value = labels?.[row] ?? Number.NaN;
    rows[slot] = at(rows, slot) + 1;
    if (Number.isNaN(value)) continue;
    labelled[slot] = at(labelled, slot) + 1;
    labelSum[slot] = at(labelSum, slot) + value;
  }
  const texts = missingAs !== null && known < 0 ? [...column.dictionary, missingAs] : column.dictionary;
  return texts
    .map((text, slot) => ({
      text,
      rows: at(rows, slot),
      labelled: at(labelled, slot),
      labelSum: at(labelSum, slot),
    }))
    .filter((category) => category.rows > 0 || category.text === missingAs)
    .sort(byFrequency);
}

/** Orders categories by their smoothed mean label, lowest first; equals as in `countCategories`. */
export function orderByLabel(categories: readonly Category[]): Category[] {
  const total = categories.reduce((sum, { labelled }) => sum + labelled, 0);
  if (total === 0) return [...categories];
  const prior = categories.reduce((sum, { labelSum }) => sum + labelSum, 0) / total;
  const smoothed = ({ labelSum, labelled }: Category) =>
    (labelSum + LABEL_SMOOTHING * prior) / (labelled + LABEL_SMOOTHING);
  return [...categories].sort((x, y) => smoothed(x) - smoothed(y) || byFrequency(x, y));
}

function byFrequency(x: Category, y: Category): number {
  return y.rows - x.rows || (x.text < y.text ? -1 : 1);
}

/** An entry of an array whose length the caller made. */
const at = (array: Float64Array, index: number): number => array[index] as number;
