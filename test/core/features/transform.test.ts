import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../lambdas/core/errors.ts';
import { fitFeatures } from '../../../lambdas/core/features/fit.ts';
import type { FittedFeatures } from '../../../lambdas/core/features/fitted.ts';
import { TIMESTAMP_PARTS } from '../../../lambdas/core/features/spec.ts';
import { rowTransformer, transformTable } from '../../../lambdas/core/features/transform.ts';
import type { Column, Row, RowValue } from '../../../lambdas/core/table/table.ts';
import { describeWith, itWith, python, runPython } from '../../support/tools.ts';
import { type Declared, numbers, specOf, tableOf, texts } from './tables.ts';

/** What a column becomes with a feature that was fitted on another one. */
function encode(trained: Column, column: Column, feature: Declared, labels?: readonly number[]) {
  const fitted = fitFeatures(tableOf({ x: trained }), specOf(feature), labels && Float64Array.from(labels));
  const { matrix, refused } = transformTable(fitted, tableOf({ x: column }));
  return { columns: matrix.columns.map((values) => [...values]), names: matrix.names, refused };
}

const encodeNumbers = (
  values: readonly (number | null)[],
  options: Partial<Extract<Declared, { kind: 'numeric' }>>,
) => encode(numbers(values), numbers(values), { kind: 'numeric', name: 'x', ...options });

describe('numbers', () => {
  it('rounds numbers to float32 and keeps missing ones missing', () => {
    expect(encodeNumbers([0.1, null, -7], {}).columns).toEqual([[Math.fround(0.1), Number.NaN, -7]]);
  });

  it('imputes numbers before it scales them', () => {
    const { columns } = encodeNumbers([1, null, 3], { impute: { value: 5 }, scale: 'standard' });
    expect(columns).toEqual([[-1, 3, 1]]);
  });

  it('scales a constant column to 0', () => {
    expect(encodeNumbers([1.1, 1.1, 1.1, null], { scale: 'standard' }).columns).toEqual([
      [0, 0, 0, Number.NaN],
    ]);
  });

  it('refuses rows with numbers that do not fit into float32, and counts those as missing', () => {
    const { columns, refused } = encodeNumbers([1, 1e39, Number.NEGATIVE_INFINITY, null], {});
    expect(columns).toEqual([[1, Number.NaN, Number.NaN, Number.NaN]]);
    expect(refused).toEqual([1, 2]);
  });
});

it('transforms booleans to 0 and 1, imputed or missing', () => {
  const values = numbers([1, 0, null]);
  const encoded = (impute: 'none' | { value: boolean }) =>
    encode(values, values, { kind: 'boolean', name: 'x', impute }).columns;
  expect(encoded('none')).toEqual([[1, 0, Number.NaN]]);
  expect(encoded({ value: true })).toEqual([[1, 0, 1]]);
});

describe('times', () => {
  it('keeps missing times missing, and refuses rows with infinite ones', () => {
    const values = numbers([null, Number.POSITIVE_INFINITY]);
    for (const part of TIMESTAMP_PARTS) {
      const { columns, refused } = encode(values, values, { kind: 'timestamp', name: 'x', part });
      expect({ columns, refused }).toEqual({ columns: [[Number.NaN, Number.NaN]], refused: [1] });
    }
  });

  itWith(python, "reads the parts of a time as Python's datetime does in UTC", () => {
    const day = 86_400_000;
    const edges = [
      '1970-01-01',
      '1969-12-31T23:59:59.999',
      '1900-02-28T23:59:59',
      '1900-03-01',
      '2000-02-29T12:00:00',
      '2024-02-29',
      '2024-12-31T23:59:59.999',
      '2025-01-01',
      '0001-01-01',
      '9999-12-31T23:59:59.999',
      '2026-03-29T01:00:00',
    ].map((text) => Date.parse(text.includes('T') ? `${text}Z` : text));
    const anywhere = fc.sample(fc.integer({ min: Date.parse('0001-01-02'), max: Date.parse('9999-12-30') }), {
      numRuns: 2_000,
      seed: 3,
    });
    const everyDay = Array.from({ length: 1_500 }, (_, n) => (n - 750) * day);
    const quarterEnds = [3, 6, 9, 12].map((month) => Date.UTC(2023, month, 1) - 1);
    const times = [...edges, ...anywhere, ...everyDay, ...quarterEnds];
    const expected = runPython(
      `import json, sys
from datetime import datetime, timedelta, timezone
out = []
for ms in json.load(sys.stdin):
    t = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=ms)
    out.append([t.hour, t.isoweekday(), t.day, t.month, (t.month - 1) // 3 + 1, t.year])
print(json.dumps(out))`,
      times,
    );
    const column = numbers(times);
    const spec = specOf(
      ...TIMESTAMP_PARTS.map((part) => ({ kind: 'timestamp', name: part, column: 't', part }) as const),
    );
    const table = tableOf({ t: column });
    const { matrix } = transformTable(fitFeatures(table, spec), table);
    expect(times.map((_, row) => matrix.columns.map((values) => values[row]))).toEqual(expected);
  });
});

