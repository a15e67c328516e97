/** Runs to the end of a row that is too large to keep, byte by byte and without a buffer. */

const LF = 10;
const QUOTE = 34;
const COMMA = 44;

/** Position of the skipper in a field. After a closing quote anything else than a delimiter counts as bare text. */
const AT_FIELD_START = 0;
const IN_BARE = 1;
const IN_QUOTES = 2;
const AFTER_QUOTE = 3;

/** Follows quotes exactly as `RowScanner` does, so both agree where a row ends. */
export class RowSkipper {
  /** Line feeds inside quoted fields. */
  innerLines = 0;
  #state = AT_FIELD_START;

  /** Skips from `start`; returns the position after the row's line feed, or -1 when the row goes on. */
  skip(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (this.#state === IN_QUOTES) {
        if (byte === QUOTE) this.#state = AFTER_QUOTE;
        else if (byte === LF) this.innerLines++;
      } else if (byte === LF) return at + 1;
      else if (byte === COMMA) this.#state = AT_FIELD_START;
      else if (byte === QUOTE && this.#state !== IN_BARE) this.#state = IN_QUOTES;
      else this.#state = IN_BARE;
    }
    return -1;
  }
}
