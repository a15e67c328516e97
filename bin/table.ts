import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Page } from './page.ts';

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/** A column of numbers, some of them possibly missing, is aligned to the right. */
const NUMBER = /^([\d,]+(\.\d+)?)?$/;

/** Columns that stand under their titles, without lines: the same on a terminal and in a pipe. */
export function columnsText(titles: readonly string[], rows: readonly string[][], { colors }: Page): string {
  const table = new Table({
    head: titles.map((title) => colors.bold(title)),
    colAligns: titles.map((_, column) =>
      rows.every((row) => NUMBER.test(stripVTControlCharacters(row[column] ?? ''))) ? 'right' : 'left',
    ),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  table.push(...rows);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
