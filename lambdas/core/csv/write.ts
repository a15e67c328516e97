/**
 * Writes CSV (RFC 4180, LF) that `parse.ts` reads back bit by bit: a field is quoted only where it must be, a
 * missing value is an empty field and an empty text is `""`, numbers have their shortest form that reads back
 * the same, timestamps are ISO 8601 in UTC with microseconds where there are any.
 *
 * Texts that a spreadsheet would take for a formula (`=1+1`) are written as they are: models are trained on these files, and
 * batch scores are read by other programs. The option `spreadsheet` is for files that people open.
 */

import { RuntimeFailure } from '../errors.ts';
import type { ColumnType, Row, RowValue, Table } from '../table/table.ts';
import type { CsvColumn } from './header.ts';
import { spreadsheetSafe } from './spreadsheet.ts';
import { formatTimestamp } from './timestamp.ts';

export interface CsvWriteOptions {
  /** Whether the first line names the columns. @default true */
  readonly header?: boolean;
}

export interface TableWriteOptions extends CsvWriteOptions {
  /** Whether people open it in a spreadsheet: texts go through `spreadsheetSafe`. @default false */
  readonly spreadsheet?: boolean;
}

/** Characters gathered before a chunk is given out. */
const CHUNK_CHARACTERS = 65_536;
/** A byte order mark would be lost at the start of the file. */
const MUST_QUOTE = /[",\r\n\uFEFF]/;

/**
 * The rows of a table as chunks of CSV bytes.
 *
 * @throws RuntimeFailure `csv/missing-column` when the table lacks a column, `csv/wrong-type` when it holds text
 *   where numbers are declared or the reverse, `csv/not-finite` and `csv/not-a-timestamp` for such values
 */
export function writeTable(
  table: Table,
  columns: readonly CsvColumn[],
  options: TableWriteOptions = {},
): Generator<Uint8Array, void, undefined> {
  const { spreadsheet = false } = options;
  const cells = columns.map((column) =>
    tableCells(table, column, spreadsheet ? spreadsheetSafe : (text) => text),
  );
  return encodeLines(lines(columns, options, table.rows, (row) => cells.map((cell) => cell(row)).join(',')));
}

/**
 * Rows as chunks of CSV bytes. A timestamp is a text that is written as it is; a value that is absent from a row
 * is missing.
 *
 * @throws RuntimeFailure `csv/not-finite`, `csv/wrong-type`
 */
export function writeRows(
  rows: readonly Row[],
  columns: readonly CsvColumn[],
  options: CsvWriteOptions = {},
): Generator<Uint8Array, void, undefined> {
  const text = (row: Row | undefined) =>
    columns.map((column) => rowCell(column, row?.get(column.name) ?? null)).join(',');
  return encodeLines(lines(columns, options, rows.length, (row) => text(rows[row])));
}

function* lines(
  columns: readonly CsvColumn[],
  { header = true }: CsvWriteOptions,
  rows: number,
  line: (row: number) => string,
): Generator<string, void, undefined> {
  if (header) yield columns.map(({ name }) => quote(name)).join(',');
  for (let row = 0; row < rows; row++) yield line(row);
}

function* encodeLines(lines: Iterable<string>): Generator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  let pending = '';
  for (const line of lines) {
    pending += `${line}\n`;
    if (pending.length >= CHUNK_CHARACTERS) {
      yield encoder.encode(pending);
      pending = '';
    }
  }
  if (pending !== '') yield encoder.encode(pending);
}

/** The text of each cell of one column. */
function tableCells(
  table: Table,
  { name, type }: CsvColumn,
  shown: (text: string) => string,
): (row: number) => string {
  const column = table.columns.get(name);
  if (column === undefined)
    throw new RuntimeFailure('csv/missing-column', `the table has no column '${name}'`);
  if ((column.kind === 'category') !== (type === 'category')) throw wrongType(name, type);
  if (column.kind === 'category') {
    const { codes } = column;
    const texts = column.dictionary.map((text) => quote(shown(text)));
    return (row) => texts[codes[row] as number] ?? ''; // row < table.rows; -1 is missing
  }
  const { values } = column;
  const write = NUMERIC_TEXT[type as Exclude<ColumnType, 'category'>]; // a numeric column has a numeric type
  return (row) => {
    const value = values[row] as number; // row < table.rows
    return Number.isNaN(value) ? '' : write(value, name);
  };
}

const NUMERIC_TEXT: Readonly<
  Record<Exclude<ColumnType, 'category'>, (value: number, name: string) => string>
> = {
  number: numberText,
  boolean: (value) => String(value !== 0),
  timestamp(value, name) {
    const text = formatTimestamp(value);
    if (text === undefined) {
      throw new RuntimeFailure(
        'csv/not-a-timestamp',
        `column '${name}' has a time outside the years 0 to 9999`,
      );
    }
    return text;
  },
};

function rowCell({ name, type }: CsvColumn, value: RowValue): string {
  if (value === null) return '';
  const expected = type === 'category' || type === 'timestamp' ? 'string' : type;
  if (typeof value !== expected) throw wrongType(name, type);
  return typeof value === 'number' ? numberText(value, name) : quote(String(value));
}

function numberText(value: number, name: string): string {
  if (!Number.isFinite(value)) {
    throw new RuntimeFailure('csv/not-finite', `column '${name}' has a value that is not a finite number`);
  }
  return Object.is(value, -0) ? '-0' : String(value);
}

function quote(text: string): string {
  return text === '' || MUST_QUOTE.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function wrongType(name: string, type: ColumnType): RuntimeFailure {
  return new RuntimeFailure('csv/wrong-type', `column '${name}' does not hold what is written as ${type}`);
}
