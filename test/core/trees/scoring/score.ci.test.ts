import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ln } from '../../../../lambdas/core/numeric/math.ts';
import { readModel, writeJson, writeUbj } from '../../../../lambdas/core/trees/format/model-file.ts';
import { writeUbjson } from '../../../../lambdas/core/trees/format/ubjson-writer.ts';
import { formatFloat32 } from '../../../../lambdas/core/trees/format/xgboost-json.ts';
import { gainImportance } from '../../../../lambdas/core/trees/importance.ts';
import {
  emptyForest,
  LEAF,
  MODEL_LIMITS,
  singleOutput,
  type TreeModel,
} from '../../../../lambdas/core/trees/model.ts';
import { toMargin, toPrediction } from '../../../../lambdas/core/trees/objective.ts';
import { scoreLeaves, scoreMatrix, scoreRow } from '../../../../lambdas/core/trees/scoring/score.ts';
import { validateForest } from '../../../../lambdas/core/trees/validate-forest.ts';
import { bits, failureCode, manyOf, toMatrix } from '../samples.ts';

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
const value = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -5, max: 5 }) }, float32);
const FEATURES = 3;

/** A random tree as nested splits; a leaf is a number. */
type Tree = number | { feature: number; threshold: number; defaultLeft: boolean; left: Tree; right: Tree };
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    float32,
    fc.record({
      feature: fc.nat(FEATURES - 1),
      threshold: value.map(Math.fround),
      defaultLeft: fc.boolean(),
      left: tie('tree'),
      right: tie('tree'),
    }),
  ),
}));

/** Nodes in the order left subtree, right subtree: unlike XGBoost's, children are not neighbours. */
function nodesOf(
  root: Tree,
): { feature: number; value: number; left: number; right: number; defaultLeft: number }[] {
  if (typeof root === 'number') return [{ feature: LEAF, value: root, left: -1, right: -1, defaultLeft: 0 }];
  const shift = (nodes: ReturnType<typeof nodesOf>, by: number): typeof nodes =>
    nodes.map((n) => (n.left < 0 ? n : { ...n, left: n.left + by, right: n.right + by }));
  const left = nodesOf(root.left);
  const here = { feature: root.feature, value: root.threshold, left: 1, right: 1 + left.length };
  return [
    { ...here, defaultLeft: root.defaultLeft ? 1 : 0 },
    ...shift(left, 1),
    ...shift(nodesOf(root.right), 1 + left.length),
  ];
}

function modelOf(trees: readonly Tree[], baseMargin: number): TreeModel {
  const all = trees.map(nodesOf);
  const starts = new Int32Array(all.length + 1);
  all.forEach((nodes, i) => {
    starts[i + 1] = (starts[i] ?? 0) + nodes.length;
  });
  const forest = emptyForest(starts);
  all.flat().forEach((node, at) => {
    forest.feature[at] = node.feature;
    forest.value[at] = node.value;
    forest.left[at] = node.left;
    forest.right[at] = node.right;
    forest.defaultLeft[at] = node.defaultLeft;
  });
  validateForest(forest, FEATURES);
  const baseScore = Math.fround(baseMargin);
  return singleOutput({
    objective: 'reg:squarederror',
    baseScore,
    baseMargin: baseScore,
    numFeatures: FEATURES,
    featureNames: ['a', 'b', 'c'],
    featureTypes: ['float', 'float', 'float'],
    forest,
  });
}

/** The definition, without arrays. */
function leafOf(root: Tree, row: readonly number[]): number {
  if (typeof root === 'number') return root;
  const x = row[root.feature] ?? Number.NaN;
  return leafOf((Number.isNaN(x) ? root.defaultLeft : x < root.threshold) ? root.left : root.right, row);
}

const models = fc.array(tree, { minLength: 1, maxLength: 6 });
const cell = fc.oneof(
  value.map(Math.fround),
  fc.constant(Number.NaN),
  fc.constantFrom(-Infinity, Infinity, -0),
);
const rows = fc.array(fc.array(cell, { minLength: FEATURES, maxLength: FEATURES }), { maxLength: 150 });

