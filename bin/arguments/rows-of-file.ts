import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { CsvMapping } from '../../blueprints/index.ts';
import type { BadRow } from '../../lambdas/core/csv/bad-row.ts';
import { createCsvParser } from '../../lambdas/core/csv/parse.ts';
import type { ErrorCode } from '../../lambdas/core/error-codes/index.ts';
import { InvalidInput, type Problem, RuntimeFailure } from '../../lambdas/core/errors.ts';
import { textsOf } from '../../lambdas/core/table/rows.ts';
import type { RowValue, Table } from '../../lambdas/core/table/table.ts';

/** First two bytes of a gzip file (RFC 1952, 2.3.1). */
const GZIP = '1f8b';
/** Bad lines named one by one. */
const MAX_SHOWN = 5;

/**
 * Reads a CSV file, plain or gzip by what it holds, into rows of the sample's table.
 *
 * @throws InvalidInput naming the file and its bad lines: a sample is whole or refused
 */
export async function readFileRows(path: string, mapping: CsvMapping): Promise<(readonly RowValue[])[]> {
  const table = await readTable(path, mapping.header);
  if (table.rows === 0) throw refused(path, [{ code: 'sample/empty', path: '', message: 'has no rows' }]);
  const fields = mapping.header.map((name) => textsOf(table, name));
  const toRow = mapping.createReader();
  return Array.from({ length: table.rows }, (_, row) => {
    try {
      return toRow(fields.map((field) => field(row) ?? ''));
    } catch (cause) {
      throw unreadable(path, cause, `row ${row + 1}`);
    }
  });
}

async function readTable(path: string, header: readonly string[]): Promise<Table> {
  const columns = header.map((name) => ({ name, type: 'category' as const }));
  const bad: BadRow[] = [];
  const parser = createCsvParser({ columns, onBadRow: (row) => bad.push(row) });
  try {
    for await (const chunk of await openFile(path)) parser.push(chunk);
    parser.end();
  } catch (cause) {
    throw unreadable(path, cause);
  }
  refuseBadRows(path, bad);
  return parser.take();
}

/** @throws InvalidInput naming the first bad lines; nothing where there is none */
function refuseBadRows(path: string, bad: readonly BadRow[]): void {
  if (bad.length === 0) return;
  const problems = bad
    .slice(0, MAX_SHOWN)
    .map(({ line, code, reason }) => ({ code, path: `line ${line}`, message: reason }));
  const more = bad.length - problems.length;
  const rest: Problem = {
    code: 'sample/more',
    path: '',
    message: `${more} more lines cannot be read either`,
  };
  throw refused(path, [...problems, ...(more > 0 ? [rest] : [])]);
}

/** A file's bytes, uncompressed by what it holds. */
export async function openFile(path: string): Promise<AsyncIterable<Uint8Array>> {
  if ((await stat(path)).isFIFO())
    throw refused(path, [
      {
        code: 'sample/not-a-file',
        path: '',
        message: 'is a pipe, and the rows are read more than once',
        fix: 'write them to a file first',
      },
    ]);
  const first = await readStart(path);
  const file = createReadStream(path);
  if (first === GZIP) return pipeline(file, createGunzip(), () => {}); // the reader of the result hears of errors
  file.on('error', () => {});
  if (!path.endsWith('.gz')) return file;
  file.destroy();
  throw refused(path, [
    {
      code: 'sample/not-gzip',
      path: '',
      message: 'its name ends in .gz, but it is not gzip',
      fix: 'compress it with gzip, or rename it',
    },
  ]);
}

async function readStart(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.subarray(0, bytesRead).toString('hex');
  } finally {
    await file.close();
  }
}

/** Messages for errors of the file system, gzip or the parser, by error code. */
const WORDS: Readonly<Record<string, readonly [code: ErrorCode, message: string]>> = {
  ENOENT: ['sample/not-found', 'does not exist'],
  EISDIR: ['sample/not-a-file', 'is a folder, not a file'],
  EACCES: ['sample/forbidden', 'may not be read by you'],
  Z_BUF_ERROR: ['sample/truncated', 'the gzip data ends too early'],
  Z_DATA_ERROR: ['sample/damaged', 'the gzip data is damaged'],
};

/** Returns the error for a file that cannot be read, in words. */
export function unreadable(path: string, cause: unknown, place = ''): InvalidInput {
  if (cause instanceof InvalidInput) return cause;
  if (cause instanceof RuntimeFailure) {
    const { code, message, fix } = cause;
    return refused(path, [{ code, path: place, message, ...(fix !== undefined && { fix }) }], cause);
  }
  const { code: errno = '', message: text }: NodeJS.ErrnoException =
    cause instanceof Error ? cause : new Error(String(cause));
  const [code, message] = WORDS[errno] ?? ['sample/unreadable', text];
  return refused(path, [{ code, path: place, message }], cause);
}

const refused = (path: string, problems: readonly Problem[], cause?: unknown) =>
  new InvalidInput(path, problems, cause === undefined ? undefined : { cause });
