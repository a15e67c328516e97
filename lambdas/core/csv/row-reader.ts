/** Turns the fields that a scanner found into the header, or into one more row of the columns. */

import type { Table } from '../table/table.ts';
import type { BadRow } from './bad-row.ts';
import { type CellProblem, type ColumnBuilder, createColumnBuilder } from './column-builder.ts';
import { badHeader, type CsvColumn, locateColumns } from './header.ts';
import { DOUBLED, type RowScanner, type StructureProblem } from './scan-row.ts';

const QUOTE = 34;
/** A page: enough to recognise a row by; whole rows of large cells would fill the quarantine and the memory. */
const MAX_RAW_BYTES = 4096;
/** Enough to recognise a value by. */
const MAX_VALUE_BYTES = 200;
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LOSSY_UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** A declared column in the file at hand. */
interface Target {
  readonly name: string;
  readonly field: number;
  readonly builder: ColumnBuilder;
}

export class RowReader {
  /** Rows read and not yet taken. */
  rows = 0;
  /** Names of the file's columns, in its order. */
  readonly header: readonly string[];
  /** In declared order. */
  readonly #targets: readonly Target[];
  /** Categories last: a bad number is found before a text of its row enters a dictionary. */
  readonly #order: readonly Target[];
  /** Buffer for unescaping doubled quotes. */
  readonly #scratch: Uint8Array;

  /**
   * @param scanner - Has just scanned the header, in `buffer`.
   * @throws RuntimeFailure `csv/bad-header`, `csv/missing-column`
   */
  constructor(scanner: RowScanner, buffer: Uint8Array, declared: readonly CsvColumn[], maxCellBytes: number) {
    this.#scratch = new Uint8Array(maxCellBytes);
    this.header = this.#readHeader(scanner, buffer);
    const positions = locateColumns(this.header, declared);
    this.#targets = declared.map(({ name, type, booleans }, index) => ({
      name,
      field: positions[index] as number, // one position per declared column
      builder: createColumnBuilder(type, booleans),
    }));
    const last = (index: number) => declared[index]?.type === 'category';
    this.#order = [
      ...this.#targets.filter((_, index) => !last(index)),
      ...this.#targets.filter((_, index) => last(index)),
    ];
  }

  /** Columns of the file. */
  get width(): number {
    return this.header.length;
  }

  /** Adds the row just scanned, `buffer[start..end)`, to the columns, or says why not. */
  read(
    scanner: RowScanner,
    buffer: Uint8Array,
    start: number,
    end: number,
    line: number,
  ): BadRow | undefined {
    const { problem, fields, starts, ends, styles } = scanner;
    if (problem !== undefined) {
      return this.#refuse(problem, this.header[problem.field], buffer.subarray(start, end), line);
    }
    if (fields !== this.header.length) {
      const reason = `${fields} fields, the header has ${this.header.length}`;
      return this.#refuse({ code: 'csv/ragged', reason }, undefined, buffer.subarray(start, end), line);
    }
    const order = this.#order;
    for (let index = 0; index < order.length; index++) {
      const { name, field, builder } = order[index] as Target; // index < order.length
      let bytes = buffer;
      let from = starts[field] as number; // as many as the header has
      let to = ends[field] as number;
      const style = styles[field] as number;
      if (style === DOUBLED) {
        to = undouble(buffer, from, to, this.#scratch);
        from = 0;
        bytes = this.#scratch;
      }
      if (!builder.set(this.rows, bytes, from, to, style)) {
        const bad = this.#refuse(builder.explain(bytes, from, to), name, buffer.subarray(start, end), line);
        return {
          ...bad,
          value: LOSSY_UTF8.decode(bytes.subarray(from, Math.min(to, from + MAX_VALUE_BYTES))),
        };
      }
    }
    this.rows++;
    return undefined;
  }

  /** The rows read since the last time. */
  take(): Table {
    const { rows } = this;
    this.rows = 0;
    return { rows, columns: new Map(this.#targets.map(({ name, builder }) => [name, builder.take(rows)])) };
  }

  #readHeader({ problem, fields, starts, ends, styles }: RowScanner, buffer: Uint8Array): string[] {
    if (problem !== undefined) throw badHeader(`column ${problem.field + 1}: ${problem.reason}`);
    if (fields > starts.length) throw badHeader(`more than ${starts.length} columns`);
    return Array.from({ length: fields }, (_, field) => {
      const bytes = buffer.subarray(starts[field], ends[field]);
      const name =
        styles[field] === DOUBLED
          ? this.#scratch.subarray(0, undouble(bytes, 0, bytes.length, this.#scratch))
          : bytes;
      try {
        return STRICT_UTF8.decode(name);
      } catch {
        throw badHeader(`column ${field + 1} is not UTF-8`); // the decoder's only error
      }
    });
  }

  #refuse(
    { code, reason }: Pick<StructureProblem | CellProblem, 'code' | 'reason'>,
    column: string | undefined,
    row: Uint8Array,
    line: number,
  ): BadRow {
    const raw = LOSSY_UTF8.decode(row.subarray(0, MAX_RAW_BYTES)).replace(/\r?\n$/, '');
    return column === undefined ? { line, code, reason, raw } : { line, code, column, reason, raw };
  }
}

/** Copies `bytes[start..end)` with each doubled quote made single; returns how many bytes were written. */
function undouble(bytes: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number; // at < end
    if (byte === QUOTE) at++;
    into[length++] = byte;
  }
  return length;
}