describe('categories', () => {
  const trained = texts(['a', 'b', 'b', 'c', 'c', 'c']);
  const seen = texts(['a', 'b', 'c', null, 'new']);
  const categorical = (options: Partial<Extract<Declared, { kind: 'categorical' }>>) =>
    encode(trained, seen, { kind: 'categorical', name: 'x', ...options }, [0, 0, 1, 1, 1, 1]);
  /** The mean label of a category's rows and of 20 rows of the overall mean, 2/3. */
  const mean = (sum: number, rows: number) => Math.fround((sum + (20 * 2) / 3) / (rows + 20));
  const [A, B, C] = [mean(0, 1), mean(1, 2), mean(3, 3)];

  it('gives categories their mean labels, or one column each; missing and unseen ones are missing in all', () => {
    expect(categorical({})).toEqual({
      names: ['x'],
      columns: [[A, B, C, Number.NaN, Number.NaN]],
      refused: [],
    });
    expect(categorical({ encoding: 'one-hot' })).toEqual({
      names: ['x=c', 'x=b', 'x=a'],
      columns: [
        [0, 0, 1, Number.NaN, Number.NaN],
        [0, 1, 0, Number.NaN, Number.NaN],
        [1, 0, 0, Number.NaN, Number.NaN],
      ],
      refused: [],
    });
  });

  it('counts unseen categories as missing, and imputes them too', () => {
    expect(categorical({ impute: 'mode' }).columns).toEqual([[A, B, C, C, C]]);
    expect(categorical({ impute: { value: 'other' } }).columns).toEqual([[A, B, C, mean(0, 0), mean(0, 0)]]);
  });

  it('refuses rows with unseen categories where the specification says so, but not missing ones', () => {
    expect(categorical({ onUnseen: 'refuse' })).toMatchObject({
      columns: [[A, B, C, Number.NaN, Number.NaN]],
      refused: [4],
    });
    expect(categorical({ onUnseen: 'refuse', impute: 'mode' })).toMatchObject({
      columns: [[A, B, C, C, Number.NaN]],
      refused: [4],
    });
  });

  it('counts categories as unseen that were too rare to be kept', () => {
    expect(categorical({ maxCategories: 1 }).columns).toEqual([
      [Number.NaN, Number.NaN, C, Number.NaN, Number.NaN],
    ]);
    expect(categorical({ maxCategories: 2, onUnseen: 'refuse' }).refused).toEqual([0, 4]);
  });

  it('treats all categories as unseen after an empty training table', () => {
    expect(encode(texts([]), seen, { kind: 'categorical', name: 'x' }).columns).toEqual([
      [Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN],
    ]);
    expect(encode(texts([]), seen, { kind: 'categorical', name: 'x', encoding: 'one-hot' })).toEqual({
      names: [],
      columns: [],
      refused: [],
    });
  });
});

it('lists refused rows ascending, each once, whichever features refuse them', () => {
  const spec = specOf({ kind: 'categorical', name: 'c', onUnseen: 'refuse' }, { kind: 'numeric', name: 'n' });
  const fitted = fitFeatures(tableOf({ c: texts(['a']), n: numbers([1]) }), spec);
  const table = tableOf({ c: texts(['a', 'b', 'a', 'b']), n: numbers([1e300, 1, 1, 1e300]) });
  expect(transformTable(fitted, table).refused).toEqual([0, 1, 3]);
});

it('lists refused rows in the order of numbers, not of their digits', () => {
  const column = numbers(Array.from({ length: 12 }, (_, row) => (row === 2 || row === 10 ? 1e39 : row)));
  expect(encode(column, column, { kind: 'numeric', name: 'x' }).refused).toEqual([2, 10]);
});

