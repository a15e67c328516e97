import { describe, expect, it } from 'vitest';
import { describeRowNotes, noteRows } from '../../../lambdas/core/features/row-notes.ts';
import type { FeatureSpec } from '../../../lambdas/core/features/spec.ts';
import type { Column } from '../../../lambdas/core/table/table.ts';

const spec: FeatureSpec = {
  version: 1,
  fields: [
    { kind: 'boolean', name: 'married', description: 'd' },
    { kind: 'numeric', name: 'age', column: 'years', description: 'd' },
    { kind: 'categorical', name: 'job', description: 'd' },
  ],
};
const numeric = (...values: number[]): Column => ({ kind: 'numeric', values: Float64Array.from(values) });
const texts = (dictionary: string[], ...codes: number[]): Column => ({
  kind: 'category',
  dictionary,
  codes: Int32Array.from(codes),
});
const NONE = Number.NaN;
const table = (key: Column, married: Column, years: Column, job: Column) => ({
  rows: 4,
  columns: new Map([
    ['key', key],
    ['married', married],
    ['years', years],
    ['job', job],
  ]),
});

describe('notes on rows', () => {
  it('names each column without a value, and counts keys that differ only by case or spaces', () => {
    const key = texts(['a', 'A ', ' b', 'B', 'c'], 0, 1, 2, 3);
    const found = noteRows(
      table(key, numeric(NONE, NONE, NONE, NONE), numeric(1, NONE, 2, 3), texts([], -1, -1, -1, -1)),
      spec,
      'key',
    );
    expect(found).toEqual({ empty: ['married', 'job'], alikeKeys: 4 });
    expect(describeRowNotes(found)).toBe(
      "'married' has no value in any row; 'job' has no value in any row; 4 keys differ by case or spaces only",
    );
  });

  it('notes nothing for other keys, numbers as keys, or no rows', () => {
    const whole = [numeric(1, 0, 1, 0), numeric(1, 2, 3, 4), texts(['x'], 0, 0, 0, 0)] as const;
    const nothing = { empty: [], alikeKeys: 0 };
    expect(noteRows(table(texts(['a', 'b'], 0, 1, 0, -1), ...whole), spec, 'key')).toEqual(nothing);
    expect(noteRows(table(numeric(1, 2, 3, 4), ...whole), spec, 'key')).toEqual(nothing);
    expect(noteRows({ rows: 0, columns: new Map() }, spec, 'key')).toEqual(nothing);
    expect(describeRowNotes(nothing)).toBe('');
  });
});
