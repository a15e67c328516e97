import { expect } from 'vitest';
import type { TreeModel } from '../../../../lambdas/core/trees/model.ts';
import { toPredictions } from '../../../../lambdas/core/trees/objective.ts';
import { scoreLeaves, scoreMatrix, scoreOutputs } from '../../../../lambdas/core/trees/scoring/score.ts';
import type { Answers } from '../answers.ts';
import { bits, manyOf, toMatrix } from '../samples.ts';

/** Holds a model to what XGBoost answers: margins, leaves and predictions to the last bit. */
export function expectSameAnswers(model: TreeModel, answers: Answers): void {
  const { rows, features, outputs } = answers;
  expect(model.numFeatures).toBe(features);
  expect(model.baseMargins.length).toBe(outputs);
  const margins = rows.flatMap((row) => Array.from(scoreOutputs(model, row)));
  expect(bits(margins)).toEqual(bits(answers.margins));
  expect(bits(scoreMatrix(model, toMatrix(rows, features)))).toEqual(bits(answers.margins));
  const perRow = rows.map((_, row) => margins.slice(row * outputs, (row + 1) * outputs));
  expect(bits(scoreMatrix(model, toMatrix(manyOf(rows), features)))).toEqual(bits(manyOf(perRow).flat()));
  expect(rows.flatMap((row) => Array.from(scoreLeaves(model, row)))).toEqual(Array.from(answers.leaves));
  const predictions = rows.flatMap((row) =>
    Array.from(toPredictions(model.objective, scoreOutputs(model, row))),
  );
  expect(bits(predictions)).toEqual(bits(answers.predictions));
}
