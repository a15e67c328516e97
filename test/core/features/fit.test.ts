import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitFeatures } from '../../../lambdas/core/features/fit.ts';
import { type FittedFeature, outputNames } from '../../../lambdas/core/features/fitted.ts';
import { rowTransformer, transformTable } from '../../../lambdas/core/features/transform.ts';
import { takeRows } from '../../../lambdas/core/table/rows.ts';
import type { CategoryColumn, Column, Row } from '../../../lambdas/core/table/table.ts';
import { describeWith, python, runPython } from '../../support/tools.ts';
import { type Declared, type NumericOptions, numbers, specOf, tableOf, texts } from './tables.ts';

function fitOne(column: Column, feature: Declared, labels?: readonly number[]): FittedFeature {
  const [field] = fitFeatures(
    tableOf({ x: column }),
    specOf(feature),
    labels && Float64Array.from(labels),
  ).fields;
  if (field === undefined) throw new Error('nothing was fitted');
  return field;
}

const fitNumbers = (values: readonly (number | null)[], options: NumericOptions) =>
  fitOne(numbers(values), { kind: 'numeric', name: 'x', ...options });

const fitTexts = (
  values: readonly (string | null)[],
  options: Partial<Extract<Declared, { kind: 'categorical' }>>,
  labels?: readonly number[],
) => fitOne(texts(values), { kind: 'categorical', name: 'x', ...options }, labels);

const fitBooleans = (values: readonly (0 | 1 | null)[], impute: 'none' | 'mode' | { value: boolean }) =>
  fitOne(numbers(values), { kind: 'boolean', name: 'x', impute });

describe('numbers', () => {
  it('neither imputes nor scales numbers unless the specification says so', () => {
    expect(fitNumbers([1, null], {})).toEqual({
      kind: 'numeric',
      name: 'x',
      column: 'x',
      impute: null,
      scale: 'none',
    });
  });

  it('imputes numbers by the given value', () => {
    expect(fitNumbers([1, 2], { impute: { value: -7 } })).toMatchObject({ impute: -7 });
    expect(fitNumbers([null], { impute: { value: -7 } })).toMatchObject({ impute: -7 });
  });

  it('takes the middle value as the median, and the mean of two middle ones', () => {
    expect(fitNumbers([9, 1, null, 5], { impute: 'median' })).toMatchObject({ impute: 5 });
    expect(fitNumbers([9, 1, 5, null, 6], { impute: 'median' })).toMatchObject({ impute: 5.5 });
    expect(fitNumbers([-1, -10, -9], { impute: 'median' })).toMatchObject({ impute: -9 });
    expect(fitNumbers([4], { impute: 'median' })).toMatchObject({ impute: 4 });
  });

  it('learns no statistic from a column without values, and does not scale it', () => {
    for (const values of [[], [null, null]])
      for (const impute of ['mean', 'median'] as const)
        expect(fitNumbers(values, { impute, scale: 'standard' })).toMatchObject({
          impute: null,
          scale: { mean: 0, deviation: 1 },
        });
  });

  it('gives a constant column its value as mean, and deviation 1, despite rounding', () => {
    for (const value of [0.1, 1.1, 1e-300, -3e38])
      expect(
        fitNumbers(new Array<number>(30).fill(value), { impute: 'mean', scale: 'standard' }),
      ).toMatchObject({ impute: value, scale: { mean: value, deviation: 1 } });
  });

  it('leaves numbers out of statistics that float32 cannot hold', () => {
    expect(fitNumbers([1, 3, 1e300, Number.NEGATIVE_INFINITY], { impute: 'mean' })).toMatchObject({
      impute: 2,
    });
  });

  it('stores no statistic of -0, which would read back as 0', () => {
    const fitted = (impute: NumericOptions['impute']) => fitNumbers([-0, -0], { impute, scale: 'standard' });
    for (const impute of ['mean', 'median', { value: -0 }] as const)
      expect(fitted(impute)).toEqual(JSON.parse(JSON.stringify(fitted(impute))));
  });

  it('keeps the name of another column, and learns nothing for log1p', () => {
    const fitted = fitOne(numbers([1]), { kind: 'numeric', name: 'y', column: 'x', scale: 'log1p' });
    expect(fitted).toEqual({ kind: 'numeric', name: 'y', column: 'x', impute: null, scale: 'log1p' });
  });
});

