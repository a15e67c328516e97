/**
 * Finds the fields of one row in a buffer of bytes (RFC 4180). Only structure is looked at here; what the bytes
 * of a field mean is `cells.ts`.
 */

const NUL = 0;
const LF = 10;
const CR = 13;
const QUOTE = 34;
const COMMA = 44;

/** How a field was written. Only a bare field can be missing; a doubled one has quotes to undo. */
export const BARE = 0;
export const QUOTED = 1;
export const DOUBLED = 2;

/** A problem with the structure of a row. */
export interface StructureProblem {
  readonly code: 'csv/bad-quote' | 'csv/nul' | 'csv/cell-too-large' | 'csv/ragged';
  /** Position of the field, from 0. */
  readonly field: number;
  /** Never holds a value. */
  readonly reason: string;
}

/** Scans rows one after the other; its public fields describe the row scanned last. */
export class RowScanner {
  /** First byte, and the byte after the last, of each field without its quotes. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** `BARE`, `QUOTED` or `DOUBLED`, per field. */
  readonly styles: Uint8Array;
  /** Fields in the row; those beyond the capacity are counted and not kept. */
  fields = 0;
  /** Line feeds inside quoted fields. */
  innerLines = 0;
  /** Position after the row and its line end. */
  next = 0;
  /** The first problem of the row. */
  problem: StructureProblem | undefined;
  #doubled = false;
  readonly #maxCellBytes: number;

  /** @param capacity - Fields kept per row. */
  constructor(capacity: number, maxCellBytes: number) {
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.styles = new Uint8Array(capacity);
    this.#maxCellBytes = maxCellBytes;
  }

  /**
   * Scans the row that starts at `start`; at least one byte is there.
   *
   * @param bytes - With a line feed at `end`, where the scan stops.
   * @param final - No byte will follow `end`, so the row ends there at the latest.
   * @returns `partial` when the row goes on beyond `end`; `hopeless` when it does and is too large already.
   */
  scan(bytes: Uint8Array, start: number, end: number, final: boolean): 'whole' | 'partial' | 'hopeless' {
    this.problem = undefined;
    this.innerLines = 0;
    const { starts, ends, styles } = this;
    const capacity = starts.length;
    const maxCellBytes = this.#maxCellBytes;
    let field = 0;
    let at = start;
    for (;;) {
      const quoted = bytes[at] === QUOTE;
      const from = quoted ? at + 1 : at;
      let to = quoted ? this.#closingQuote(bytes, from, end, field, final) : from;
      at = quoted ? Math.min(to + 1, end) : at;
      const tail = at;
      for (;;) {
        // Letters and digits are above the comma: one comparison for most bytes. The line feed at `end` stops it.
        while ((bytes[at] as number) > COMMA) at++;
        const byte = bytes[at];
        if (byte === COMMA || byte === LF) break;
        if (byte === QUOTE) this.#fail('csv/bad-quote', field, 'a quote stands inside an unquoted field');
        else if (byte === NUL) this.#fail('csv/nul', field, 'a zero byte');
        else if (byte === CR && bytes[at + 1] !== LF) {
          this.#fail('csv/bad-quote', field, 'a carriage return stands outside quotes');
        }
        at++;
      }
      if (at === end && !final) return this.#partial(end - from, field);
      const rowEnds = bytes[at] === LF;
      const textEnd = rowEnds && at > tail && bytes[at - 1] === CR ? at - 1 : at;
      if (!quoted) to = textEnd;
      else if (textEnd > tail) this.#fail('csv/bad-quote', field, 'text follows a closing quote');
      if (to - from > maxCellBytes) this.#failTooLarge(field);
      if (field < capacity) {
        starts[field] = from;
        ends[field] = to;
        styles[field] = quoted ? (this.#doubled ? DOUBLED : QUOTED) : BARE;
      }
      field++;
      at++;
      if (rowEnds) break;
    }
    this.fields = field;
    this.next = Math.min(at, end);
    return 'whole';
  }

  /** Position of the quote that closes the field, or `end`. */
  #closingQuote(bytes: Uint8Array, from: number, end: number, field: number, final: boolean): number {
    this.#doubled = false;
    for (let at = from; at < end; at++) {
      const byte = bytes[at] as number; // at < end
      if (byte > QUOTE) continue;
      if (byte === LF) this.innerLines++;
      else if (byte === NUL) this.#fail('csv/nul', field, 'a zero byte');
      else if (byte === QUOTE) {
        if (bytes[at + 1] !== QUOTE) return at;
        this.#doubled = true;
        at++;
      }
    }
    if (final) this.#fail('csv/bad-quote', field, 'a quoted field is never closed');
    return end;
  }

  #partial(fieldBytes: number, field: number): 'partial' | 'hopeless' {
    // 2: the last bytes may turn out to be the closing quote or the line end.
    if (fieldBytes > this.#maxCellBytes + 2) this.#failTooLarge(field);
    else if (field >= this.starts.length) {
      this.#fail('csv/ragged', field, `more than ${this.starts.length} fields`);
    } else return 'partial';
    return 'hopeless';
  }

  #failTooLarge(field: number): void {
    this.#fail('csv/cell-too-large', field, `a field is larger than ${this.#maxCellBytes} bytes`);
  }

  #fail(code: StructureProblem['code'], field: number, reason: string): void {
    this.problem ??= { code, field, reason };
  }
}
