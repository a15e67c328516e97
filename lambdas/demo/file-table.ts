/** The source table that a file stands for: its name from the blueprint's steps, its columns from the file's header. */

import type { PGlite } from '@electric-sql/pglite';
import type { ModelConfig } from '../core/config.ts';
import { InvalidInput, type Problem } from '../core/errors.ts';
import type { SourceColumn } from '../core/features/columns.ts';
import { modelColumns } from '../core/model-table.ts';
import { compose } from '../core/sql/compose.ts';
import type { ColumnType } from '../core/table/table.ts';
import { createTable, quoteIdentifier, quoteName, type SourceTable } from './source-table.ts';

/** A class is a column's own; a text holds any value as it stands in the file. */
const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  number: 'double precision',
  boolean: 'boolean',
  timestamp: 'timestamptz',
  category: 'text',
};

/** postgresql.org/docs/current/errcodes-appendix.html */
const UNDEFINED_TABLE = '42P01';
const UNDEFINED_COLUMN = '42703';

/** Columns of the file, in its order: typed as the blueprint reads a column of that name, text where it reads none. */
export function fileColumns(header: readonly string[], config: ModelConfig): readonly SourceColumn[] {
  const declared = new Map(modelColumns(config).map((column) => [column.name, column]));
  return header.map((name) => declared.get(name) ?? { name, type: 'category' });
}

/**
 * Makes the one table that the steps read, with the file's columns. PostgreSQL says which table it misses.
 *
 * @throws InvalidInput `sample/no-table`, `sample/two-tables`, `sample/query`
 */
export async function createFileTable(
  database: PGlite,
  columns: readonly SourceColumn[],
  { source, name: model }: ModelConfig,
): Promise<SourceTable> {
  const query = compose(source.steps);
  const refused = (problem: Problem) => new InvalidInput(`source of ${model}`, [problem]);
  await database.exec(
    "SELECT set_config('mlops.from', '-infinity', false), set_config('mlops.to', 'infinity', false)",
  );
  let table: SourceTable | undefined;
  for (;;) {
    const error = await failureOf(database, query);
    const missing = error?.code === UNDEFINED_TABLE ? /"(.+)"/.exec(error.message)?.[1] : undefined;
    if (error === undefined && table !== undefined) return table;
    if (error === undefined) throw refused(NO_TABLE);
    if (missing === undefined) throw refused(unusable(error, columns));
    if (table !== undefined) throw refused(twoTables(table.name, missing));
    table = { name: missing, ddl: ddlOf(missing, columns), columns: columns.map(({ name }) => name) };
    await createTable(database, table);
  }
}

interface SqlError {
  readonly code?: string;
  readonly message: string;
}

/** Why PostgreSQL cannot plan the query; undefined where it can. */
async function failureOf(database: PGlite, query: string): Promise<SqlError | undefined> {
  try {
    await database.query(`EXPLAIN ${query}`);
    return undefined;
  } catch (error) {
    return error as SqlError; // of PGlite, which has no class for it
  }
}

function ddlOf(table: string, columns: readonly SourceColumn[]): string {
  const schema = table.includes('.')
    ? `CREATE SCHEMA IF NOT EXISTS ${quoteName(table.slice(0, table.lastIndexOf('.')))}; `
    : '';
  const fields = columns.map(({ name, type }) => `${quoteIdentifier(name)} ${SQL_TYPES[type]}`);
  return `${schema}CREATE TABLE ${quoteName(table)} (${fields.join(', ')})`;
}

const NO_TABLE: Problem = {
  code: 'sample/no-table',
  path: 'source.steps',
  message: 'must read a table, which the rows of the file are put into',
  fix: 'select FROM the table that the file was taken from',
};

const twoTables = (one: string, other: string): Problem => ({
  code: 'sample/two-tables',
  path: 'source.steps',
  message: `read the tables ${one} and ${other}, and a file is one table`,
  fix: 'mlops export --database, then mlops train --data; or write a generate.ts that makes all of them',
});

const unusable = ({ code, message }: SqlError, columns: readonly SourceColumn[]): Problem => ({
  code: 'sample/query',
  path: 'source.steps',
  message: `cannot run on the columns of the file: ${message}`,
  ...(code === UNDEFINED_COLUMN
    ? {
        allowed: columns.map(({ name }) => name).join(', '),
        fix: 'name the columns of the file as the query does',
      }
    : { fix: 'a column that no feature reads is text here: cast it in the query, such as spend::numeric' }),
});
