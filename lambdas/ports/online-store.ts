import type { KeyEvents } from '../core/features/past.ts';
import type { Row } from '../core/table/table.ts';

export interface OnlineRow {
  readonly key: string;
  /** Event time, ms since 1970. An older event never replaces a newer one; an equal time replaces. */
  readonly at: number;
  /** Numbers are finite; null means missing. */
  readonly values: Row;
  /** The key's newest events, the last one at `at`; only where features look back. */
  readonly events?: KeyEvents;
}

/** The newest feature values of a key, for scoring by key. */
export interface OnlineStore {
  put(rows: readonly OnlineRow[]): Promise<void>;
  /** The newest row of this key, or undefined. */
  get(key: string): Promise<OnlineRow | undefined>;
  /** Deletes the row of a key for good, with its events; nothing happens when there is none. Written again, it is new. */
  delete(key: string): Promise<void>;
}
