/** What no ordinary model brings along: many thresholds, deep chains, numbers as category names, odd categories. */

import { describe, expect, it } from 'vitest';
import { categoryCodes } from '../../../../lambdas/core/trees/format/category-names.ts';
import { readModel, writeJson, writeUbj } from '../../../../lambdas/core/trees/format/model-file.ts';
import { emptyForest, type Forest, LEAF, type TreeModel } from '../../../../lambdas/core/trees/model.ts';
import { scoreMatrix, scoreRow } from '../../../../lambdas/core/trees/scoring/score.ts';
import { bits, failureCode, fixture, toMatrix } from '../samples.ts';

const tiny = readModel(fixture('tiny.ubj'));

/** As many trees of one split as thresholds, all of the first feature. */
function stumps(thresholds: readonly number[]): TreeModel {
  const each = (...nodes: readonly number[]) => thresholds.flatMap(() => nodes);
  const forest: Forest = {
    ...emptyForest(Int32Array.from({ length: thresholds.length + 1 }, (_, i) => 3 * i)),
    feature: Int32Array.from(each(0, LEAF, LEAF)),
    value: Float32Array.from(thresholds.flatMap((threshold, i) => [threshold, i % 7, -(i % 5)])),
    left: Int32Array.from(each(1, -1, -1)),
    right: Int32Array.from(each(2, -1, -1)),
  };
  return { ...tiny, forest, treeOutput: new Int32Array(thresholds.length) };
}

/** One tree that is a chain of so many splits. */
function chain(depth: number): TreeModel {
  const nodes = 2 * depth + 1;
  const at = Array.from({ length: nodes }, (_, i) => i);
  const isSplit = (i: number) => i % 2 === 0 && i < 2 * depth;
  const forest: Forest = {
    ...emptyForest(Int32Array.of(0, nodes)),
    feature: Int32Array.from(at, (i) => (isSplit(i) ? 0 : LEAF)),
    value: Float32Array.from(at, (i) => (isSplit(i) ? i : i / 8)),
    left: Int32Array.from(at, (i) => (isSplit(i) ? i + 1 : -1)),
    right: Int32Array.from(at, (i) => (isSplit(i) ? i + 2 : -1)),
  };
  return { ...tiny, forest, treeOutput: new Int32Array(1) };
}

describe('a batch against single rows', () => {
  const rows = Array.from({ length: 300 }, (_, i) =>
    Float32Array.from({ length: tiny.numFeatures }, () => (i % 10 === 0 ? Number.NaN : i * 330.7)),
  );
  it.each([
    [
      'with more thresholds of a feature than ranks have room for',
      stumps(Array.from({ length: 33_000 }, (_, i) => i)),
    ],
    ['with trees that are too deep to fill up', chain(30)],
  ])('has the same bits for %s', (_, model) => {
    const margins = scoreMatrix(model, toMatrix(rows, tiny.numFeatures));
    expect(bits(margins)).toEqual(bits(rows.map((row) => scoreRow(model, row))));
  });
});

it('leaves nothing of one batch behind for the next one', () => {
  const rowsOf = (count: number, step: number): Float32Array[] =>
    Array.from({ length: count }, (_, i) =>
      new Float32Array(tiny.numFeatures).fill(i % 7 === 0 ? Number.NaN : i * step),
    );
  for (const rows of [rowsOf(300, 0.7), rowsOf(65, -0.3), rowsOf(1, 1)])
    expect(bits(scoreMatrix(tiny, toMatrix(rows, tiny.numFeatures)))).toEqual(
      bits(rows.map((row) => scoreRow(tiny, row))),
    );
});

it('refuses to give one margin of a model with several', () => {
  const model = { ...tiny, baseMargins: Float32Array.of(0, 0) };
  expect(failureCode(() => scoreRow(model, new Float32Array(tiny.numFeatures)))).toBe(
    'scoring/several-outputs',
  );
});

describe('names of categories', () => {
  const named = readModel(fixture('versions/3.2.0/one-hot.ubj'));
  const withNames = (names: readonly (string | number)[]): TreeModel => ({
    ...named,
    categoryNames: named.categoryNames.map((old) => (old.length === 0 ? old : names)),
  });

  it.each<[string, readonly (string | number)[]]>([
    ['whole numbers', [30, -4, 7, 2 ** 40]],
    ['fractions', [0.5, -2.25, 1e300]],
    ['texts of which one begins as another', ['ab', 'a', 'abc', '']],
  ])('writes and reads back categories that are %s, in both formats', (_, names) => {
    const model = withNames(names);
    for (const bytes of [writeUbj(model), writeJson(model)])
      expect(readModel(bytes).categoryNames).toEqual(model.categoryNames);
  });

  it('codes a value of a feature without a name of its own', () => {
    const feature = named.categoryNames.findIndex((names) => names.length > 0);
    const nameless = { ...named, featureNames: [] };
    expect(() => categoryCodes(nameless, feature, ['nowhere'], 'refuse')).toThrow(`f${feature}[0]: not seen`);
  });
});

describe('splits on categories', () => {
  const json = Buffer.from(fixture('versions/3.1.3/one-hot.json')).toString();
  const readWith = (from: RegExp, to: string): unknown => {
    const changed = json.replace(from, to);
    expect(changed).not.toBe(json);
    return readModel(Buffer.from(changed));
  };

  it('refuses splits on categories without an order', () => {
    const code = failureCode(() =>
      readWith(/"categories_segments":\[\d[^\]]*\]/, '"categories_segments":[]'),
    );
    expect(code).toMatch(/^model\//);
  });

  it('sends every row to the left at a split on no category', () => {
    const sizes = /"categories_sizes":\[(\d[^\]]*)\]/
      .exec(json)?.[1]
      ?.split(',')
      .map(() => '0')
      .join(',');
    const model = readWith(/"categories_sizes":\[\d[^\]]*\]/, `"categories_sizes":[${sizes}]`) as TreeModel;
    expect([...model.forest.rightCategories.values()].some(({ length }) => length === 0)).toBe(true);
  });
});

describe('the old binary format', () => {
  const binf = fixture('versions/1.7.6/dart.binf');
  const text = Buffer.from(binf).toString('latin1');

  it('refuses a file of a version before 1.0 with a fix', () => {
    const old = Uint8Array.from(binf);
    // `major_version`, the sixth number of the learner's parameters behind the four letters of the format.
    new DataView(old.buffer).setUint32(4 + 20, 0, true);
    expect(() => readModel(old)).toThrow(
      expect.objectContaining({
        code: 'model/unsupported-format',
        message: expect.stringContaining('before 1.0'),
      }),
    );
  });

  it.each([
    ['gblin', 'gblinear'],
    ['another', 'what'],
  ])('names a booster that cannot be scored: %s', (_, booster) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(booster.length));
    const before = `\u0004${'\0'.repeat(7)}dart`;
    expect(text).toContain(before);
    const changed = text.replace(before, length.toString('latin1') + booster);
    expect(() => readModel(Uint8Array.from(Buffer.from(changed, 'latin1')))).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^model\//),
        message: expect.stringContaining(booster),
      }),
    );
  });
});
