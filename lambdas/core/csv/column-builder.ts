/** Columns that grow by one cell per row and are taken as a block. */

import type { Column, ColumnType } from '../table.ts';
import { isNotFiniteName, parseBoolean, parseNumber } from './cells.ts';
import { TextInterner } from './interner.ts';
import { BARE } from './scan-row.ts';
import { parseTimestamp } from './timestamp.ts';

/** Why a cell has no value of its column's type. */
export interface CellProblem {
  readonly code:
    | 'csv/not-a-number'
    | 'csv/not-a-boolean'
    | 'csv/not-a-timestamp'
    | 'csv/not-finite'
    | 'csv/bad-utf8';
  /** Never holds the value. */
  readonly reason: string;
}

export interface ColumnBuilder {
  /**
   * Sets the value of `row`, which is at most the number of rows set so far, from `bytes[start..end)`.
   * An empty bare cell is missing.
   */
  set(row: number, bytes: Uint8Array, start: number, end: number, style: number): boolean;
  /** Why `set` refused these bytes. */
  explain(bytes: Uint8Array, start: number, end: number): CellProblem;
  /** The first `rows` values as a column; the builder is empty afterwards. */
  take(rows: number): Column;
}

/** Rows that a builder holds before it grows for the first time. */
const FIRST_ROWS = 1024;

export function createColumnBuilder(type: ColumnType): ColumnBuilder {
  return type === 'category' ? new CategoryBuilder() : new NumericBuilder(READERS[type]);
}

interface CellReader {
  /** The value, NaN when there is none. */
  readonly read: (bytes: Uint8Array, start: number, end: number) => number;
  readonly otherwise: CellProblem;
}

const READERS: Readonly<Record<Exclude<ColumnType, 'category'>, CellReader>> = {
  number: { read: parseNumber, otherwise: { code: 'csv/not-a-number', reason: 'not a decimal number' } },
  boolean: {
    read: parseBoolean,
    otherwise: { code: 'csv/not-a-boolean', reason: 'not one of t, f, true, false, yes, no, 1, 0' },
  },
  timestamp: {
    read: parseTimestamp,
    otherwise: { code: 'csv/not-a-timestamp', reason: 'not an ISO 8601 date or time' },
  },
};

class NumericBuilder implements ColumnBuilder {
  readonly #reader: CellReader;
  readonly #read: CellReader['read'];
  #values = new Float64Array(FIRST_ROWS);

  constructor(reader: CellReader) {
    this.#reader = reader;
    this.#read = reader.read;
  }

  set(row: number, bytes: Uint8Array, start: number, end: number, style: number): boolean {
    if (row === this.#values.length) {
      const larger = new Float64Array(row * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    if (start === end) {
      this.#values[row] = Number.NaN;
      return style === BARE;
    }
    const value = this.#read(bytes, start, end);
    this.#values[row] = value;
    return value - value === 0; // neither NaN nor infinite
  }

  explain(bytes: Uint8Array, start: number, end: number): CellProblem {
    const tooLarge =
      this.#read(bytes, start, end) !== 0 && Math.abs(this.#read(bytes, start, end)) === Infinity;
    return tooLarge || isNotFiniteName(bytes, start, end)
      ? { code: 'csv/not-finite', reason: 'not a finite number' }
      : this.#reader.otherwise;
  }

  take(rows: number): Column {
    const values = this.#values.slice(0, rows);
    this.#values = new Float64Array(FIRST_ROWS);
    return { kind: 'numeric', values };
  }
}

class CategoryBuilder implements ColumnBuilder {
  #codes = new Int32Array(FIRST_ROWS);
  #texts = new TextInterner();

  set(row: number, bytes: Uint8Array, start: number, end: number, style: number): boolean {
    if (row === this.#codes.length) {
      const larger = new Int32Array(row * 2);
      larger.set(this.#codes);
      this.#codes = larger;
    }
    const missing = start === end && style === BARE;
    const code = missing ? -1 : this.#texts.intern(bytes, start, end);
    this.#codes[row] = code;
    return missing || code >= 0;
  }

  explain(): CellProblem {
    return { code: 'csv/bad-utf8', reason: 'not UTF-8' };
  }

  take(rows: number): Column {
    const column: Column = {
      kind: 'category',
      codes: this.#codes.slice(0, rows),
      dictionary: this.#texts.texts,
    };
    this.#codes = new Int32Array(FIRST_ROWS);
    this.#texts = new TextInterner();
    return column;
  }
}
