/** The rows of a CSV file as a demonstration replays them, by the blueprint alone. */

import { PGlite } from '@electric-sql/pglite';
import { openPglite } from '../adapters/local/pglite.ts';
import type { ModelConfig } from '../core/config.ts';
import { createCsvParser } from '../core/csv/parse.ts';
import { formatTimestamp } from '../core/csv/timestamp.ts';
import { InvalidInput, RuntimeFailure } from '../core/errors.ts';
import type { SourceColumn } from '../core/features/columns.ts';
import { modelColumns } from '../core/model-table.ts';
import { columnOf, numbersOf } from '../core/table/rows.ts';
import type { RowValue, Table } from '../core/table/table.ts';
import { planExport } from '../export/copy-tables.ts';
import type { SetAside } from '../report/refusals.ts';
import { createFileTable, fileColumns } from './file-table.ts';
import type { AskedRows, Feed } from './replay-data.ts';
import { insertRows } from './source-table.ts';

/** A file that can be read more than once. */
export interface RowsFile {
  /** As the caller named it. */
  readonly path: string;
  /** CSV with a header; as one stream of bytes, uncompressed. */
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
}

/** The first third of the rows is what the first version learns from, and at least so many where half of them are. */
const HISTORY_SHARE = 1 / 3;
const HISTORY_ROWS = 500;
const DAY_MS = 86_400_000;

/** Names of the columns of a file, in its order. */
export async function fileHeader({ open }: RowsFile): Promise<readonly string[]> {
  const parser = createCsvParser({ columns: [] });
  for await (const chunk of await open()) {
    parser.push(chunk);
    if (parser.header !== undefined) return parser.header;
  }
  parser.end();
  return parser.header ?? [];
}

/**
 * Reads the file into the table that the blueprint's steps read, in order of event time. Requests are made of the rows
 * that the steps select from it, with the values that the database holds.
 *
 * @throws InvalidInput `sample/missing-column`, `sample/empty`, and as `createFileTable` does; RuntimeFailure
 *   `sample/too-many-bad-rows`, `csv/*`
 */
export async function fileFeed(config: ModelConfig, file: RowsFile): Promise<Feed> {
  const header = await fileHeader(file);
  const { eventTime } = config.source;
  if (!header.includes(eventTime)) throw noTime(file, header, eventTime);
  const columns = fileColumns(header, config);
  const { table: read, setAside } = await readTable(file, columns, config);
  const { rows, times } = inOrder(read, columns, eventTime);
  if (rows.length === 0)
    throw new InvalidInput(file.path, [{ code: 'sample/empty', path: '', message: 'has no rows' }]);
  const database = await PGlite.create();
  try {
    const table = await createFileTable(database, columns, config);
    await insertRows(database, table, rows);
    const asked = await selectRows(database, config);
    return { table, rows, times, asked, setAside, origin: 'file', historyEnd: endOfHistory(asked.times) };
  } finally {
    await database.close();
  }
}

/** Every row that can be read; the others are counted, as `prepare` counts them. */
async function readTable(
  { open }: RowsFile,
  columns: readonly SourceColumn[],
  { source }: ModelConfig,
): Promise<{ readonly table: Table; readonly setAside: SetAside }> {
  const counts = new Map<string, number>();
  const parser = createCsvParser({
    columns,
    onBadRow: ({ code, column }) => {
      const reason = column === undefined ? code : `${code} in ${column}`;
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    },
  });
  for await (const chunk of await open()) parser.push(chunk);
  parser.end();
  const all = parser.badRows + parser.rows;
  const table = parser.take();
  const timeless = numbersOf(table, source.eventTime).filter(Number.isNaN).length;
  if (timeless > 0) counts.set(`prepare/no-time in ${source.eventTime}`, timeless);
  const bad = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const setAside = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  const { maxShare } = source.quarantine;
  if (bad > maxShare * all) {
    const reasons = Object.entries(setAside).map(([reason, count]) => `${count} ${reason}`);
    throw new RuntimeFailure(
      'sample/too-many-bad-rows',
      `${bad} of ${all} rows are bad, at most ${maxShare * 100} % may be: ${reasons.join(', ')}`,
      { fix: 'write the cells as these columns are read, or raise source.quarantine.maxShare' },
    );
  }
  return { table, setAside };
}

