import type { ModelConfig } from '../core/config.ts';
import { writeTable } from '../core/csv/write.ts';
import type { ErrorCode } from '../core/error-codes/index.ts';
import type { Problem } from '../core/errors.ts';
import { type ReferenceMoments, testData } from '../core/features/expectations.ts';
import { labelProblems } from '../core/labels.ts';
import { modelColumns } from '../core/model-table.ts';
import { keyCodes } from '../core/table/events.ts';
import { columnOf, numbersOf, takeRows, textsOf } from '../core/table/rows.ts';
import type { Column, Table } from '../core/table/table.ts';
import type { QuarantinedRow } from '../stores/prepared.ts';

interface TestedRows {
  readonly good: Table;
  readonly bad: readonly QuarantinedRow[];
  /** Problems of whole columns of the good rows, including the label. */
  readonly problems: readonly Problem[];
}

interface Failure {
  readonly code: ErrorCode;
  readonly column: string | null;
}

/**
 * Tests rows that could be read: key and event time are there, every expectation is met, no event is there twice.
 * If two good rows have the same key and time, the first stays. Columns as a whole are tested on the good rows only, or
 * one bad number would spoil a mean.
 *
 * @param reference - Moments of the training rows; undefined before the first release.
 */
export function testRows(table: Table, config: ModelConfig, reference?: ReferenceMoments): TestedRows {
  const failures = new Map<number, Failure>(testIdentity(table, config));
  for (const { row, code, column } of testData(table, config.features).badRows)
    if (!failures.has(row)) failures.set(row, { code, column: column ?? null });
  for (const row of duplicates(table, config, failures))
    failures.set(row, { code: 'prepare/duplicate', column: config.source.key });
  const good = failures.size === 0 ? table : takeRows(table, otherRows(table.rows, failures));
  const bad = [...failures]
    .sort(([a], [b]) => a - b)
    .map(([row, failure]) => {
      const value = valueAt(table, row, failure.column, config);
      const raw = rawRow(table, row, config);
      return { part: null, line: null, ...failure, ...(value !== undefined && { value }), raw };
    });
  const problems = [...labelProblems(good, config), ...testData(good, config.features, reference).problems];
  return { good, bad, problems };
}

function otherRows(rows: number, failed: ReadonlyMap<number, Failure>): Int32Array {
  const others = new Int32Array(rows - failed.size);
  let count = 0;
  for (let row = 0; row < rows; row += 1) if (!failed.has(row)) others[count++] = row;
  return others;
}

function* testIdentity(table: Table, { source }: ModelConfig): Generator<[number, Failure]> {
  const key = textsOf(table, source.key);
  const times = numbersOf(table, source.eventTime);
  for (let row = 0; row < table.rows; row += 1) {
    if (key(row) === undefined) yield [row, { code: 'prepare/no-key', column: source.key }];
    else if (Number.isNaN(times[row])) yield [row, { code: 'prepare/no-time', column: source.eventTime }];
  }
}

/** Rows of a key and time that a row before has, without those that failed. */
function* duplicates(
  table: Table,
  { source }: ModelConfig,
  failed: ReadonlyMap<number, Failure>,
): Generator<number> {
  const key = keyCodes(columnOf(table, source.key));
  const times = numbersOf(table, source.eventTime);
  const seen = new Set<string>();
  for (let row = 0; row < table.rows; row += 1) {
    if (failed.has(row)) continue;
    const event = `${key(row)} ${times[row]}`;
    if (seen.has(event)) yield row;
    seen.add(event);
  }
}

/** Returns a column's value in a row, as CSV; undefined if no column is to blame or the cell is empty. */
function valueAt(table: Table, row: number, name: string | null, config: ModelConfig): string | undefined {
  const declared = modelColumns(config).filter((column) => column.name === name);
  if (name === null || declared.length === 0) return undefined;
  const one = { rows: 1, columns: new Map([[name, oneRow(columnOf(table, name), row)]]) };
  return (
    Buffer.concat([...writeTable(one, declared, { header: false })])
      .toString('utf8')
      .slice(0, -1) || undefined
  );
}

/** The row as CSV, for people who look into the quarantine. */
function rawRow(table: Table, row: number, config: ModelConfig): string {
  const columns = [...table.columns].map(([name, column]) => [name, oneRow(column, row)] as const);
  const chunks = writeTable({ rows: 1, columns: new Map(columns) }, modelColumns(config), { header: false });
  return Buffer.concat([...chunks])
    .toString('utf8')
    .slice(0, -1); // the line feed
}

/** With a dictionary of its own: the column's may hold every key of the export. */
function oneRow(column: Column, row: number): Column {
  if (column.kind === 'numeric') return { kind: 'numeric', values: column.values.slice(row, row + 1) };
  const text = column.dictionary[column.codes[row] as number]; // row < rows; -1 is missing
  return text === undefined
    ? { kind: 'category', codes: Int32Array.of(-1), dictionary: [] }
    : { kind: 'category', codes: Int32Array.of(0), dictionary: [text] };
}