describe('booleans', () => {
  it('imputes booleans by the more frequent value, or by false where both are as frequent', () => {
    expect(fitBooleans([1, 1, 0, null], 'mode')).toMatchObject({ impute: 1 });
    expect(fitBooleans([1, 0, 0], 'mode')).toMatchObject({ impute: 0 });
    expect(fitBooleans([1, 0, null], 'mode')).toMatchObject({ impute: 0 });
    expect(fitBooleans([null, null], 'mode')).toMatchObject({ impute: null });
  });

  it('imputes booleans by the given value, or not at all', () => {
    expect(fitBooleans([1], { value: false })).toMatchObject({ impute: 0 });
    expect(fitBooleans([0], { value: true })).toMatchObject({ impute: 1 });
    expect(fitBooleans([1], 'none')).toMatchObject({ impute: null });
    expect(fitOne(numbers([1]), { kind: 'boolean', name: 'x' })).toEqual({
      kind: 'boolean',
      name: 'x',
      column: 'x',
      impute: null,
    });
  });
});

it('keeps only the chosen part of a time', () => {
  expect(fitOne(numbers([0]), { kind: 'timestamp', name: 'at', column: 'x', part: 'hour' })).toEqual({
    kind: 'timestamp',
    name: 'at',
    column: 'x',
    part: 'hour',
  });
  const named = fitFeatures(
    tableOf({ at: numbers([0]) }),
    specOf({ kind: 'timestamp', name: 'at', part: 'day' }),
  );
  expect(named.fields[0]).toMatchObject({ column: 'at', part: 'day' });
});