it('gives a table without rows a matrix without rows', () => {
  const table = tableOf({ n: numbers([]), c: texts([]) });
  const spec = specOf({ kind: 'numeric', name: 'n' }, { kind: 'categorical', name: 'c' });
  const { matrix, refused } = transformTable(fitFeatures(table, spec), table);
  expect({ matrix, refused }).toEqual({
    matrix: { rows: 0, names: ['n', 'c'], columns: [new Float32Array(0), new Float32Array(0)] },
    refused: [],
  });
});

it('fails on a table of other columns', () => {
  const fitted = fitFeatures(tableOf({ x: texts(['a']) }), specOf({ kind: 'categorical', name: 'x' }));
  expect(() => transformTable(fitted, tableOf({ x: numbers([1]) }))).toThrow(TypeError);
  expect(() => transformTable(fitted, tableOf({}))).toThrow(TypeError);
});

describeWith(python, 'transformed features against numpy', () => {
  it('imputes, scales and takes the signed log1p as numpy does in float32', () => {
    const values = fc.sample(fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true })), {
      numRuns: 400,
      seed: 5,
    });
    const expected = runPython(
      `import json, sys, numpy as np
x = np.array([np.nan if v is None else v for v in json.load(sys.stdin)])
filled = np.where(np.isnan(x), np.nanmedian(x), x)
scaled = (filled - np.nanmean(x)) / np.nanstd(x)
logged = np.sign(filled) * np.log1p(np.abs(filled))
print(json.dumps([np.float32(c).astype(float).tolist() for c in (filled, scaled, logged)]))`,
      values,
    ) as number[][]; // what the script prints
    const actual = (['none', 'standard', 'log1p'] as const).map(
      (scale) => encodeNumbers(values, { impute: 'median', scale }).columns[0] ?? [],
    );
    for (const [index, column] of expected.entries())
      for (const [row, value] of column.entries()) {
        const difference = Math.abs((actual[index]?.[row] ?? Number.NaN) - value);
        // One float32 step: numpy's mean and log may differ in the last bit of a double.
        expect(difference).toBeLessThanOrEqual(Math.abs(value) * 1.2e-7);
      }
  });
});

describe('a single row', () => {
  const table = tableOf({
    n: numbers([1, 2, null]),
    c: texts(['a', 'b', null]),
    b: numbers([1, 0, null]),
    t: numbers([0, 1, null]),
  });
  const fitted = fitFeatures(
    table,
    specOf(
      { kind: 'numeric', name: 'amount', column: 'n' },
      { kind: 'categorical', name: 'trade', column: 'c', onUnseen: 'refuse' },
      { kind: 'boolean', name: 'b' },
      { kind: 'timestamp', name: 'hour', column: 't', part: 'hour' },
    ),
  );
  const transform = rowTransformer(fitted);
  const problemsOf = (values: Readonly<Record<string, RowValue>>) => {
    try {
      transform(new Map(Object.entries(values)));
    } catch (error) {
      if (error instanceof InvalidInput) return error;
      throw error;
    }
    throw new Error('was accepted');
  };

  it('reads a row by feature names and ignores other fields', () => {
    const row = new Map<string, RowValue>([
      ['amount', 0.1],
      ['trade', 'b'],
      ['b', true],
      ['hour', 7_200_000],
      ['n', 'ignored'],
      ['__proto__', 'ignored'],
    ]);
    expect([...transform(row)]).toEqual([Math.fround(0.1), 1, 1, 2]);
  });

  it('reads null and absent fields as missing values', () => {
    const missing = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
    expect([...transform(new Map())]).toEqual(missing);
    expect([
      ...transform(
        new Map([
          ['amount', null],
          ['trade', null],
          ['b', null],
          ['hour', null],
        ]),
      ),
    ]).toEqual(missing);
  });

  it('fails with all problems of a row at once', () => {
    const { problems } = problemsOf({ amount: 'a text', trade: 7, b: 1, hour: '2026-01-01' });
    expect(problems.map(({ code, path, allowed }) => [code, path, allowed])).toEqual([
      ['features/wrong-type', 'amount', 'a number'],
      ['features/wrong-type', 'trade', 'a text'],
      ['features/wrong-type', 'b', 'a boolean'],
      ['features/wrong-type', 'hour', 'a number'],
    ]);
    expect(problemsOf({ amount: 1e39, trade: 'c' }).problems.map(({ code }) => code)).toEqual([
      'features/not-finite',
      'features/unseen-category',
    ]);
  });

  it('fails without repeating any value of a row', () => {
    const secret = 'Mrs 4711';
    const rows: Readonly<Record<string, RowValue>>[] = [
      { amount: secret, b: secret, hour: secret, trade: secret },
      { trade: 4711, b: 4711 },
      { amount: 4711e40, hour: true },
    ];
    for (const row of rows) {
      const error = problemsOf(row);
      expect(`${error.message}${JSON.stringify(error)}`).not.toMatch(/4711/);
    }
  });
});

