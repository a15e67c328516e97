import { basename, resolve } from 'node:path';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { createCsvParser } from '../../lambdas/core/csv/parse.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { SourceColumn } from '../../lambdas/core/features/columns.ts';
import {
  type AsideCount,
  type AsideRow,
  countAside,
  describeAside,
} from '../../lambdas/core/table/bad-rows.ts';
import type { Table } from '../../lambdas/core/table/table.ts';
import { keepUsable } from '../../lambdas/local/score-file.ts';
import { openFile, unreadable } from './rows-of-file.ts';

/** Bytes that are read in search of a header; a valid one ends within them. */
const HEADER_BYTES = 1024 * 1024;

/** The rows of a file that can be used, and a count of the quarantined ones. */
export interface ModelRows {
  readonly table: Table;
  readonly aside: readonly AsideCount[];
  readonly asideRows: number;
}

/**
 * Reads the columns that a model needs of a CSV file with a header, plain or gzip. Rows that cannot be read are left
 * out and counted, as training does, up to the share of the blueprint's `source.quarantine`.
 *
 * @param optional - Columns that are read if the file has them all.
 * @throws InvalidInput for a file or a header that cannot be used
 * @throws RuntimeFailure `prepare/too-many-bad-rows`, as training does
 */
export async function readModelRows(
  cwd: string,
  path: string,
  columns: readonly SourceColumn[],
  config: ModelConfig,
  optional: readonly SourceColumn[] = [],
): Promise<ModelRows> {
  const bad: AsideRow[] = [];
  const more = optional.filter(({ name }) => columns.every((one) => one.name !== name));
  const parser = createCsvParser({
    columns: [...columns, ...more],
    onBadRow: ({ code, column = null, value, line }) => bad.push({ code, column, value, line }),
  });
  try {
    for await (const chunk of await openFile(resolve(cwd, path))) parser.push(chunk);
    parser.end();
  } catch (cause) {
    const lacks = cause instanceof RuntimeFailure && cause.code === 'csv/missing-column';
    if (lacks && more.length > 0) return readModelRows(cwd, path, columns, config);
    throw unreadable(path, cause);
  }
  const { table, aside } = keepUsable(parser.take(), config);
  bad.push(...aside);
  const counts = countAside(bad, config.source.sensitive);
  checkShare(path, { rows: table.rows + bad.length, bad: bad.length, counts }, config);
  return { table, aside: counts, asideRows: bad.length };
}

function checkShare(
  path: string,
  {
    rows,
    bad,
    counts,
  }: { readonly rows: number; readonly bad: number; readonly counts: readonly AsideCount[] },
  { source }: ModelConfig,
): void {
  const { maxShare } = source.quarantine;
  if (bad <= maxShare * rows) return;
  throw new RuntimeFailure(
    'prepare/too-many-bad-rows',
    `${bad} of ${rows} rows of ${basename(path)} are bad, at most ${maxShare * 100} % may be: ${describeAside(counts)}`,
    { fix: 'correct these values in the file, or raise source.quarantine.maxShare' },
  );
}

/** Returns the text that a command adds to its summary for quarantined rows: `, 3 quarantined: …`. */
export function asideText({ aside, asideRows }: Omit<ModelRows, 'table'>, whose = ''): string {
  return asideRows === 0 ? '' : `, ${asideRows}${whose} quarantined: ${describeAside(aside)}`;
}

/**
 * Requires the columns that a model reads, all at once, before a file is read for good.
 *
 * @throws InvalidInput for a file or a header that cannot be used, as {@link readModelRows} does
 */
export async function requireColumns(
  cwd: string,
  path: string,
  columns: readonly SourceColumn[],
): Promise<void> {
  const parser = createCsvParser({ columns });
  let bytes = 0;
  try {
    for await (const chunk of await openFile(resolve(cwd, path))) {
      parser.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > HEADER_BYTES) break;
    }
    parser.end();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
