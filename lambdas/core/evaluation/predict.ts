import type { FittedFeatures } from '../features/fit.ts';
import { rowTransformer, transformTable } from '../features/transform.ts';
import type { Row, Table } from '../table/table.ts';
import type { TreeModel } from '../trees/model.ts';
import { toPrediction } from '../trees/objective.ts';
import { scoreMatrix, scoreRow } from '../trees/scoring/score.ts';

/** Features and trees that belong together: what a bundle holds. */
export interface Model {
  readonly features: FittedFeatures;
  readonly model: TreeModel;
}

/** Columns that the features read and the table lacks, or holds as another kind: rows of other features. */
export function lackedColumns({ fields }: FittedFeatures, table: Table): readonly string[] {
  const read = fields.flatMap((field) =>
    field.kind === 'expression'
      ? field.reads.map(({ column, type }) => ({ column, isText: type === 'text' }))
      : [{ column: field.column, isText: field.kind === 'categorical' }],
  );
  const lacked = read.filter(
    ({ column, isText }) => table.columns.get(column)?.kind !== (isText ? 'category' : 'numeric'),
  );
  return [...new Set(lacked.map(({ column }) => column))];
}

/** The prediction of each raw row, float32; NaN where the model's own features refuse the row. */
export function predictTable({ features, model }: Model, table: Table): Float32Array {
  const { matrix, refused } = transformTable(features, table);
  const predictions = scoreMatrix(model, matrix).map((margin) => toPrediction(model.objective, margin));
  for (const row of refused) predictions[row] = Number.NaN;
  return predictions;
}

/**
 * Compiles the prediction of one raw row, float32: what a service answers.
 *
 * The compiled function throws as `rowTransformer`'s does.
 */
export function rowPredictor({ features, model }: Model): (row: Row) => number {
  const transform = rowTransformer(features);
  return (row) => toPrediction(model.objective, scoreRow(model, transform(row)));
}
