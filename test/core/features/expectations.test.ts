import { describe, expect, it } from 'vitest';
import { type ReferenceMoments, testData } from '../../../lambdas/core/features/expectations.ts';
import type { Expectations } from '../../../lambdas/core/features/spec.ts';
import type { Column } from '../../../lambdas/core/table/table.ts';
import { numbers, specOf, tableOf, texts } from './tables.ts';

function testOne(column: Column, expected: Expectations, trained?: { mean: number; deviation: number }) {
  const kind = column.kind === 'numeric' ? 'numeric' : 'categorical';
  const spec = specOf({ kind, name: 'feature', column: 'x', expect: expected });
  const reference: ReferenceMoments | undefined = trained && new Map([['x', trained]]);
  const { badRows, problems } = testData(tableOf({ x: column }), spec, reference);
  return { bad: badRows.map(({ row, code }) => [row, code]), problems };
}

describe('row expectations', () => {
  it('includes the bounds, and accepts a missing value within every bound', () => {
    const column = numbers([0, 1, 2, 3, 4, null, Number.NEGATIVE_INFINITY]);
    expect(testOne(column, { min: 1, max: 3 }).bad).toEqual([
      [0, 'expect/out-of-range'],
      [4, 'expect/out-of-range'],
      [6, 'expect/out-of-range'],
    ]);
    expect(testOne(column, { min: 1 }).bad).toHaveLength(2);
    expect(testOne(column, { max: 3 }).bad).toHaveLength(2);
    expect(testOne(column, {}).bad).toEqual([[6, 'features/not-finite']]);
  });

  it('accepts only allowed texts, or a missing one', () => {
    const column = texts(['a', 'b', null, '__proto__', 'constructor', 'a']);
    expect(testOne(column, { allowed: ['a', 'constructor'] }).bad).toEqual([
      [1, 'expect/not-allowed'],
      [3, 'expect/not-allowed'],
    ]);
    expect(testOne(column, { unique: false }).bad).toEqual([]);
  });

  it('fails all but the first row of equal unique values; missing values are not equal', () => {
    expect(testOne(texts(['a', 'b', null, 'a', null, 'a']), { unique: true }).bad).toEqual([
      [3, 'expect/not-unique'],
      [5, 'expect/not-unique'],
    ]);
    expect(testOne(numbers([1, 2, null, 1, null, -0, 0]), { unique: true }).bad).toEqual([
      [3, 'expect/not-unique'],
      [6, 'expect/not-unique'],
    ]);
  });

  it('reports each row once, ascending, with the first reason, the column and no value', () => {
    const spec = specOf(
      { kind: 'numeric', name: 'a', column: 'n', expect: { max: 1, unique: true } },
      { kind: 'categorical', name: 'c', expect: { allowed: ['x'] } },
      { kind: 'numeric', name: 'free', column: 'n' },
    );
    const table = tableOf({ n: numbers([0, 4711, 4711]), c: texts(['Mrs 4711', 'x', 'Mrs 4711']) });
    const { badRows } = testData(table, spec);
    expect(badRows).toEqual([
      { row: 0, code: 'expect/not-allowed', column: 'c' },
      { row: 1, code: 'expect/out-of-range', column: 'n' },
      { row: 2, code: 'expect/out-of-range', column: 'n' },
    ]);
    expect(JSON.stringify(badRows)).not.toContain('4711');
  });
});

describe('column expectations', () => {
  it('accepts missing values up to their largest share', () => {
    const half = { maxMissingShare: 0.5 };
    expect(testOne(numbers([1, null]), half).problems).toEqual([]);
    expect(testOne(numbers([1, null, null]), half).problems).toEqual([
      expect.objectContaining({ code: 'expect/too-many-missing', path: 'x', got: '2 of 3 rows' }),
    ]);
    expect(testOne(texts(['a', null, null]), half).problems).toHaveLength(1);
    expect(testOne(texts([null]), { maxMissingShare: 0 }).problems).toHaveLength(1);
    expect(testOne(texts([null]), {}).problems).toEqual([]);
    expect(testOne(texts([]), { maxMissingShare: 0 }).problems).toEqual([]);
  });

  it("limits the mean to a number of training's deviations", () => {
    const trained = { mean: 10, deviation: 2 };
    const near = numbers([13, 15, null]);
    expect(testOne(near, { meanWithinSigmas: 2 }, trained).problems).toEqual([]);
    expect(testOne(near, { meanWithinSigmas: 1.9 }, trained).problems).toEqual([
      expect.objectContaining({ code: 'expect/mean', path: 'x', got: '14.0000' }),
    ]);
    expect(testOne(numbers([6, 6]), { meanWithinSigmas: 1.9 }, trained).problems).toHaveLength(1);
  });

  it("limits the deviation to a factor of training's, either way", () => {
    const two = { deviationWithinFactor: 2 };
    const deviationTwo = numbers([0, 4, null]);
    expect(testOne(deviationTwo, two, { mean: 0, deviation: 1 }).problems).toEqual([]);
    expect(testOne(deviationTwo, two, { mean: 0, deviation: 4 }).problems).toEqual([]);
    for (const deviation of [0.99, 4.01, 0])
      expect(testOne(deviationTwo, two, { mean: 0, deviation }).problems).toEqual([
        expect.objectContaining({ code: 'expect/deviation', path: 'x', got: '2.00000' }),
      ]);
    expect(testOne(numbers([3, 3]), two, { mean: 3, deviation: 1 }).problems).toHaveLength(1);
    expect(testOne(numbers([3, 3]), two, { mean: 3, deviation: 0 }).problems).toEqual([]);
  });

  it('compares nothing before the first training, without values, or with text', () => {
    const strict = { meanWithinSigmas: 0.01, deviationWithinFactor: 1 };
    const trained = { mean: 0, deviation: 1 };
    expect(testOne(numbers([1e6]), strict).problems).toEqual([]);
    expect(testOne(numbers([null]), strict, trained).problems).toEqual([]);
    expect(testOne(texts(['a']), strict, trained).problems).toEqual([]);
    expect(testOne(numbers([1e6]), {}, trained).problems).toEqual([]);
  });
});

it('finds rows that break a rule about several columns; a missing value breaks none', () => {
  const spec = {
    ...specOf(
      { kind: 'numeric', name: 'checkin', expect: { min: 0 } },
      { kind: 'numeric', name: 'checkout', column: 'leaves' },
    ),
    rows: [{ expression: 'checkout >= checkin', description: 'nobody leaves before coming' }],
  };
  const table = tableOf({ checkin: numbers([1, 5, null, 7, -1]), leaves: numbers([1, 4, 3, null, -2]) });
  expect(testData(table, spec).badRows).toEqual([
    { row: 1, code: 'expect/rule', column: undefined },
    { row: 4, code: 'expect/out-of-range', column: 'checkin' }, // the first reason counts
  ]);
});
