/** Appends prediction records. An append that fails must never fail the answer; the caller counts it. */
export interface PredictionStream {
  /** One JSON document per record, each without line breaks; `at` (ms since 1970) decides where it is filed. */
  append(records: readonly { readonly at: number; readonly line: string }[]): Promise<void>;
  /** Waits until everything appended can be read. */
  flush(): Promise<void>;
}
