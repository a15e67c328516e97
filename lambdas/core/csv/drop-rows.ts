/** Leaves the rows of one key out of a CSV, and every other byte as it is. */

import { DOUBLED, RowScanner } from './scan-row.ts';

/** Takes bytes in chunks cut anywhere, and returns those that stay. */
export interface Dropper {
  /** Rows left out so far. */
  readonly dropped: number;
  /** Rows that stay because their key cannot be read. */
  readonly unreadable: number;
  push(chunk: Uint8Array): Uint8Array;
  /** The rest. */
  end(): Uint8Array;
}

const MAX_COLUMNS = 10_000;
const NO_LIMIT = 0x7fff_ffff;
const LINE_FEED = 10;
const NO_BYTES = new Uint8Array(0);
const MARK = Buffer.from('\uFEFF');

/**
 * A dropper for a CSV with a header. A row is of the key if its field of that column is exactly the text, as the parser
 * of `parse.ts` reads it; a file without the column stays whole. Memory holds one chunk and one row.
 */
export function createRowDropper(column: string, key: string): Dropper & { readonly hasColumn: boolean } {
  const wanted = Buffer.from(key);
  let scanner = new RowScanner(MAX_COLUMNS, NO_LIMIT);
  let held: Uint8Array = NO_BYTES;
  /** Position of the column; undefined before the header was read, -1 where there is none. */
  let field: number | undefined;
  let width = 0;
  let dropped = 0;
  let unreadable = 0;

  function readHeader(bytes: Uint8Array): void {
    width = scanner.fields;
    const names = Array.from({ length: Math.min(width, MAX_COLUMNS) }, (_, at) =>
      fieldOf(bytes, at).toString(),
    );
    field = names.indexOf(column);
    scanner = new RowScanner(Math.min(width, MAX_COLUMNS), NO_LIMIT);
  }

  /** The text of a field without its quotes. */
  function fieldOf(bytes: Uint8Array, at: number): Buffer {
    const text = Buffer.from(bytes.subarray(scanner.starts[at], scanner.ends[at]));
    return scanner.styles[at] === DOUBLED
      ? Buffer.from(text.toString('latin1').replaceAll('""', '"'), 'latin1')
      : text;
  }

  function isOwn(bytes: Uint8Array): boolean {
    if (field === undefined || field < 0) return false;
    if (field < scanner.fields && fieldOf(bytes, field).equals(wanted)) return true;
    // The field that stands there may not be the key.
    if (scanner.problem !== undefined || scanner.fields !== width) unreadable += 1;
    return false;
  }

  function take(final: boolean): Uint8Array {
    const end = held.byteLength;
    const bytes = new Uint8Array(end + 1); // the scanner needs a line feed after the last byte
    bytes.set(held);
    bytes[end] = LINE_FEED;
    const kept: Uint8Array[] = [];
    let at = 0;
    /** Beginning of the bytes that stay. */
    let from = 0;
    if (field === undefined && end >= MARK.length && MARK.equals(bytes.subarray(0, MARK.length)))
      at = MARK.length;
    while (at < end) {
      if (scanner.scan(bytes, at, end, final) !== 'whole') break;
      if (field === undefined) readHeader(bytes);
      else if (isOwn(bytes)) {
        kept.push(bytes.subarray(from, at));
        from = scanner.next;
        dropped += 1;
      }
      at = scanner.next;
    }
    kept.push(bytes.subarray(from, at));
    held = bytes.subarray(at, end);
    return Buffer.concat(kept);
  }

  return {
    get dropped() {
      return dropped;
    },
    get unreadable() {
      return unreadable;
    },
    get hasColumn() {
      return field !== undefined && field >= 0;
    },
    push(chunk) {
      held = held.byteLength === 0 ? chunk : Buffer.concat([held, chunk]);
      // The mark may be cut in two.
      return field === undefined && held.byteLength < MARK.length ? NO_BYTES : take(false);
    },
    end: () => (held.byteLength === 0 ? NO_BYTES : take(true)),
  };
}

/**
 * A dropper for lines; the last one may have no line feed.
 *
 * @param isOwn - Whether a line, without its line feed, is left out; undefined where it cannot be read.
 */
export function createLineDropper(isOwn: (line: string, index: number) => boolean | undefined): Dropper {
  let held: Uint8Array = NO_BYTES;
  let dropped = 0;
  let unreadable = 0;
  let index = 0;

  function keeps(line: Uint8Array): boolean {
    const own = isOwn(Buffer.from(line).toString(), index);
    index += 1;
    if (own === undefined) unreadable += 1;
    if (own === true) dropped += 1;
    return own !== true;
  }

  return {
    get dropped() {
      return dropped;
    },
    get unreadable() {
      return unreadable;
    },
    push(chunk) {
      const bytes = held.byteLength === 0 ? chunk : Buffer.concat([held, chunk]);
      const kept: Uint8Array[] = [];
      let at = 0;
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, at)) {
        if (keeps(bytes.subarray(at, end))) kept.push(bytes.subarray(at, end + 1));
        at = end + 1;
      }
      held = Uint8Array.from(bytes.subarray(at));
      return Buffer.concat(kept);
    },
    end() {
      const rest = held;
      held = NO_BYTES;
      return rest.byteLength === 0 || !keeps(rest) ? NO_BYTES : rest;
    },
  };
}
