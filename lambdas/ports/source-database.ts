/** A database that a query's result is streamed out of, as CSV bytes with a header line. */

export interface ExportQuery {
  /** One SELECT without a trailing semicolon; may use the settings `mlops.from` and `mlops.to`. */
  readonly sql: string;
  /** Half-open window [from, to) of event time, ISO 8601 in UTC; read by `current_setting('mlops.from')`. */
  readonly window: { readonly from: string; readonly to: string };
  /** The statement is cancelled after this many seconds. */
  readonly timeoutSec: number;
}

export interface ExportedColumn {
  readonly name: string;
  /** The database's own type name, `integer`, `numeric`, `timestamp with time zone`. */
  readonly type: string;
}

/** One open, read-only snapshot of the database: every query in it sees the same rows. */
export interface SourceSnapshot {
  /** Names the snapshot in the export's manifest. */
  readonly id: string;
  /** Columns of the query, without reading a row. */
  describe(query: ExportQuery): Promise<readonly ExportedColumn[]>;
  /** CSV bytes (RFC 4180, LF, NULL as an empty unquoted field, timestamps in UTC), header first. */
  stream(query: ExportQuery): AsyncIterable<Uint8Array>;
}

export interface SourceDatabase {
  /**
   * Runs `work` in one REPEATABLE READ, READ ONLY transaction.
   *
   * @throws RuntimeFailure `source/unreachable` (retryable), `source/authentication`, `source/tls`,
   *   `source/query` (what the server said of the SQL), `source/timeout`, `source/disconnected` (retryable),
   *   `source/read-only` (the query tried to write)
   */
  snapshot<T>(work: (snapshot: SourceSnapshot) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