describe('the scores of any forest', () => {
  it('walks every tree as defined and adds leaves in float32, in order', () => {
    fc.assert(
      fc.property(models, rows, float32, (trees, table, base) => {
        const model = modelOf(trees, base);
        for (const row of table) {
          const expected = trees.reduce<number>(
            (sum, t) => Math.fround(sum + leafOf(t, row)),
            Math.fround(base),
          );
          expect(scoreRow(model, Float32Array.from(row))).toBe(expected);
        }
      }),
    );
  });

  it('gives a batch the bits of single rows', () => {
    fc.assert(
      fc.property(models, rows, float32, (trees, table, base) => {
        const model = modelOf(trees, base);
        const data = table.map((row) => Float32Array.from(row));
        const single = data.map((row) => scoreRow(model, row));
        expect(bits(scoreMatrix(model, toMatrix(data, FEATURES)))).toEqual(bits(single));
        expect(bits(scoreMatrix(model, toMatrix(manyOf(data), FEATURES)))).toEqual(bits(manyOf(single)));
      }),
    );
  });

  it('reads the same model back after writing it', () => {
    fc.assert(
      fc.property(models, float32, (trees, base) => {
        const model = modelOf(trees, base);
        for (const bytes of [writeUbj(model), writeJson(model)]) {
          const again = readModel(bytes);
          expect(bits(again.forest.value)).toEqual(bits(model.forest.value));
          expect({ ...again, forest: { ...again.forest, value: null } }).toEqual({
            ...model,
            forest: { ...model.forest, value: null },
          });
        }
      }),
    );
  });

  it('writes as many trees as the limit allows, and numbers them', () => {
    const model = modelOf(new Array<Tree>(MODEL_LIMITS.trees).fill(0.5), 0);
    expect(isDeepStrictEqual(readModel(writeUbj(model)), model)).toBe(true);
  });

  it('names features by number in a model without names', () => {
    const model = modelOf([{ feature: 1, threshold: 0, defaultLeft: true, left: 1, right: 2 }], 0);
    model.forest.gain[0] = 3;
    expect(gainImportance({ ...model, featureNames: [] })[0]).toEqual({ feature: 'f1', share: 1 });
  });
});

describe('a row that does not fit the model', () => {
  const model = modelOf([1], 0);

  it.each([2, 4])('fails on %i values for 3 features', (width) => {
    const row = new Float32Array(width);
    expect(failureCode(() => scoreRow(model, row))).toBe('scoring/wrong-width');
    expect(failureCode(() => scoreLeaves(model, row))).toBe('scoring/wrong-width');
    expect(failureCode(() => scoreMatrix(model, toMatrix([row])))).toBe('scoring/wrong-width');
  });

  it('fails on columns of different lengths', () => {
    const columns = [new Float32Array(2), new Float32Array(3), new Float32Array(2)];
    const matrix = { rows: 2, names: ['a', 'b', 'c'], columns };
    expect(failureCode(() => scoreMatrix(model, matrix))).toBe('scoring/ragged-columns');
  });
});

describe('predictions and margins', () => {
  it('gives probabilities from 0 up to 1 that never overflow', () => {
    expect(toPrediction('binary:logistic', 0)).toBe(0.5);
    expect(toPrediction('binary:logistic', 1000)).toBe(1);
    // 1 / (exp(88.7) + 1) in float32, as XGBoost's cut leaves it.
    expect(toPrediction('binary:logistic', -1000)).toBeGreaterThan(0);
    expect(toPrediction('binary:logistic', -1000)).toBe(toPrediction('binary:logistic', -88.8));
  });

  // What XGBoost 2.1.4 begins its sums with after training on a share of 0.4833 (seed 791730 of kinds.py, `forest`).
  it('turns a base score into the margin of XGBoost, not into the nearest one', () => {
    expect(toMargin('binary:logistic', Math.fround(0.4833395))).toBe(Math.fround(-0.06666677));
    expect(Math.fround(-ln(Math.fround(1 / 0.4833395) - 1))).not.toBe(Math.fround(-0.06666677));
  });

  it('maps margins to probabilities one to one in between', () => {
    for (const p of [0.001, 0.117, 0.5, 0.9]) {
      expect(toPrediction('binary:logistic', toMargin('binary:logistic', p))).toBeCloseTo(p, 6);
    }
    expect(toPrediction('reg:squarederror', toMargin('reg:squarederror', 2.5))).toBe(2.5);
  });
});

