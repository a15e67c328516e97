import { expect, it } from 'vitest';
import { type AsideRow, countAside, describeAside } from '../../../lambdas/core/table/bad-rows.ts';

const ROWS: readonly AsideRow[] = [
  { code: 'csv/ragged', column: null, line: 2 },
  { code: 'csv/not-a-number', column: 'age', value: 'NA', line: 3 },
  { code: 'csv/not-a-number', column: 'age', value: 'NA', line: 4 },
  { code: 'csv/not-a-number', column: 'age', value: 'NULL', line: 5 },
  { code: 'csv/not-a-number', column: 'age', value: 'x'.repeat(50), line: 6 },
  { code: 'csv/not-a-number', column: 'age', value: '4', line: 7 },
  { code: 'csv/not-a-boolean', column: 'secret', value: 'hidden' },
  { code: 'expect/rule', column: null, value: 'not of a column' },
  { code: 'expect/not-allowed', column: 'job' },
];

it('counts rejected rows by reason and column, with their first different values and lines', () => {
  expect(countAside(ROWS, ['secret'])).toEqual([
    {
      code: 'csv/not-a-number',
      column: 'age',
      rows: 5,
      examples: ['NA', 'NULL', `${'x'.repeat(40)}…`],
      lines: [3, 4, 5],
      accepted: expect.stringContaining('decimal point'),
    },
    { code: 'csv/ragged', column: null, rows: 1, examples: [], lines: [2], accepted: null },
    expect.objectContaining({ column: 'secret', rows: 1, examples: [], lines: [] }),
    expect.objectContaining({ code: 'expect/rule', examples: [] }),
    expect.objectContaining({ code: 'expect/not-allowed', column: 'job', examples: [], accepted: null }),
  ]);
});

it('prints reason, column, values and accepted forms, but never values of a sensitive column', () => {
  const text = describeAside(countAside(ROWS, ['secret']));
  expect(text).toMatch(
    /^5 csv\/not-a-number in 'age' \("NA", "NULL", "x{40}…"; first in line 3; accepted: .*\), 1 csv\/ragged \(first in line 2\), 1 csv\/not-a-boolean in 'secret' \(accepted: true, t, .*\), 1 expect\/rule, 1 expect\/not-allowed in 'job'$/,
  );
  expect(text).not.toContain('hidden');
});