describe('categories', () => {
  it('orders categories by frequency without labels, and equally frequent ones by text', () => {
    expect(fitTexts(['b', 'a', 'c', 'c', null], {})).toEqual({
      kind: 'categorical',
      name: 'x',
      column: 'x',
      encoding: 'ordinal',
      categories: ['c', 'a', 'b'],
      impute: null,
      onUnseen: 'missing',
    });
    expect(fitTexts(['b', 'a'], {}, [Number.NaN, Number.NaN])).toMatchObject({ categories: ['a', 'b'] });
  });

  it('orders categories by mean label in ordinal features, and by frequency in one-hot ones', () => {
    const values = ['high', 'high', 'high', 'low', 'low', 'mid'];
    const labels = [1, 1, 1, 0, 0, Number.NaN];
    expect(fitTexts(values, {}, labels)).toMatchObject({ categories: ['low', 'mid', 'high'] });
    expect(fitTexts(values, { encoding: 'one-hot' }, labels)).toMatchObject({
      categories: ['high', 'low', 'mid'],
    });
  });

  it('gives each category of an ordinal feature the mean of its labels and of 20 rows of the overall mean', () => {
    // By exact fractions: the overall mean is 1/2.
    expect(fitTexts(['a', 'b', 'b', 'b'], {}, [0, 1, 1, 0])).toMatchObject({
      categories: ['a', 'b'],
      values: [10 / 21, 12 / 23],
    });
    expect(fitTexts(['a', 'b'], { encoding: 'one-hot' }, [0, 1])).not.toHaveProperty('values');
    expect(fitTexts(['a'], {}, [-0])).toMatchObject({ values: [0] });
  });

  it('gives a rare category no extreme value for one label', () => {
    const common = Array.from({ length: 100 }, (_, row) => ({ text: 'common', label: row < 80 ? 1 : 0 }));
    const base = Array.from({ length: 100 }, () => ({ text: 'base', label: 0 }));
    const rows = [...common, ...base, { text: 'rare', label: 1 }];
    expect(
      fitTexts(
        rows.map(({ text }) => text),
        {},
        rows.map(({ label }) => label),
      ),
    ).toMatchObject({ categories: ['base', 'rare', 'common'] });
  });

  it('draws categories to the overall mean as by 20 more rows: 19 and 21 give another order', () => {
    const order = (counts: Readonly<Record<string, readonly [rows: number, positives: number]>>) => {
      const rows = Object.entries(counts).flatMap(([text, [count, positives]]) =>
        Array.from({ length: count }, (_, row) => ({ text, label: row < positives ? 1 : 0 })),
      );
      return fitTexts(
        rows.map(({ text }) => text),
        {},
        rows.map(({ label }) => label),
      );
    };
    // By exact fractions: ['a', 'z', 'b'] with 19, ['z', 'a', 'b'] with 21.
    expect(order({ a: [1, 0], b: [22, 7], z: [40, 10] })).toMatchObject({ categories: ['z', 'a', 'b'] });
    expect(order({ a: [1, 0], b: [26, 8], z: [40, 10] })).toMatchObject({ categories: ['a', 'z', 'b'] });
  });

  it('orders categories with equal mean labels by frequency, then by text', () => {
    expect(fitTexts(['b', 'c', 'c', 'a'], {}, [1, 1, 1, 1])).toMatchObject({ categories: ['c', 'a', 'b'] });
  });

  it('leaves out categories beyond the most frequent ones, but never the imputed one', () => {
    const values = ['a', 'a', 'a', 'b', 'b', 'c', null];
    expect(fitTexts(values, { maxCategories: 2 })).toMatchObject({ categories: ['a', 'b'] });
    expect(fitTexts(values, { maxCategories: 1, impute: 'mode' })).toMatchObject({ categories: ['a'] });
    expect(fitTexts(values, { maxCategories: 2, impute: { value: 'c' } })).toMatchObject({
      categories: ['a', 'c'],
      impute: 'c',
    });
    const many = Array.from({ length: 10_001 }, (_, n) => `category ${n}`);
    expect(fitTexts(many, {})).toHaveProperty('categories.length', 10_000);
    expect(fitTexts(many, { encoding: 'one-hot' })).toHaveProperty('categories.length', 100);
  });

  it('imputes categories by the most frequent one, and has none without values', () => {
    expect(fitTexts(['b', 'a', 'b', null, null, null], { impute: 'mode' })).toMatchObject({ impute: 'b' });
    expect(fitTexts(['b', 'a'], { impute: 'mode' })).toMatchObject({ impute: 'a' });
    expect(fitTexts([null], { impute: 'mode' })).toMatchObject({ impute: null, categories: [] });
    expect(fitTexts([], { impute: 'mode', encoding: 'one-hot' })).toMatchObject({ categories: [] });
  });

  it('keeps the category to impute by, even if no row has it', () => {
    expect(fitTexts(['a'], { impute: { value: 'unknown' } })).toMatchObject({
      categories: ['a', 'unknown'],
      impute: 'unknown',
    });
  });

  it('gives the imputed category the labels of the rows with missing values', () => {
    const values = ['a', null, null];
    const options = { impute: { value: 'unknown' } };
    expect(fitTexts(values, options, [1, 0, 0])).toMatchObject({ categories: ['unknown', 'a'] });
    expect(fitTexts(values, options, [0, 1, 1])).toMatchObject({ categories: ['a', 'unknown'] });
  });

  it('ignores categories of other rows, which only the dictionary knows', () => {
    const table = tableOf({ x: texts(['a', 'secret', 'b']) });
    const fitted = fitFeatures(
      takeRows(table, Int32Array.of(0, 2)),
      specOf({ kind: 'categorical', name: 'x' }),
    );
    expect(fitted.fields).toMatchObject([{ categories: ['a', 'b'] }]);
  });
});

