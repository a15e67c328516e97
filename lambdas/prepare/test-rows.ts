import type { ModelConfig } from '../core/config.ts';
import { writeTable } from '../core/csv/write.ts';
import type { Problem } from '../core/errors.ts';
import { testData } from '../core/features/expectations.ts';
import { identity } from '../core/history.ts';
import { modelColumns } from '../core/model-table.ts';
import { columnOf, numbersOf, takeRows, textsOf } from '../core/rows.ts';
import type { Table } from '../core/table.ts';
import type { QuarantinedRow } from '../stores/prepared.ts';

interface TestedRows {
  readonly good: Table;
  readonly bad: readonly QuarantinedRow[];
  /** What is wrong with whole columns. */
  readonly problems: readonly Problem[];
}

interface Failure {
  readonly code: string;
  readonly column: string;
}

/** Tests rows that could be read: key and event time are there, no event twice, every expectation met. */
export function testRows(table: Table, config: ModelConfig): TestedRows {
  if (table.rows === 0) return { good: table, bad: [], problems: [] };
  const failures = new Map<number, Failure>(testIdentity(table, config));
  const { badRows, problems } = testData(table, config.features);
  for (const { row, code, column } of badRows) {
    if (!failures.has(row)) failures.set(row, { code, column });
  }
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  const good = takeRows(table, Int32Array.from(rows.filter((row) => !failures.has(row))));
  const bad = [...failures]
    .sort(([a], [b]) => a - b)
    .map(([row, failure]) => ({ part: null, line: null, ...failure, raw: rawRow(table, row, config) }));
  return { good, bad, problems };
}

function* testIdentity(table: Table, { source }: ModelConfig): Generator<[number, Failure]> {
  const key = textsOf(table, source.key);
  const keyId = identity(columnOf(table, source.key));
  const times = numbersOf(table, source.eventTime);
  const seen = new Set<string>();
  for (let row = 0; row < table.rows; row += 1) {
    const event = `${keyId(row)} ${times[row]}`;
    if (key(row) === undefined) yield [row, { code: 'prepare/no-key', column: source.key }];
    else if (Number.isNaN(times[row])) yield [row, { code: 'prepare/no-time', column: source.eventTime }];
    else if (seen.has(event)) yield [row, { code: 'prepare/duplicate', column: source.key }];
    seen.add(event);
  }
}

/** The row as CSV, for people who look into the quarantine. */
function rawRow(table: Table, row: number, config: ModelConfig): string {
  const chunks = writeTable(takeRows(table, Int32Array.of(row)), modelColumns(config), { header: false });
  return Buffer.concat([...chunks])
    .toString('utf8')
    .trimEnd();
}
