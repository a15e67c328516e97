import { describe, expect, it } from 'vitest';
import { higherIsBetterScore } from '../../../lambdas/core/evaluation/measure.ts';
import type { Model } from '../../../lambdas/core/evaluation/predict.ts';
import { permutationImportance } from '../../../lambdas/core/explain/permutation.ts';
import { fitFeatures } from '../../../lambdas/core/features/fit.ts';
import { transformTable } from '../../../lambdas/core/features/transform.ts';
import { Random } from '../../../lambdas/core/numeric/random.ts';
import { DEFAULT_PARAMS } from '../../../lambdas/core/trees/spec.ts';
import { train } from '../../../lambdas/core/trees/training/train.ts';
import { numbers, specOf, tableOf, texts } from '../features/tables.ts';

const ROWS = 600;
const random = Random.fromSeed(4);
const strong = Array.from({ length: ROWS }, () => random.uniform());
const weak = Array.from({ length: ROWS }, () => random.uniform());
const noise = Array.from({ length: ROWS }, () => random.uniform());
const word = Array.from({ length: ROWS }, () => ['a', 'b', 'c'][random.below(3)] as string);
const table = tableOf({
  strong: numbers(strong),
  weak: numbers(weak),
  word: texts(word),
  constant: numbers(strong.map(() => 1)),
});
const value = (row: number): number =>
  2 * (strong[row] as number) +
  0.5 * (weak[row] as number) +
  (word[row] === 'b' ? 1 : 0) +
  0.1 * (noise[row] as number);
const SPEC = specOf(
  { kind: 'numeric', name: 'weak' },
  { kind: 'categorical', name: 'word', encoding: 'one-hot' },
  { kind: 'numeric', name: 'constant' },
  { kind: 'numeric', name: 'strong' },
);

function trained(labels: Float64Array, objective: 'binary:logistic' | 'reg:squarederror'): Model {
  const features = fitFeatures(table, SPEC, labels);
  const { matrix } = transformTable(features, table);
  const { model } = train({
    matrix,
    labels,
    params: { ...DEFAULT_PARAMS, objective, rounds: 20, maxDepth: 3 },
  });
  return { features, model };
}

describe('permutation importance', () => {
  it('ranks features by the loss of a regression, one-hot columns together; a constant loses nothing', () => {
    const labels = Float64Array.from({ length: ROWS }, (_, row) => value(row));
    const all = permutationImportance(
      trained(labels, 'reg:squarederror'),
      table,
      higherIsBetterScore({ type: 'regression', label: 'y' }, labels),
      1,
    );
    expect(all.map(({ feature }) => feature)).toEqual(['strong', 'word', 'weak', 'constant']);
    expect(all.at(-1)?.worse).toBe(0);
    // Exchanged for an independent draw, 2u loses the root of twice its variance, at most: sqrt(2 * 4 / 12).
    expect(all[0]?.worse).toBeGreaterThan(0.5);
    expect(all[0]?.worse).toBeLessThan(Math.sqrt(8 / 12));
  });

  it('brings the AUC of the only feature that counts back to a half', () => {
    const labels = Float64Array.from(strong, (one) => (one > 0.5 ? 1 : 0));
    const good = higherIsBetterScore({ type: 'binary-classification', label: 'y', positive: 1 }, labels);
    const model = trained(labels, 'binary:logistic');
    const [first, ...others] = permutationImportance(model, table, good, 1);
    expect(first?.feature).toBe('strong');
    expect(first?.worse).toBeGreaterThan(0.45);
    for (const { worse } of others) expect(Math.abs(worse)).toBeLessThan(0.01);
    expect(permutationImportance(model, table, good, 1)[0]).toEqual(first);
    expect(permutationImportance(model, table, good, 2)[0]).not.toEqual(first);
  });
});