describe('a feature specification', () => {
  it('allows lags and expressions: a column of its own name, and a tree', () => {
    const spec = specOf(
      { kind: 'lag', name: 'before', of: 'x', events: 1 },
      { kind: 'numeric', name: 'x', column: 'y' },
      { kind: 'expression', name: 'twice', expression: '2 * x > before' },
    );
    const fitted = fitFeatures(tableOf({ y: numbers([1]), before: numbers([0]) }), spec);
    expect(fitted.fields).toMatchObject([
      { kind: 'numeric', name: 'before', column: 'before', impute: null, scale: 'none' },
      { kind: 'numeric', name: 'x', column: 'y' },
      {
        kind: 'expression',
        name: 'twice',
        reads: [
          { name: 'x', column: 'y' },
          { name: 'before', column: 'before' },
        ],
      },
    ]);
    const table = tableOf({ y: numbers([1, 2, null]), before: numbers([2, 3, 1]) });
    expect(transformTable(fitted, table).matrix.columns[2]).toEqual(Float32Array.of(0, 1, Number.NaN));
    const transform = rowTransformer(fitted);
    const rows = [
      [1, 2],
      [2, 3],
      [null, 1],
    ].map(([x, before]) => new Map(Object.entries({ x, before })));
    expect(rows.map((row) => transform(row as Row)[2])).toEqual([0, 1, Number.NaN]);
  });

  it('refuses an expression that returns a text, or that names itself', () => {
    const fitted = (expression: string) =>
      fitFeatures(
        tableOf({ job: texts(['a']) }),
        specOf({ kind: 'categorical', name: 'job' }, { kind: 'expression', name: 'e', expression }),
      );
    for (const [expression, code] of [
      ["job == 'a' ? job : job", 'expression/type'],
      ['e + 1', 'expression/unknown-feature'],
    ] as const)
      expect(() => fitted(expression)).toThrow(
        expect.objectContaining({ problems: [expect.objectContaining({ code })] }),
      );
  });

  it('refuses labels of another number of rows', () => {
    const spec = specOf({ kind: 'numeric', name: 'x' });
    expect(() => fitFeatures(tableOf({ x: numbers([1, 2]) }), spec, Float64Array.of(1))).toThrow(
      expect.objectContaining({ code: 'features/label-length' }),
    );
  });

  it('fails on a column of another kind, and on an absent one', () => {
    const table = tableOf({ x: numbers([1]), y: texts(['a']) });
    for (const feature of [
      { kind: 'categorical', name: 'x' },
      { kind: 'numeric', name: 'y' },
      { kind: 'numeric', name: 'z' },
    ] as const)
      expect(() => fitFeatures(table, specOf(feature))).toThrow(TypeError);
  });

  it('keeps its version and its order', () => {
    const table = tableOf({ x: numbers([1]), y: texts(['a']) });
    const fitted = fitFeatures(
      table,
      specOf({ kind: 'categorical', name: 'y' }, { kind: 'numeric', name: 'x' }),
    );
    expect(fitted).toMatchObject({ schemaVersion: 1, version: 3 });
    expect(outputNames(fitted)).toEqual(['y', 'x']);
  });
});

it('names matrix columns by feature, and one-hot ones also by category, as XGBoost accepts them', () => {
  const table = tableOf({
    age: numbers([1]),
    job: texts(['b', 'a', 'a']),
    q: texts(['<5', '[5]', '%', '%3C5']),
  });
  const fitted = fitFeatures(
    table,
    specOf(
      { kind: 'numeric', name: 'age' },
      { kind: 'categorical', name: 'trade', column: 'job', encoding: 'one-hot' },
      { kind: 'categorical', name: 'q', encoding: 'one-hot' },
    ),
  );
  expect(outputNames(fitted)).toEqual([
    'age',
    'trade=a',
    'trade=b',
    'q=%25',
    'q=%253C5',
    'q=%3C5',
    'q=%5B5%5D',
  ]);
});

describe('fitted features', () => {
  const label = fc.constantFrom(0, 1, Number.NaN);
  const word = fc.constantFrom('a', 'b', 'B', 'é', '__proto__', 'constructor', 'toString', '');
  const rows = fc.array(fc.record({ text: fc.option(word), label }), { maxLength: 60 });

  it('fits alike whatever the order of the dictionary and its other entries', () => {
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom('ordinal', 'one-hot'),
        fc.constantFrom<'none' | 'mode' | { value: string }>(
          'none',
          'mode',
          { value: 'b' },
          { value: 'other' },
        ),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (sample, encoding, impute, maxCategories, keys) => {
          const values = sample.map(({ text }) => text);
          const labels = Float64Array.from(sample, (row) => row.label);
          const first = texts(values);
          const shuffled = [...first.dictionary, 'nobody has this']
            .map((text) => ({ text, key: keys.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ text }) => text);
          const spec = specOf({ kind: 'categorical', name: 'x', encoding, impute, maxCategories });
          const bytes = (column: CategoryColumn) =>
            JSON.stringify(fitFeatures(tableOf({ x: column }), spec, labels));
          expect(bytes(texts(values, shuffled))).toBe(bytes(first));
        },
      ),
    );
  });

  it('fits alike whatever rows are not given', () => {
    const number = fc.option(fc.double({ noDefaultInfinity: true }));
    const table = fc.array(fc.record({ number, text: fc.option(word), label }), {
      minLength: 2,
      maxLength: 40,
    });
    const spec = specOf(
      { kind: 'numeric', name: 'n', impute: 'mean', scale: 'standard' },
      { kind: 'numeric', name: 'm', column: 'n', impute: 'median' },
      { kind: 'categorical', name: 'c', impute: 'mode' },
    );
    fc.assert(
      fc.property(table, table, (train, holdout) => {
        const fitOn = (all: typeof train) =>
          fitFeatures(
            takeRows(
              tableOf({
                n: numbers(all.map((row) => row.number)),
                c: texts(all.map((row) => row.text)),
              }),
              Int32Array.from(train.keys()),
            ),
            spec,
            Float64Array.from(train, (row) => row.label),
          );
        expect(JSON.stringify(fitOn([...train, ...holdout]))).toBe(JSON.stringify(fitOn(train)));
      }),
    );
  });
});

