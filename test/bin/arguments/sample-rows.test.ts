import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readFileRows } from '../../../bin/arguments/rows-of-file.ts';
import { openFeed } from '../../../bin/arguments/sample-rows.ts';
import type { CsvMapping, SampleData } from '../../../blueprints/index.ts';
import { CONFIG } from '../../score/fixture.ts';
import { tempDir } from '../../support/temp-dir.ts';

const MAPPING: CsvMapping = {
  source: 'made up',
  header: ['client', 'seen', 'age'],
  historyMonths: 2,
  createReader: () => (fields) => {
    if (fields[2] === 'old') throw new TypeError('age is not a number');
    return [...fields, 'nurse', true, null, '1', 1];
  },
};
const SAMPLE: SampleData = {
  table: { name: 't', ddl: '' },
  columns: ['client', 'at', 'age', 'job', 'housing', 'called', 'ssn', 'salary'],
  start: '2020-01-31T00:00:00Z',
  months: 2,
  historyMonths: 1,
  rows: ({ seed }) => [
    [seed, '2020-03-01T00:00:00Z', 1, 'a', true, null, '1', 1],
    [seed + 1, '2020-02-01T00:00:00Z', 2, 'b', true, null, '1', 1],
  ],
  csv: MAPPING,
  incident: { feature: 'job', value: 'astronaut', every: 3 },
};
const CHOICE = { seed: 5, scenario: 'drift', data: undefined, cwd: '.' } as const;
const problem = (code: string, path: unknown = expect.anything()) =>
  expect.objectContaining({ problems: [expect.objectContaining({ code, path })] });

describe('openFeed', () => {
  it('sorts the rows by time and finds the end of history', async () => {
    const feed = await openFeed(SAMPLE, CONFIG, CHOICE);
    expect(feed.rows.map(([key]) => key)).toEqual([6, 5]);
    expect([...feed.times]).toEqual([Date.UTC(2020, 1, 1), Date.UTC(2020, 2, 1)]);
    expect(feed).toMatchObject({ origin: 'generated', incident: SAMPLE.incident });
    expect(feed.historyEnd).toBe(Date.UTC(2020, 1, 31));
  });

  it('has no incident where the scenario is stable or the sample has none', async () => {
    const { incident: _, ...calm } = SAMPLE;
    expect(await openFeed(SAMPLE, CONFIG, { ...CHOICE, scenario: 'stable' })).not.toHaveProperty('incident');
    expect(await openFeed(calm, CONFIG, CHOICE)).not.toHaveProperty('incident');
  });

  it('reads a file instead of the sample, with its own history', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'rows.csv'), 'client,seen,age\n7,2020-02-01,44\n');
    const feed = await openFeed(SAMPLE, CONFIG, { ...CHOICE, data: 'rows.csv', cwd });
    expect(feed).toMatchObject({
      origin: 'file',
      rows: [['7', '2020-02-01', '44', 'nurse', true, null, '1', 1]],
    });
    expect(feed.historyEnd).toBe(Date.UTC(2020, 2, 31));
  });

  it.each([
    ['there is no sample', undefined, CHOICE, 'sample/none'],
    [
      'the sample lacks a column',
      { ...SAMPLE, columns: SAMPLE.columns.slice(0, -1) },
      CHOICE,
      'sample/missing-column',
    ],
    [
      'a row has no time',
      { ...SAMPLE, rows: () => [[1, 'soon', 1, 'a', true, null, '1', 1]] },
      CHOICE,
      'sample/bad-time',
    ],
    ['the file is not there', { ...SAMPLE, csv: undefined }, { ...CHOICE, data: 'x' }, 'sample/not-found'],
  ])('fails when %s', async (_, sample, choice, code) => {
    await expect(openFeed(sample as SampleData | undefined, CONFIG, choice)).rejects.toEqual(problem(code)); // `csv: undefined` is what JavaScript may pass
  });
});

describe('readRows', () => {
  const file = (bytes: string | Uint8Array, name = 'rows.csv') => {
    const path = join(tempDir(), name);
    writeFileSync(path, bytes);
    return path;
  };
  const GOOD = 'client,seen,age\n1,2020-01-01,5\n2,2020-01-02,\n';

  it.each([
    ['plain', GOOD, 'rows.csv'],
    ['gzip', gzipSync(GOOD), 'rows.csv.gz'],
    ['gzip under a plain name', gzipSync(GOOD), 'rows.csv'],
  ])('reads %s text', async (_, bytes, name) => {
    expect((await readFileRows(file(bytes, name), MAPPING)).map(([key, , age]) => [key, age])).toEqual([
      ['1', '5'],
      ['2', ''],
    ]);
  });

  it.each([
    ['is not gzip', 'hello', 'rows.csv.gz', 'sample/not-gzip', ''],
    ['is cut', gzipSync(GOOD).subarray(0, 20), 'rows.csv.gz', 'sample/truncated', ''],
    ['is damaged', gzipSync(GOOD).fill(7, 12, 24), 'rows.csv.gz', 'sample/damaged', ''],
    ['has another header', 'a,b\n1,2\n', 'rows.csv', 'csv/missing-column', ''],
    ['is empty', '', 'rows.csv', 'csv/bad-header', ''],
    ['has a header only', 'client,seen,age\n', 'rows.csv', 'sample/empty', ''],
    ['has a ragged line', 'client,seen,age\n1,2,3\n1,2\n', 'rows.csv', 'csv/ragged', 'line 3'],
    [
      'has a line that its mapping refuses',
      'client,seen,age\n1,2,old\n',
      'rows.csv',
      'sample/unreadable',
      'row 1',
    ],
  ])('fails when the file %s', async (_, bytes, name, code, path) => {
    await expect(readFileRows(file(bytes, name), MAPPING)).rejects.toEqual(problem(code, path));
  });

  it('names at most five bad lines and counts the others', async () => {
    const rows = file(`client,seen,age\n${'1,2\n'.repeat(8)}`);
    const failure = await readFileRows(rows, MAPPING).catch((error) => error);
    expect(failure.problems).toHaveLength(6);
    expect(failure.problems.at(-1)).toMatchObject({ message: '3 more lines cannot be read either' });
  });

  it('fails for a folder and for an absent file', async () => {
    const folder = tempDir();
    mkdirSync(join(folder, 'rows'));
    await expect(readFileRows(join(folder, 'rows'), MAPPING)).rejects.toEqual(
      problem('sample/not-a-file', ''),
    );
    await expect(readFileRows(join(folder, 'none'), MAPPING)).rejects.toEqual(
      problem('sample/not-found', ''),
    );
  });
});