describe('a row and its columns', () => {
  const word = fc.constantFrom(
    'a',
    'b',
    'é',
    '',
    ' ',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  );
  const number = fc.oneof(
    fc.double(),
    fc.constantFrom(0, -0, 1e300, -1e300, 3.4028235e38, 5e-324),
    fc.integer({ min: -3, max: 3 }),
  );
  const time = fc.oneof(
    fc.integer({ min: -1e14, max: 1e14 }),
    fc.double({ min: -1e13, max: 1e13, noNaN: true }),
  );
  const cell = fc.record({
    n: fc.option(number),
    c: fc.option(word),
    b: fc.option(fc.boolean()),
    t: fc.option(time),
  });
  type Cells = { n: number | null; c: string | null; b: boolean | null; t: number | null };

  const feature = fc.oneof(
    fc.record({
      kind: fc.constant('numeric' as const),
      column: fc.constant('n'),
      impute: fc.constantFrom<'none' | 'mean' | 'median' | { value: number }>('none', 'mean', 'median', {
        value: 2,
      }),
      scale: fc.constantFrom('none' as const, 'log1p' as const, 'standard' as const),
    }),
    fc.record({
      kind: fc.constant('categorical' as const),
      column: fc.constant('c'),
      encoding: fc.constantFrom('ordinal' as const, 'one-hot' as const),
      impute: fc.constantFrom<'none' | 'mode' | { value: string }>('none', 'mode', { value: '__proto__' }),
      onUnseen: fc.constantFrom('missing' as const, 'refuse' as const),
      maxCategories: fc.integer({ min: 1, max: 5 }),
    }),
    fc.record({
      kind: fc.constant('boolean' as const),
      column: fc.constant('b'),
      impute: fc.constantFrom<'none' | 'mode' | { value: boolean }>('none', 'mode', { value: true }),
    }),
    fc.record({
      kind: fc.constant('timestamp' as const),
      column: fc.constant('t'),
      part: fc.constantFrom(...TIMESTAMP_PARTS),
    }),
  );

  const toTable = (rows: readonly Cells[]) =>
    tableOf({
      n: numbers(rows.map(({ n }) => n)),
      c: texts(rows.map(({ c }) => c)),
      b: numbers(rows.map(({ b }) => (b === null ? null : Number(b)))),
      t: numbers(rows.map(({ t }) => t)),
    });

  it('gives rows and columns the same bits and refusals, even after the features were stored', () => {
    fc.assert(
      fc.property(
        fc.array(feature, { minLength: 1, maxLength: 6 }),
        fc.array(cell, { maxLength: 25 }),
        fc.array(cell, { maxLength: 15 }),
        fc.array(fc.constantFrom(0, 1, Number.NaN), { minLength: 25, maxLength: 25 }),
        (features, training, rows, labels) => {
          const spec = specOf(...features.map((each, index) => ({ ...each, name: `f${index}` })));
          const fitted = fitFeatures(
            toTable(training),
            spec,
            Float64Array.from(labels.slice(0, training.length)),
          );
          const stored = JSON.parse(JSON.stringify(fitted)) as FittedFeatures; // it was written as such
          const { matrix, refused } = transformTable(fitted, toTable(rows));
          const transform = rowTransformer(stored);
          for (const [at, cells] of rows.entries()) {
            const row: Row = new Map(
              features.map(({ column }, index) => [`f${index}`, cells[column as keyof Cells]]),
            );
            if (refused.includes(at)) expect(() => transform(row)).toThrow(InvalidInput);
            else {
              const expected = Float32Array.from(matrix.columns, (values) => values[at] ?? Number.NaN);
              expect(new Uint32Array(transform(row).buffer)).toEqual(new Uint32Array(expected.buffer));
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
