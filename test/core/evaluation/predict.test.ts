import { describe, expect, it } from 'vitest';
import { lackedColumns, type Model, predictTable } from '../../../lambdas/core/evaluation/predict.ts';
import { fitFeatures } from '../../../lambdas/core/features/fit.ts';
import { emptyForest, LEAF, singleOutput, type TreeModel } from '../../../lambdas/core/trees/model.ts';
import { numbers, specOf, tableOf, texts } from '../features/tables.ts';

/** One tree: -1 where the first feature is below 0.5 or missing, otherwise 1. */
const stump = (objective: TreeModel['objective']): TreeModel =>
  singleOutput({
    objective,
    baseScore: 0.5,
    baseMargin: 0,
    numFeatures: 2,
    featureNames: ['n', 'c'],
    featureTypes: ['float', 'float'],
    forest: {
      ...emptyForest(Int32Array.of(0, 3)),
      feature: Int32Array.of(0, LEAF, LEAF),
      value: Float32Array.of(0.5, -1, 1),
      left: Int32Array.of(1, -1, -1),
      right: Int32Array.of(2, -1, -1),
      defaultLeft: Uint8Array.of(1, 0, 0),
      gain: Float32Array.of(1, 0, 0),
      cover: Float32Array.of(2, 1, 1),
      weight: new Float32Array(3),
    },
  });

const features = fitFeatures(
  tableOf({ n: numbers([1]), c: texts(['a']) }),
  specOf({ kind: 'numeric', name: 'n' }, { kind: 'categorical', name: 'c', onUnseen: 'refuse' }),
);
const predict = (objective: TreeModel['objective'], n: readonly (number | null)[], c: readonly string[]) => {
  const model: Model = { features, model: stump(objective) };
  return [...predictTable(model, tableOf({ n: numbers(n), c: texts(c) }))];
};

describe('predictions of a table', () => {
  it('predicts probabilities of a classifier and values of a regression', () => {
    const [low, high, missing] = predict('binary:logistic', [0, 1, null], ['a', 'a', 'a']);
    expect(low).toBeCloseTo(1 / (1 + Math.E), 7);
    expect(high).toBeCloseTo(1 / (1 + 1 / Math.E), 7);
    expect(missing).toBe(low);
    expect(predict('reg:squarederror', [0, 1], ['a', 'a'])).toEqual([-1, 1]);
  });

  it('predicts NaN in rows that the features refuse', () => {
    expect(predict('reg:squarederror', [1, 1, 1e300, 0], ['a', 'new', 'a', 'a'])).toEqual([
      1,
      Number.NaN,
      Number.NaN,
      -1,
    ]);
  });

  it('needs columns that rows of other features may lack, or hold as another kind', () => {
    const n = numbers([0]);
    expect(lackedColumns(features, tableOf({ n, c: texts(['a']) }))).toEqual([]);
    expect(lackedColumns(features, tableOf({ n, other: n }))).toEqual(['c']);
    expect(lackedColumns(features, tableOf({ n: texts(['1']), c: n }))).toEqual(['n', 'c']);
    const twice = { ...features, fields: [...features.fields, ...features.fields] };
    expect(lackedColumns(twice, tableOf({ n }))).toEqual(['c']);
  });

  it('predicts nothing for a table without rows', () => {
    expect(predict('binary:logistic', [], [])).toEqual([]);
  });
});
