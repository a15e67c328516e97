/** Quarantined rows, counted by reason and column, with a few of their values. */

import type { ErrorCode } from '../error-codes/index.ts';
import { BOOLEAN_FORMS } from './values.ts';

/** A quarantined row. */
export interface AsideRow {
  readonly code: ErrorCode;
  readonly column: string | null;
  /** Value of the column in this row. */
  readonly value?: string | undefined;
  /** Line of the file on which the row starts; the header is line 1. */
  readonly line?: number | undefined;
}

/** The rows of one reason in one column. */
export interface AsideCount {
  readonly code: ErrorCode;
  readonly column: string | null;
  readonly rows: number;
  /** The first values, at most three, cut; none of a sensitive column. */
  readonly examples: readonly string[];
  /** Lines of the first rows, at most three; none where rows are of more than one file. */
  readonly lines: readonly number[];
  /** In words; null where the reason says it. */
  readonly accepted: string | null;
}

const MAX_EXAMPLES = 3;
/** Characters of an example. */
const MAX_TEXT = 40;

const ACCEPTED: ReadonlyMap<ErrorCode, string> = new Map([
  ['csv/not-a-number', 'a number with a decimal point and without other signs, 1234.5 or 1.2e3'],
  ['csv/not-a-boolean', BOOLEAN_FORMS],
  ['csv/not-a-timestamp', 'a date or time as 2026-12-31, 2026-12-31 23:59:59.5 or 2026-12-31T23:59:59+01:00'],
  ['csv/not-finite', 'a finite number or time, or nothing'],
  ['features/not-finite', 'a number in the range of float32'],
]);

interface Counted {
  readonly code: ErrorCode;
  readonly column: string | null;
  rows: number;
  readonly examples: string[];
  readonly lines: number[];
}

/** Counts rows, the most frequent reason first, equals in order of first appearance. */
export function countAside(rows: readonly AsideRow[], sensitive: readonly string[]): readonly AsideCount[] {
  const counts = new Map<string, Counted>();
  for (const { code, column, value, line } of rows) {
    const name = JSON.stringify([code, column]);
    const count = counts.get(name) ?? { code, column, rows: 0, examples: [], lines: [] };
    counts.set(name, count);
    count.rows += 1;
    if (line !== undefined && count.lines.length < MAX_EXAMPLES) count.lines.push(line);
    const shown = value !== undefined && column !== null && !sensitive.includes(column);
    if (shown && count.examples.length < MAX_EXAMPLES && !count.examples.includes(cut(value)))
      count.examples.push(cut(value));
  }
  return [...counts.values()]
    .map((count) => ({ ...count, accepted: ACCEPTED.get(count.code) ?? null }))
    .sort((a, b) => b.rows - a.rows);
}

const cut = (value: string): string => (value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value);

/** `3 csv/not-a-number in 'children' ("NA", "NULL"; first in line 12; accepted: …), 1 csv/ragged`. */
export function describeAside(counts: readonly AsideCount[]): string {
  return counts
    .map(({ code, column, rows, examples, accepted, lines: [first] }) => {
      const values = examples.map((example) => JSON.stringify(example)).join(', ');
      const allowed = accepted === null ? '' : `accepted: ${accepted}`;
      const place = first === undefined ? '' : `first in line ${first}`;
      const details = [values, place, allowed].filter((part) => part !== '').join('; ');
      return `${rows} ${code}${column === null ? '' : ` in '${column}'`}${details === '' ? '' : ` (${details})`}`;
    })
    .join(', ');
}
