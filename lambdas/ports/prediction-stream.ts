/**
 * Appends prediction records. An append that fails must never fail the answer; the caller counts it.
 *
 * At least once. A crash can leave a line that ends in the middle: a reader skips every line that is not a
 * whole JSON document (no strict prefix of a JSON object is one) and counts a record's name once.
 */
export interface PredictionStream {
  /**
   * One JSON document per record, each without line breaks. It is filed by its `at` (ms since 1970) or by the time
   * that it arrives, which must be near: `readPredictions` looks a quarter of an hour around its window.
   */
  append(records: readonly { readonly at: number; readonly line: string }[]): Promise<void>;
  /** A new name for a record, unlike any other that any process gives: `[A-Za-z0-9._:-]`, at most 128. */
  nextId(): string;
  /** Waits until everything appended is in the stream; in a cloud it can be read some time later. */
  flush(): Promise<void>;
}
