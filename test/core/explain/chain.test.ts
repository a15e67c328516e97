import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { treeExplainer } from '../../../lambdas/core/explain/tree-shap.ts';
import { emptyForest, LEAF, singleOutput, type TreeModel } from '../../../lambdas/core/trees/model.ts';
import { scoreRow } from '../../../lambdas/core/trees/scoring/score.ts';
import { validateForest } from '../../../lambdas/core/trees/validate-forest.ts';
import { failureCode } from '../trees/samples.ts';

/**
 * One tree in which split k asks feature `columns[k]` whether it is below 0, the left child is a leaf of value k, and
 * `covers[k]` rows of 64 stay to the right.
 */
function chain(columns: readonly number[], covers: readonly number[], features: number): TreeModel {
  const nodes = 2 * columns.length + 1;
  const forest = emptyForest(Int32Array.of(0, nodes));
  forest.feature.fill(LEAF);
  forest.left.fill(-1);
  forest.right.fill(-1);
  let rows = 1;
  forest.cover[0] = rows;
  columns.forEach((column, k) => {
    const [at, left, right] = [2 * k, 2 * k + 1, 2 * k + 2];
    forest.feature[at] = column;
    forest.left[at] = left;
    forest.right[at] = right;
    forest.value[left] = k + 1;
    const staying = (rows * (covers[k] ?? 32)) / 64;
    forest.cover[left] = rows - staying;
    forest.cover[right] = staying;
    rows = staying;
  });
  forest.value[nodes - 1] = -columns.length;
  validateForest(forest, features);
  const names = Array.from({ length: features }, (_, i) => `x${i}`);
  return singleOutput({
    objective: 'reg:squarederror',
    baseScore: 0.25,
    baseMargin: 0.25,
    numFeatures: features,
    featureNames: names,
    featureTypes: names.map(() => 'float'),
    forest,
  });
}

/** What the tree gives when only the features in `known` are known: the average over training rows elsewhere. */
function averageAt(model: TreeModel, row: Float32Array, known: number, at = 0): number {
  const { feature, value, left, right, cover } = model.forest;
  const column = feature[at] as number;
  if (column === LEAF) return value[at] as number;
  const children = [left[at] as number, right[at] as number] as const;
  if ((known >>> column) & 1) {
    return averageAt(model, row, known, (row[column] as number) < 0 ? children[0] : children[1]);
  }
  const [l, r] = children.map((child) => (cover[child] as number) * averageAt(model, row, known, child));
  return ((l as number) + (r as number)) / (cover[at] as number);
}

/** Shapley values by their definition: the mean over all orders of what a feature adds when it becomes known. */
function shapley(model: TreeModel, row: Float32Array): number[] {
  const n = model.numFeatures;
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
  const size = (set: number): number => set.toString(2).replaceAll('0', '').length;
  return Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let set = 0; set < 1 << n; set++) {
      if ((set >>> i) & 1) continue;
      const weight = (factorial(size(set)) * factorial(n - size(set) - 1)) / factorial(n);
      sum += weight * (averageAt(model, row, set | (1 << i)) - averageAt(model, row, set));
    }
    return sum;
  });
}

describe('the Shapley values of a tree', () => {
  it('computes Shapley values by their definition, even where a path asks one feature several times', () => {
    const column = fc.nat(4);
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 63 }), { minLength: 8, maxLength: 8 }),
        fc.array(fc.constantFrom(-1, 1), { minLength: 5, maxLength: 5 }),
        (columns, covers, values) => {
          const model = chain(columns, covers, 5);
          const row = Float32Array.from(values);
          const ours = treeExplainer(model)(row);
          shapley(model, row).forEach((expected, i) => {
            expect(ours[i]).toBeCloseTo(expected, 10);
          });
          expect(ours[5]).toBeCloseTo(averageAt(model, row, 0) + 0.25, 10);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('sums to the margin on a path too long for a table', () => {
    const columns = Array.from({ length: 24 }, (_, i) => i);
    const model = chain(
      columns,
      columns.map(() => 60),
      24,
    );
    const explain = treeExplainer(model);
    for (const row of [
      new Float32Array(24).fill(1),
      Float32Array.from(columns, (i) => (i === 17 ? -1 : 1)),
    ]) {
      const sum = explain(row).reduce((total, value) => total + value, 0);
      expect(sum).toBeCloseTo(scoreRow(model, row), 6);
    }
  });

  it('gives a child the share of one half where no training row decides', () => {
    const model = chain([0], [64], 1);
    model.forest.cover.fill(0);
    expect([...treeExplainer(model)(Float32Array.of(-1))]).toEqual([1, 0.25]);
  });

  it('refuses a path over more than 30 features, and a row of another width', () => {
    const columns = Array.from({ length: 31 }, (_, i) => i);
    expect(failureCode(() => treeExplainer(chain(columns, [], 31)))).toBe('explain/too-deep');
    const explain = treeExplainer(chain([0], [], 1));
    expect(failureCode(() => explain(new Float32Array(2)))).toBe('scoring/wrong-width');
  });
});
