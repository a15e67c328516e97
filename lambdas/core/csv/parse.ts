/**
 * Reads CSV (RFC 4180) into typed columns: bytes are pushed in chunks cut anywhere, tables are taken out.
 * The result does not depend on where the chunks were cut.
 *
 * Lines end with LF or CRLF; the last line end may be absent or cut in two; a UTF-8 byte order mark is skipped. An empty bare
 * field is missing, `""` is an empty text, as PostgreSQL's COPY writes them. Structure is checked in every
 * column, values only in the declared ones. A row that cannot be used is reported and left out; only a header
 * that cannot be used throws. An empty line is a row with one empty field.
 */

import { RuntimeFailure } from '../errors.ts';
import type { Table } from '../table/table.ts';
import type { BadRow } from './bad-row.ts';
import { badHeader, type CsvColumn } from './header.ts';
import { RowReader } from './row-reader.ts';
import { RowScanner } from './scan-row.ts';
import { RowSkipper } from './skip-row.ts';

export interface CsvLimits {
  /** Largest field, between its quotes. @default 65536 */
  readonly maxCellBytes?: number;
  /** Most columns that a file may have. @default 10000 */
  readonly maxColumns?: number;
  /** Bytes gathered before rows are looked for, at least 4; a larger row makes the buffer grow. @default 131072 */
  readonly bufferBytes?: number;
}

export interface CsvParserOptions {
  /** The columns to read; the table has them in this order, whatever the file's. */
  readonly columns: readonly CsvColumn[];
  readonly limits?: CsvLimits;
  /** Hears of each row that is left out, in the order of the file. */
  readonly onBadRow?: (row: BadRow) => void;
}

export interface CsvParser {
  /** Names of the file's columns, in its order; undefined until the first line was read. */
  readonly header: readonly string[] | undefined;
  /** Rows read and not yet taken. */
  readonly rows: number;
  /** Rows left out so far. */
  readonly badRows: number;
  /**
   * Gives the next bytes; the chunk may be reused afterwards.
   *
   * @throws RuntimeFailure `csv/missing-column`, `csv/bad-header`, `csv/bad-encoding` (UTF-16)
   */
  push(chunk: Uint8Array): void;
  /** Says that the file is whole. Throws as `push` does; an empty file has no header. */
  end(): void;
  /**
   * The rows read since the last time, as a table of their own. Its dictionaries start anew, so that memory is
   * bounded by the rows between two calls.
   */
  take(): Table;
}

/**
 * A parser for one file. It holds at most the untaken rows and one row's bytes: `maxCellBytes` times the number
 * of columns.
 */
export function createCsvParser(options: CsvParserOptions): CsvParser {
  return new Parser(options);
}

/** Reads a whole file that is in memory. Throws as `CsvParser.push` does. */
export function parseCsv(
  chunks: Iterable<Uint8Array>,
  options: Omit<CsvParserOptions, 'onBadRow'>,
): { readonly table: Table; readonly badRows: readonly BadRow[] } {
  const badRows: BadRow[] = [];
  const parser = createCsvParser({ ...options, onBadRow: (row) => badRows.push(row) });
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
  return { table: parser.take(), badRows };
}

const LINE_FEED = 10;

class Parser implements CsvParser {
  badRows = 0;
  readonly #columns: readonly CsvColumn[];
  readonly #onBadRow: CsvParserOptions['onBadRow'];
  readonly #maxCellBytes: number;
  /** One byte longer than its capacity: the scanner needs a line feed after the last byte. */
  #buffer: Uint8Array;
  #capacity: number;
  #length = 0;
  #scanner: RowScanner;
  /** Undefined until the header was read. */
  #reader: RowReader | undefined;
  /** Set inside a row that is too large to keep. */
  #skipper: RowSkipper | undefined;
  #begun = false;
  #line = 1;

  constructor({ columns, limits = {}, onBadRow }: CsvParserOptions) {
    const { maxCellBytes = 65_536, maxColumns = 10_000, bufferBytes = 131_072 } = limits;
    this.#columns = columns;
    this.#onBadRow = onBadRow;
    this.#maxCellBytes = maxCellBytes;
    this.#capacity = bufferBytes;
    this.#buffer = new Uint8Array(bufferBytes + 1);
    this.#scanner = new RowScanner(maxColumns, maxCellBytes);
  }

  get header(): readonly string[] | undefined {
    return this.#reader?.header;
  }

  get rows(): number {
    return this.#reader?.rows ?? 0;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + this.#capacity - this.#length);
      this.#buffer.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      if (this.#length === this.#capacity) this.#drain(false);
    }
  }

  end(): void {
    this.#drain(true);
    if (this.#reader === undefined) throw badHeader('the file is empty');
  }

  take(): Table {
    return this.#reader?.take() ?? { rows: 0, columns: new Map() };
  }

  /** Reads the rows in the buffer and moves what remains to its front; a row that fills it makes it grow. */
  #drain(final: boolean): void {
    this.#buffer[this.#length] = LINE_FEED;
    let at = this.#begun ? 0 : this.#markLength();
    this.#begun = true;
    while (at < this.#length) {
      const next = this.#skipper === undefined ? this.#row(at, final) : this.#skip(this.#skipper, at);
      if (next < 0) break;
      at = next;
    }
    this.#buffer.copyWithin(0, at, this.#length);
    this.#length -= at;
    if (this.#length < this.#capacity) return;
    this.#capacity *= 2;
    const larger = new Uint8Array(this.#capacity + 1);
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  /** Length of the byte order mark. */
  #markLength(): number {
    const [first, second, third] = this.#buffer.subarray(0, Math.min(3, this.#length));
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
      throw new RuntimeFailure('csv/bad-encoding', 'the file is UTF-16', { fix: 'export it as UTF-8' });
    }
    return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
  }

  /** Reads the row at `start`; returns the position after it, or -1 when it is not whole yet. */
  #row(start: number, final: boolean): number {
    const scanner = this.#scanner;
    const outcome = scanner.scan(this.#buffer, start, this.#length, final);
    if (outcome === 'partial') return -1;
    const end = outcome === 'whole' ? scanner.next : this.#length;
    if (this.#reader === undefined) {
      this.#reader = new RowReader(scanner, this.#buffer, this.#columns, this.#maxCellBytes);
      this.#scanner = new RowScanner(this.#reader.width, this.#maxCellBytes);
    } else {
      const bad = this.#reader.read(scanner, this.#buffer, start, end, this.#line);
      if (bad !== undefined) {
        this.badRows++;
        this.#onBadRow?.(bad);
      }
    }
    if (outcome === 'hopeless') {
      this.#skipper = new RowSkipper();
      return this.#skip(this.#skipper, start);
    }
    this.#line += scanner.innerLines + 1;
    return end;
  }

  #skip(skipper: RowSkipper, start: number): number {
    const next = skipper.skip(this.#buffer, start, this.#length);
    if (next < 0) return this.#length;
    this.#line += skipper.innerLines + 1;
    this.#skipper = undefined;
    return next;
  }
}
