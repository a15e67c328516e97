import { describe, expect, it } from 'vitest';
import {
  categoriesOf,
  columnFeatures,
  isColumnFeature,
  mergeColumns,
  sourceColumns,
} from '../../../lambdas/core/features/columns.ts';
import { numbers, specOf, tableOf, texts } from './tables.ts';

describe('source columns', () => {
  it('declares each source column once, in the order of the first feature that reads it', () => {
    const spec = specOf(
      { kind: 'timestamp', name: 'hour', column: 'at', part: 'hour' },
      { kind: 'numeric', name: 'age' },
      { kind: 'timestamp', name: 'day', column: 'at', part: 'day' },
      { kind: 'categorical', name: 'job' },
      { kind: 'boolean', name: 'loan', column: 'has_loan' },
    );
    expect(sourceColumns(spec)).toEqual([
      { name: 'at', type: 'timestamp' },
      { name: 'age', type: 'number' },
      { name: 'job', type: 'category' },
      { name: 'has_loan', type: 'boolean' },
    ]);
  });

  it('fails when two features read one column differently, each time with both ways', () => {
    const spec = specOf(
      { kind: 'numeric', name: 'a' },
      { kind: 'categorical', name: 'a_text', column: 'a' },
      { kind: 'boolean', name: 'b' },
      { kind: 'numeric', name: 'b_number', column: 'b' },
    );
    expect(() => sourceColumns(spec)).toThrow(
      expect.objectContaining({
        name: 'InvalidInput',
        problems: [
          expect.objectContaining({ code: 'features/column-type', path: 'a', got: 'number and category' }),
          expect.objectContaining({ code: 'features/column-type', path: 'b', got: 'boolean and number' }),
        ],
      }),
    );
  });

  it('accepts columns with names of the object prototype', () => {
    const columns = ['__proto__', 'constructor', 'toString'].map(
      (name) => ({ name, type: 'number' }) as const,
    );
    expect(mergeColumns([...columns, ...columns])).toEqual(columns);
  });
});

it('leaves features over several rows or columns out of the source columns', () => {
  const computed = specOf(
    { kind: 'lag', name: 'a', of: 'x', events: 1 },
    { kind: 'rolling', name: 'b', of: 'x', days: 7, statistic: 'mean' },
    { kind: 'expression', name: 'c', expression: 'x + 1' },
  );
  expect(computed.fields.filter(isColumnFeature)).toEqual([]);
  expect(columnFeatures(computed)).toEqual([]);
  expect(sourceColumns(computed)).toEqual([]);
});

it('finds a column of text by name, and fails for numbers or an absent one', () => {
  const x = texts(['a']);
  const table = tableOf({ x, n: numbers([1]) });
  expect(categoriesOf(table, 'x')).toBe(x);
  expect(() => categoriesOf(table, 'n')).toThrow(TypeError);
  expect(() => categoriesOf(table, 'absent')).toThrow(TypeError);
});
