import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { CsvMapping, SampleData } from '../../blueprints/index.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { BadRow } from '../../lambdas/core/csv/bad-row.ts';
import { createCsvParser } from '../../lambdas/core/csv/parse.ts';
import { InvalidInput, RuntimeFailure } from '../../lambdas/core/errors.ts';
import { textsOf } from '../../lambdas/core/rows.ts';
import type { RowValue } from '../../lambdas/core/table.ts';
import type { Feed } from '../../lambdas/local/feed.ts';

export interface FeedChoice {
  readonly seed: number;
  readonly scenario: 'drift' | 'stable';
  /** A file of real rows. */
  readonly data: string | undefined;
  readonly cwd: string;
}

/**
 * The rows that a local run replays: the blueprint's sample, or a real file of the same table.
 *
 * @throws InvalidInput when there is no sample, or the file cannot be used
 */
export async function openFeed(
  sample: SampleData | undefined,
  config: ModelConfig,
  choice: FeedChoice,
): Promise<Feed> {
  if (sample === undefined)
    throw refused(
      config.name,
      'sample/none',
      "the blueprint has no sample rows: export 'sample' from generate.ts beside it",
    );
  const { data, seed, scenario, cwd } = choice;
  const fromFile = data === undefined ? undefined : requireMapping(sample, config.name);
  const rows =
    fromFile === undefined
      ? [...sample.rows({ seed, scenario })]
      : await readRows(resolve(cwd, data ?? ''), fromFile);
  const column = sample.columns.indexOf(config.source.eventTime);
  const ordered = rows
    .map((row) => ({ row, at: Date.parse(String(row[column])) }))
    .sort((a, b) => a.at - b.at);
  return {
    table: { ...sample.table, columns: sample.columns },
    rows: ordered.map(({ row }) => row),
    times: Float64Array.from(ordered, ({ at }) => at),
    origin: fromFile === undefined ? 'generated' : 'file',
    historyEnd: monthsAfter(sample.start, fromFile?.historyMonths ?? sample.historyMonths),
    ...(scenario === 'drift' && sample.incident !== undefined && { incident: sample.incident }),
  };
}

function requireMapping({ csv }: SampleData, model: string): CsvMapping {
  if (csv !== undefined) return csv;
  throw refused(model, 'sample/no-file', 'its sample does not say how a file becomes rows');
}

async function readRows(path: string, mapping: CsvMapping): Promise<(readonly RowValue[])[]> {
  try {
    await access(path);
  } catch (cause) {
    throw refused(path, 'sample/not-found', 'there is no such file', cause);
  }
  const columns = mapping.header.map((name) => ({ name, type: 'category' as const }));
  const bad: BadRow[] = [];
  const parser = createCsvParser({ columns, onBadRow: (row) => bad.push(row) });
  try {
    for await (const chunk of openFile(path)) parser.push(chunk);
    parser.end();
  } catch (cause) {
    throw refused(path, codeOf(cause), cause instanceof Error ? cause.message : String(cause), cause);
  }
  const [first] = bad;
  if (first !== undefined) throw refused(path, first.code, `line ${first.line}: ${first.reason}`);
  const table = parser.take();
  const fields = mapping.header.map((name) => textsOf(table, name));
  const toRow = mapping.createReader();
  return Array.from({ length: table.rows }, (_, row) => toRow(fields.map((field) => field(row) ?? '')));
}

function openFile(path: string): AsyncIterable<Uint8Array> {
  const file = createReadStream(path);
  return path.endsWith('.gz') ? pipeline(file, createGunzip(), () => {}) : file;
}

function monthsAfter(start: string, months: number): number {
  const date = new Date(start);
  return date.setUTCMonth(date.getUTCMonth() + months);
}

const codeOf = (error: unknown): string =>
  error instanceof RuntimeFailure ? error.code : 'sample/unreadable';

const refused = (subject: string, code: string, message: string, cause?: unknown) =>
  new InvalidInput(subject, [{ code, path: '', message }], { cause });