describe('writeUbjson', () => {
  it.each([
    [126, 'i7e'],
    [127, 'I007f'],
    [-32_766, 'I8002'],
    [32_767, 'l00007fff'],
    [-2_147_483_648, 'l80000000'],
  ])('gives the integer %i the type that XGBoost gives it', (integer, expected) => {
    const bytes = Buffer.from(writeUbjson({ a: integer }));
    // {, L and 8 bytes for the key's length, the key; then marker and value; }.
    expect(bytes.toString('latin1', 11, 12) + bytes.toString('hex', 12, bytes.length - 1)).toBe(expected);
  });
});

describe('formatFloat32', () => {
  it.each([
    [0, '0E0'],
    [-0, '-0E0'],
    [0.5, '5E-1'],
    [10, '1E1'],
    [Math.fround(0.1), '1E-1'],
    [Math.fround(-3.227688e-8), '-3.227688E-8'],
    [Math.fround(1 / 3), '3.3333334E-1'],
    [16_777_216, '1.6777216E7'],
    [3.4028234663852886e38, '3.4028235E38'],
  ])('writes %d as %s', (number, text) => {
    expect(formatFloat32(number)).toBe(text);
  });

  it('gives every float32 back', () => {
    fc.assert(
      fc.property(float32, (number) => {
        const text = formatFloat32(number);
        expect(Math.fround(Number(text))).toBe(number);
        expect(text).toMatch(/^-?\d(\.\d+)?E-?\d+$/);
      }),
    );
  });
});

describe('refused forests', () => {
  const forestOf = (changes: object) => ({ ...modelOf([1, 2], 0).forest, ...changes });
  const codeOf = (changes: object): string => failureCode(() => validateForest(forestOf(changes), FEATURES));

  it.each([
    ['starts that do not begin at 0', { starts: Int32Array.of(1, 2) }, 'bad-count'],
    ['starts that do not end at the last node', { starts: Int32Array.of(0, 1) }, 'bad-count'],
    ['a tree without nodes', { starts: Int32Array.of(0, 1, 1, 2) }, 'bad-count'],
    ['lists of different lengths', { gain: new Float32Array(1) }, 'bad-count'],
    ['a leaf that is no number', { value: Float32Array.of(1, Number.NaN) }, 'out-of-range'],
    ['an infinite cover', { cover: Float32Array.of(1, Infinity) }, 'out-of-range'],
    ['too many trees', { starts: new Int32Array(MODEL_LIMITS.trees + 2) }, 'too-large'],
  ])('fails on %s', (_, changes, code) => {
    expect(codeOf(changes)).toBe(`model/${code}`);
  });

  it('fails on a tree deeper than the limit, not on one as deep', () => {
    const chain = (depth: number): Tree =>
      depth === 0 ? 1 : { feature: 0, threshold: depth, defaultLeft: true, left: chain(depth - 1), right: 0 };
    expect(() => modelOf([chain(MODEL_LIMITS.depth)], 0)).not.toThrow();
    expect(failureCode(() => modelOf([chain(MODEL_LIMITS.depth + 1)], 0))).toBe('model/too-large');
  });

  it('fails on more nodes than the limit before it takes memory for them', () => {
    expect(failureCode(() => emptyForest(Int32Array.of(0, MODEL_LIMITS.nodes + 1)))).toBe('model/too-large');
  });
});
