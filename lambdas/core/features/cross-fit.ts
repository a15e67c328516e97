/**
 * Training rows as the trees may see them. The mean label of a category holds the labels of the very rows that it stands
 * for: a tree that learns from it finds a signal in noise. So each training row gets the mean of the rows in other folds,
 * as scikit-learn's `TargetEncoder.fit_transform` does: stratified folds, the same for all features.
 */

import { RuntimeFailure } from '../errors.ts';
import { Random } from '../numeric/random.ts';
import type { Table } from '../table/table.ts';
import type { FeatureMatrix } from '../trees/matrix.ts';
import { smoothedMean } from './categories.ts';
import { categoryEncoder, MISSING, widthOf } from './encode.ts';
import type { FittedCategorical, FittedFeatures } from './fitted.ts';
import { momentsOf } from './moments.ts';
import { codesOfRows, transformTable } from './transform.ts';

/** As in scikit-learn: each row's number comes from four fifths of the rows. More folds were not better when measured. */
const FOLDS = 5;

/** The rows that features were fitted on. */
export interface FittedRows {
  readonly table: Table;
  /** One per row, each known. */
  readonly labels: Float64Array;
}

/**
 * Transforms the rows that `fitted` was fitted on for training. It differs from `transformTable` only in features whose
 * categories become mean labels: a row gets the mean of the rows in other folds, and what an unseen category gets if those
 * have none of its category.
 *
 * @param seed - The seed of the draw of folds.
 * @throws RuntimeFailure `features/label-length`
 */
export function transformTraining(
  fitted: FittedFeatures,
  { table, labels }: FittedRows,
  seed: number,
): FeatureMatrix {
  if (labels.length !== table.rows)
    throw new RuntimeFailure('features/label-length', `${labels.length} labels for ${table.rows} rows`);
  const { matrix } = transformTable(fitted, table);
  if (!fitted.fields.some((field) => field.kind === 'categorical' && field.values !== undefined))
    return matrix;
  const prior = momentsOf(labels)?.mean ?? 0;
  const rows = { labels, prior, folds: drawFolds(labels, prior, seed) };
  const columns = [...matrix.columns];
  let at = 0;
  for (const field of fitted.fields) {
    if (field.kind === 'categorical' && field.values !== undefined)
      columns[at] = outOfFold(field, codesOfRows(field, table), rows);
    at += field.kind === 'categorical' ? widthOf(field) : 1;
  }
  return { ...matrix, columns };
}

/**
 * The fold of each row: a random deal, apart for labels above and not above the mean, so that each fold has its share of
 * either. Folds with other means would reveal a row's label by the mean of the others.
 */
function drawFolds(labels: Float64Array, mean: number, seed: number): Uint8Array {
  const random = Random.fromSeed(seed);
  const order = Uint32Array.from(labels, (_, row) => row);
  const dealt = [0, 0];
  const folds = new Uint8Array(labels.length);
  for (let left = order.length; left > 0; left--) {
    const drawn = random.below(left); // a Fisher-Yates shuffle from the end; every place is inside
    const row = order[drawn] as number;
    order[drawn] = order[left - 1] as number;
    const side = (labels[row] as number) > mean ? 1 : 0;
    folds[row] = (dealt[side] as number) % FOLDS;
    dealt[side] = (dealt[side] as number) + 1;
  }
  return folds;
}

/** The folds of the rows, and what they are drawn from. */
interface Folded {
  readonly labels: Float64Array;
  readonly prior: number;
  readonly folds: Uint8Array;
}

function outOfFold(
  field: FittedCategorical,
  codes: Int32Array,
  { labels, prior, folds }: Folded,
): Float32Array {
  const width = field.categories.length;
  const counts = new Float64Array(FOLDS * width);
  const sums = new Float64Array(FOLDS * width);
  // A row is in one of the folds, and a code above MISSING is of a category.
  const placeOf = (row: number) => (folds[row] as number) * width + (codes[row] as number);
  for (let row = 0; row < codes.length; row++) {
    if ((codes[row] as number) <= MISSING) continue;
    const place = placeOf(row);
    counts[place] = (counts[place] as number) + 1;
    sums[place] = (sums[place] as number) + (labels[row] as number);
  }
  const values = meansOfOthers(sums, counts, prior);
  const unseen = field.onUnseen === 'refuse' ? MISSING : categoryEncoder(field)(undefined);
  const column = new Float32Array(codes.length).fill(Number.NaN);
  for (let row = 0; row < codes.length; row++) {
    if ((codes[row] as number) <= MISSING) continue;
    const value = values[placeOf(row)] as number;
    const isSeen = !Number.isNaN(value) || unseen === MISSING;
    column[row] = isSeen ? value : (values[(folds[row] as number) * width + unseen] as number);
  }
  return column;
}

/** Per fold and category the smoothed mean label of the other folds; NaN where they have no row of the category. */
function meansOfOthers(sums: Float64Array, counts: Float64Array, prior: number): Float64Array {
  const width = sums.length / FOLDS;
  const total = (of: Float64Array, code: number): number => {
    let sum = 0;
    for (let place = code; place < of.length; place += width) sum += of[place] as number;
    return sum;
  };
  const values = new Float64Array(sums.length).fill(Number.NaN);
  for (let code = 0; code < width; code++) {
    const [sum, count] = [total(sums, code), total(counts, code)];
    for (let place = code; place < sums.length; place += width) {
      const others = count - (counts[place] as number);
      if (others > 0) values[place] = smoothedMean(sum - (sums[place] as number), others, prior);
    }
  }
  return values;
}
