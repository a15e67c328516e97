const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/**
 * Counts the rows of a CSV that arrives in chunks, without parsing it: a row ends at a line feed outside quotes.
 * A doubled quote inside a field opens and closes again, so it needs no rule of its own.
 */
export class RowCounter {
  /** Row ends seen so far, the header's included. */
  rows = 0;
  /** Bytes after the last row end: when the input is over and they are not 0, it was cut off. */
  unfinished = 0;
  #quoted = false;

  /**
   * Scans the next chunk.
   *
   * @param limit - Stops after this many rows; the chunk's rest is then not looked at.
   * @returns offset after the last row end in this chunk, 0 when there is none
   */
  scan(chunk: Uint8Array, limit = Number.POSITIVE_INFINITY): number {
    const { length } = chunk;
    let quoted = this.#quoted;
    let rows = 0;
    let end = 0;
    for (let index = 0; index < length && rows < limit; index++) {
      const byte = chunk[index];
      if (byte === QUOTE) quoted = !quoted;
      else if (byte === LINE_FEED && !quoted) {
        end = index + 1;
        rows += 1;
      }
    }
    this.#quoted = quoted;
    this.rows += rows;
    this.unfinished = end > 0 ? length - end : this.unfinished + length;
    return end;
  }
}
