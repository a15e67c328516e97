/** How much each feature did for predictions on rows that were not trained on. */

import type { Model } from '../evaluation/predict.ts';
import { widthOf } from '../features/encode.ts';
import { transformTable } from '../features/transform.ts';
import { Random } from '../numeric/random.ts';
import type { Table } from '../table/table.ts';
import { toPrediction } from '../trees/objective.ts';
import { scoreMatrix } from '../trees/scoring/score.ts';

export interface PermutationImportance {
  readonly feature: string;
  /** By how much the metric is worse, in its own unit; about 0, or a little below, for a feature that does nothing. */
  readonly worse: number;
}

/** Exchanges of each feature; their mean counts. */
const REPEATS = 3;

/**
 * Exchanges the values of one feature among the rows and measures again (Breiman 2001, Machine Learning 45, section 10;
 * Fisher, Rudin and Dominici 2019, arXiv 1801.01489). The columns of a one-hot feature are exchanged together. Features
 * that say the same cover for each other: both look less important than they are.
 *
 * @param score - Measures predictions, one per row: higher is better.
 * @returns every feature, the most important first; the same seed gives the same
 */
export function permutationImportance(
  { features, model }: Model,
  table: Table,
  score: (predictions: Float32Array) => number,
  seed: number,
): readonly PermutationImportance[] {
  const { matrix } = transformTable(features, table);
  const predict = (columns: typeof matrix.columns): Float32Array =>
    scoreMatrix(model, { ...matrix, columns }).map((margin) => toPrediction(model.objective, margin));
  const asTheyAre = score(predict(matrix.columns));
  const random = Random.fromSeed(seed);
  let at = 0;
  const all = features.fields.map((field): PermutationImportance => {
    const width = field.kind === 'categorical' ? widthOf(field) : 1;
    const [first, end] = [at, at + width];
    at = end;
    let sum = 0;
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const order = shuffled(table.rows, random);
      const columns = matrix.columns.map(
        (column, i) =>
          i < first || i >= end ? column : Float32Array.from(order, (row) => column[row] as number), // rows are inside
      );
      sum += asTheyAre - score(predict(columns));
    }
    return { feature: field.name, worse: sum / REPEATS };
  });
  return all.sort((a, b) => b.worse - a.worse);
}

/** Fisher and Yates' shuffle of the first whole numbers. */
function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number]; // both are inside
  }
  return order;
}
