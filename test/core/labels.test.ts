import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../lambdas/core/csv/parse.ts';
import { describeLabel, labelProblems, labelValues } from '../../lambdas/core/labels.ts';
import { labelsOf, modelColumns } from '../../lambdas/core/model-table.ts';
import { CONFIG } from '../score/fixture.ts';
import { tableOf, texts } from './features/tables.ts';

const configOf = (positive: string | number | boolean, sensitive: readonly string[] = []) => ({
  ...CONFIG,
  problem: { type: 'binary-classification', label: 'y', positive } as const,
  source: { ...CONFIG.source, sensitive },
});

/** Labels of a file whose label column holds these cells. */
function read(positive: string | number | boolean, ...cells: readonly string[]) {
  const config = configOf(positive);
  const columns = modelColumns(config).filter(({ name }) => name === 'y');
  const { table, badRows } = parseCsv([Buffer.from(`y,z\n${cells.map((cell) => `${cell},\n`).join('')}`)], {
    columns,
  });
  return { config, table, bad: badRows.length, labels: [...labelsOf(table, config.problem)] };
}

describe('a label of two classes', () => {
  // A database prints 1/0 or t/f for what a file of pandas has as True/False or 1.0/0.0.
  it.each([1, '1', true, 'true', 'TRUE', 't', '1.0'])(
    'matches every form of a boolean with the positive class %j',
    (positive) => {
      const { labels, bad } = read(
        positive,
        '1',
        '0',
        '1.0',
        '0.0',
        'true',
        'FALSE',
        't',
        'f',
        'True',
        'yes',
        'n',
        '',
      );
      expect([labels, bad]).toEqual([[1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0, Number.NaN], 0]);
    },
  );

  it.each([
    [2, ['2', '1', '2.0', ''], [1, 0, 1, Number.NaN]],
    ['2', ['2', '1', '2.0', ''], [1, 0, 1, Number.NaN]],
    [false, ['f', 'true', '0'], [1, 0, 1]],
    [0, ['f', '1', '0'], [1, 0, 1]],
    ['Yes', ['Yes', 'No', 'yes'], [1, 0, 0]],
    ['y', ['y', 'n', 'Y'], [1, 0, 0]],
    ['t', ['t', 'r'], [1, 0]],
  ])('compares values with the positive class %j', (positive, cells, labels) => {
    expect(read(positive, ...cells).labels).toEqual(labels);
  });

  it('refuses a text in a label of numbers, which is neither a number nor a boolean', () => {
    expect(read(1, 'maybe', '1').bad).toBe(1);
  });

  it('has no value in a column that is all empty', () => {
    const { table, config, labels } = read(true, '', '');
    expect([labelValues(table, config.problem), labels]).toEqual([[], [Number.NaN, Number.NaN]]);
    expect(describeLabel(config.problem, [], [])).toBe("positive is true; the column 'y' holds no value");
    expect(labelProblems(table, config)).toEqual([]);
  });

  it('describes a label by its values and how often each occurs', () => {
    const { table, config } = read('Yes', 'yes', 'No', 'No');
    const text = describeLabel(config.problem, labelValues(table, config.problem), []);
    expect(text).toBe("positive is 'Yes'; the column 'y' holds No 2, yes 1");
    expect(labelProblems(table, config)).toEqual([]);
  });

  it('refuses a third value, and names the values', () => {
    const { table, config } = read('yes', 'yes', 'no', 'no', 'maybe');
    expect(labelProblems(table, config)).toEqual([
      expect.objectContaining({
        code: 'label/third-value',
        path: 'y',
        message:
          "a label of two classes has 3 values: positive is 'yes'; the column 'y' holds no 2, maybe 1, yes 1",
      }),
    ]);
  });

  it('refuses times, with a few of them on one line that is not too long', () => {
    const cells = Array.from({ length: 60 }, (_, i) => `2026-01-01 00:00:${String(i).padStart(2, '0')}`);
    const { table, config } = read('yes', `"${'x'.repeat(100)}\n"`, ...cells);
    const [problem] = labelProblems(table, config);
    expect(problem?.message).toMatch(/holds 2026-01-01 00:00:00 1, .*, 56 more values$/);
    const long = tableOf({ y: texts([`a\n${'x'.repeat(100)}`]) });
    expect(describeLabel(config.problem, labelValues(long, config.problem), [])).toContain(
      `holds a\\n${'x'.repeat(38)} 1`,
    );
  });

  it('names no value of a sensitive column', () => {
    const { table } = read('yes', 'yes', 'no', 'secret');
    const [problem] = labelProblems(table, configOf('yes', ['y']));
    expect(problem?.message).toMatch(/holds values that are sensitive, 3 in all$/);
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it('does not exist for a regression', () => {
    expect(
      labelProblems(tableOf({ y: texts(['a']) }), { ...CONFIG, problem: { type: 'regression', label: 'y' } }),
    ).toEqual([]);
  });
});
