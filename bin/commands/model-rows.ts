import { resolve } from 'node:path';
import type { BadRow } from '../../lambdas/core/csv/bad-row.ts';
import { createCsvParser } from '../../lambdas/core/csv/parse.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { SourceColumn } from '../../lambdas/core/features/columns.ts';
import type { Table } from '../../lambdas/core/table.ts';
import { openFile, refuseBadRows, unreadable } from './rows-of-file.ts';

/**
 * Reads the columns that a model needs of a CSV file with a header, plain or gzip.
 *
 * @param optional - Columns that are read if the file has them all.
 * @throws InvalidInput naming the file and its bad lines: a file is read whole or refused
 */
export async function readModelRows(
  cwd: string,
  path: string,
  columns: readonly SourceColumn[],
  optional: readonly SourceColumn[] = [],
): Promise<Table> {
  const bad: BadRow[] = [];
  const more = optional.filter(({ name }) => columns.every((one) => one.name !== name));
  const parser = createCsvParser({ columns: [...columns, ...more], onBadRow: (row) => bad.push(row) });
  try {
    for await (const chunk of await openFile(resolve(cwd, path))) parser.push(chunk);
    parser.end();
  } catch (cause) {
    const lacks = cause instanceof RuntimeFailure && cause.code === 'csv/missing-column';
    if (lacks && more.length > 0) return readModelRows(cwd, path, columns);
    throw unreadable(path, cause);
  }
  refuseBadRows(path, bad);
  return parser.take();
}