describeWith(python, 'fitted features against Python', () => {
  it('computes the mean, median and deviation of numpy', () => {
    const columns = fc.sample(
      fc.array(fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true })), { minLength: 1, maxLength: 40 }),
      { numRuns: 60, seed: 11 },
    );
    const expected = runPython(
      `import json, sys, numpy as np
out = []
for values in json.load(sys.stdin):
    x = np.array([v for v in values if v is not None], dtype=np.float64)
    out.append([x.mean(), np.median(x), x.std() or 1.0] if len(x) else [None, None, 1.0])
print(json.dumps(out))`,
      columns,
    ) as [number | null, number | null, number][]; // what the script prints
    for (const [index, values] of columns.entries()) {
      const [mean, median, deviation] = expected[index] ?? [null, null, 0];
      const byMean = fitNumbers(values, { impute: 'mean', scale: 'standard' });
      const byMedian = fitNumbers(values, { impute: 'median' });
      const near = (value: number | null) => (value === null ? null : expect.closeTo(value, 6));
      expect(byMean).toMatchObject({ impute: near(mean), scale: { deviation: near(deviation) } });
      expect(byMedian).toMatchObject({ impute: median });
    }
  });

  it('picks the mode of statistics.multimode, and the smallest of several', () => {
    const columns = fc.sample(
      fc.array(fc.option(fc.constantFrom('a', 'b', 'c', 'd')), { minLength: 1, maxLength: 12 }),
      { numRuns: 80, seed: 12 },
    );
    const expected = runPython(
      `import json, sys
from statistics import multimode
columns = [[v for v in c if v is not None] for c in json.load(sys.stdin)]
print(json.dumps([min(multimode(c), default=None) for c in columns]))`,
      columns,
    );
    expect(
      columns.map((values) => {
        const fitted = fitTexts(values, { impute: 'mode' });
        return fitted.kind === 'categorical' && fitted.impute;
      }),
    ).toEqual(expected);
  });

  it('orders categories by the m-estimate of the mean label as Python does', () => {
    const samples = fc.sample(
      fc.array(
        fc.record({
          text: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')),
          label: fc.option(fc.constantFrom(0, 1, 2.5)),
        }),
        { minLength: 5, maxLength: 80 },
      ),
      { numRuns: 60, seed: 13 },
    );
    const expected = runPython(
      `import json, sys
from fractions import Fraction as F
out = []
for rows in json.load(sys.stdin):
    known = [F(r['label']) for r in rows if r['label'] is not None]
    if not known:
        out.append(None)
        continue
    prior = sum(known) / len(known)
    groups = {}
    for r in rows:
        if r['text'] is None: continue
        n, labels = groups.setdefault(r['text'], [0, []])
        groups[r['text']][0] += 1
        if r['label'] is not None: labels.append(F(r['label']))
    key = lambda t: ((sum(groups[t][1]) + 20 * prior) / (len(groups[t][1]) + 20), -groups[t][0], t)
    exact = [key(t)[0] for t in groups]
    out.append(sorted(groups, key=key) if len(set(exact)) == len(exact) else None)
print(json.dumps(out))`,
      samples,
    ) as (string[] | null)[]; // null where categories tie exactly, which rounding may part
    const compared = samples.filter((sample, index) => {
      const order = expected[index];
      if (order == null) return false;
      const fitted = fitTexts(
        sample.map(({ text }) => text),
        {},
        sample.map(({ label }) => label ?? Number.NaN),
      );
      expect(fitted).toMatchObject({ categories: order });
      return true;
    });
    expect(compared.length).toBeGreaterThan(20);
  });
});
