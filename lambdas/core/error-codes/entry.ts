/** The text of one error code, as `mlops explain` and docs/errors.md show it. */
export interface ErrorEntry {
  /** One sentence that is true wherever the code is reported. */
  readonly meaning: string;
  /** An imperative: what to type or to change. */
  readonly fix: string;
}

/** Entries of some areas: a code is `<area>/<what>`. */
export type ErrorTable<Area extends string> = Readonly<Record<`${Area}/${string}`, ErrorEntry>>;
