import { describe, expect, it } from 'vitest';
import { spreadsheetSafe } from '../../../lambdas/core/csv/spreadsheet.ts';
import { writeTable } from '../../../lambdas/core/csv/write.ts';

// OWASP, CSV Injection: the characters that begin a formula, their full-width forms, and separators inside a cell.
describe('spreadsheetSafe', () => {
  it.each([
    ["=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"],
    ['@SUM(1+1)', "'@SUM(1+1)"],
    ['+1+1', "'+1+1"],
    ['-2+3', "'-2+3"],
    ['-a', "'-a"],
    ['\t=1', "'\t'=1"],
    ['\r=1', "'\r=1"],
    ['\n=1', "'\n=1"],
    ['\uFF1D1', "'\uFF1D1"],
    ['\uFF0B1', "'\uFF0B1"],
    ['\uFF0D1', "'\uFF0D1"],
    ['\uFF20a', "'\uFF20a"],
    ['a;=1+1', "a;'=1+1"],
    ['-', "'-"],
    ['-Infinity', "'-Infinity"],
  ])('puts an apostrophe before %j', (text, safe) => expect(spreadsheetSafe(text)).toBe(safe));

  it.each(['-5', '+5', '-0.5', '-.5', '1e-3', '-1.5E+10', '', 'a=b', 'a-b', 'x@y.org', "'=1", '5 - 3'])(
    'leaves %j unchanged',
    (text) => expect(spreadsheetSafe(text)).toBe(text),
  );

  it('escapes the texts of a table only on request', () => {
    const dictionary = ['=1+1', '-5'];
    const table = {
      rows: 2,
      columns: new Map([['k', { kind: 'category' as const, dictionary, codes: Int32Array.of(0, 1) }]]),
    };
    const text = (spreadsheet: boolean) =>
      Buffer.concat([...writeTable(table, [{ name: 'k', type: 'category' }], { spreadsheet })]).toString();
    expect(text(true)).toBe("k\n'=1+1\n-5\n");
    expect(text(false)).toBe('k\n=1+1\n-5\n');
  });
});