/** Rows that have an event time, by it; equals stay in the order of the file. */
function inOrder(
  table: Table,
  columns: readonly SourceColumn[],
  eventTime: string,
): Omit<AskedRows, 'table'> {
  const at = numbersOf(table, eventTime);
  const order = Array.from(at.keys())
    .filter((row) => !Number.isNaN(at[row]))
    .sort((a, b) => (at[a] as number) - (at[b] as number) || a - b); // rows of one table
  const read = columns.map(({ name, type }) => valuesOf(table, name, type));
  return {
    rows: order.map((row) => read.map((value) => value(row))),
    times: Float64Array.from(order, (row) => at[row] as number),
  };
}

/** The values of a column as a database and a request take them. */
function valuesOf(table: Table, name: string, type: SourceColumn['type']): (row: number) => RowValue {
  const column = columnOf(table, name);
  if (column.kind === 'category') return (row) => column.dictionary[column.codes[row] as number] ?? null; // -1 is missing
  const convert = {
    number: (value: number) => value,
    boolean: Boolean,
    timestamp: timeText,
    category: String,
  }[type];
  return (row) => {
    const value = column.values[row] as number; // row < rows
    return Number.isNaN(value) ? null : convert(value);
  };
}

/** To the microsecond, as the file and PostgreSQL have it. */
const timeText = (at: number): string | null => formatTimestamp(at) ?? null;

/** Runs the steps over all rows and reads the result as `prepare` does. Rows that `prepare` will reject are left out. */
async function selectRows(database: PGlite, config: ModelConfig): Promise<AskedRows> {
  const columns = modelColumns(config);
  const { steps, timeoutSec, key, eventTime } = config.source;
  const requiredColumns = columns.map(({ name }) => name);
  const everything = { from: '-infinity', to: 'infinity' };
  const plan = planExport(
    { model: config.name, steps, requiredColumns, timeoutSec, allowEmpty: true },
    everything,
  );
  const parser = createCsvParser({ columns });
  await openPglite({ database }).snapshot(async (snapshot) => {
    for await (const chunk of snapshot.stream(plan.table)) parser.push(chunk);
  });
  parser.end();
  const { rows, times } = inOrder(parser.take(), columns, eventTime);
  const keyAt = requiredColumns.indexOf(key);
  const kept = rows.flatMap((row, index) => (row[keyAt] === null ? [] : [index]));
  return {
    table: { columns: requiredColumns },
    rows: kept.map((index) => rows[index] ?? []),
    times: Float64Array.from(kept, (index) => times[index] as number), // of the same rows
  };
}

/** Midnight in UTC after the rows of the history, or the last of them where no row is later than that. */
function endOfHistory(times: Float64Array): number {
  const rows = Math.max(times.length * HISTORY_SHARE, Math.min(HISTORY_ROWS, times.length / 2));
  const at = (times[Math.ceil(rows)] ?? times.at(-1) ?? 0) + 1;
  const midnight = Math.ceil(at / DAY_MS) * DAY_MS;
  return midnight <= (times.at(-1) ?? 0) ? midnight : at;
}

const noTime = ({ path }: RowsFile, header: readonly string[], eventTime: string) =>
  new InvalidInput(path, [
    {
      code: 'sample/missing-column',
      path: eventTime,
      message: 'is the event time, which orders the rows, and the file has no such column',
      got: header.join(', '),
      fix: `name the time of each row ${eventTime}, in ISO 8601`,
    },
  ]);
