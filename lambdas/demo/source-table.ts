import type { PGlite } from '@electric-sql/pglite';
import type { RowValue } from '../core/table/table.ts';

/** A table of the embedded database, which rows are put into as time passes. */
export interface SourceTable {
  readonly name: string;
  /** `CREATE TABLE ...`. */
  readonly ddl: string;
  /** Columns of each row, in order. */
  readonly columns: readonly string[];
}

/** Makes the table. */
export async function createTable(database: PGlite, { ddl }: SourceTable): Promise<void> {
  await database.exec(ddl);
}

/** Puts rows into the table, in one COPY. */
export async function insertRows(
  database: PGlite,
  { name, columns }: SourceTable,
  rows: Iterable<readonly RowValue[]>,
): Promise<void> {
  const lines: string[] = [];
  for (const row of rows) lines.push(row.map(encodeValue).join('\t'));
  if (lines.length === 0) return;
  const blob = new Blob([lines.join('\n'), '\n']);
  await database.query(
    `COPY ${quoteName(name)} (${columns.map(quoteIdentifier).join(', ')}) FROM '/dev/blob'`,
    [],
    { blob },
  );
}

/** A table's name, with its schema where it has one, in the spelling that SQL takes for any of them. */
export const quoteName = (name: string): string => name.split('.').map(quoteIdentifier).join('.');

/** An identifier in double quotes: upper case, spaces and reserved words are kept as they are. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** PostgreSQL's text format: tabs between values, `\N` for NULL (postgresql.org/docs/current/sql-copy.html). */
function encodeValue(value: RowValue): string {
  if (value === null) return '\\N';
  // The pattern matches the keys of ESCAPES and nothing else.
  return String(value).replace(/[\\\t\n\r]/g, (special) => ESCAPES[special] as string);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
