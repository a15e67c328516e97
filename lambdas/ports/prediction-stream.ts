import { RuntimeFailure } from '../core/errors.ts';

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
   *
   * @throws RecordsLost when the stream did not take some of them; any other error when it took none
   */
  append(records: readonly { readonly at: number; readonly line: string }[]): Promise<void>;
  /** A new name for a record, unlike any other that any process gives: `[A-Za-z0-9._:-]`, at most 128. */
  nextId(): string;
  /**
   * Waits until everything appended is in the stream; in a cloud it can be read some time later.
   *
   * @throws RuntimeFailure when it cannot be written now; the stream keeps it and tries again with the next append or flush
   */
  flush(): Promise<void>;
}

/** Records of an append that the stream did not take and will not have. */
export class RecordsLost extends RuntimeFailure {
  /** How many. */
  readonly records: number;

  /** @param cause - The first failure; its code is this one's. */
  constructor(records: number, cause: RuntimeFailure) {
    super(cause.code, `${records} records were not taken: ${cause.message}`, {
      retryable: cause.retryable,
      cause,
    });
    this.records = records;
  }
}
