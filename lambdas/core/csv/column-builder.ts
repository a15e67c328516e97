/** Columns that grow by one cell per row and are taken as a block. */

import type { Column, ColumnType } from '../table/table.ts';
import { BOOLEAN_FORMS } from '../table/values.ts';
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
   * Sets the value of `row`, which is at most the number of rows set so far, from `bytes[start..end)`; an empty
   * bare cell is missing. Returns whether the bytes have a value.
   */
  set(row: number, bytes: Uint8Array, start: number, end: number, style: number): boolean;
  /** Why `set` refused these bytes. */
  explain(bytes: Uint8Array, start: number, end: number): CellProblem;
  /** The first `rows` values as a column; the builder is empty afterwards. */
  take(rows: number): Column;
}

/** @param booleans - Whether numbers may be written as booleans. */
export function createColumnBuilder(type: ColumnType, booleans = false): ColumnBuilder {
  return type === 'category' ? new CategoryBuilder() : new NumericBuilder(type, booleans);
}

/** Rows that a builder holds before it grows for the first time. */
const FIRST_ROWS = 1024;

type NumericType = Exclude<ColumnType, 'category'>;

const NOT_A_VALUE: Readonly<Record<NumericType, CellProblem>> = {
  number: { code: 'csv/not-a-number', reason: 'not a decimal number' },
  boolean: { code: 'csv/not-a-boolean', reason: `not one of ${BOOLEAN_FORMS}` },
  timestamp: {
    code: 'csv/not-a-timestamp',
    reason: 'not an ISO 8601 date or time of the years 0000 to 9999',
  },
};

class NumericBuilder implements ColumnBuilder {
  readonly #type: NumericType;
  readonly #booleans: boolean;
  #values = new Float64Array(FIRST_ROWS);

  constructor(type: NumericType, booleans: boolean) {
    this.#type = type;
    this.#booleans = booleans;
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
    let value = this.#read(bytes, start, end);
    if (this.#booleans && Number.isNaN(value)) value = parseBoolean(bytes, start, end);
    this.#values[row] = value;
    return value - value === 0; // neither NaN nor infinite
  }

  explain(bytes: Uint8Array, start: number, end: number): CellProblem {
    const isInfinite = Math.abs(this.#read(bytes, start, end)) === Number.POSITIVE_INFINITY;
    return isInfinite || isNotFiniteName(bytes, start, end)
      ? { code: 'csv/not-finite', reason: 'not a finite number' }
      : NOT_A_VALUE[this.#type];
  }

  take(rows: number): Column {
    const values = this.#values.slice(0, rows);
    this.#values = new Float64Array(FIRST_ROWS);
    return { kind: 'numeric', values };
  }

  /** The readers are called by name and not through a field: only so can the engine inline them. */
  #read(bytes: Uint8Array, start: number, end: number): number {
    if (this.#type === 'number') return parseNumber(bytes, start, end);
    return this.#type === 'boolean' ? parseBoolean(bytes, start, end) : parseTimestamp(bytes, start, end);
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
    const codes = this.#codes.slice(0, rows);
    const dictionary = this.#texts.texts;
    this.#codes = new Int32Array(FIRST_ROWS);
    this.#texts = new TextInterner();
    return { kind: 'category', codes, dictionary };
  }
}
