import { resolve } from 'node:path';
import type { SampleData } from '../../blueprints/index.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import { columnFeatures } from '../../lambdas/core/features/columns.ts';
import { columnNameOf } from '../../lambdas/core/features/spec.ts';
import type { Feed } from '../../lambdas/demo/replay-data.ts';
import { fileFeed, fileHeader, type RowsFile } from '../../lambdas/demo/replay-file.ts';
import { openFile, readFileRows, unreadable } from './rows-of-file.ts';

export interface FeedChoice {
  readonly seed: number;
  readonly scenario: 'drift' | 'stable';
  /** A file of real rows. */
  readonly data: string | undefined;
  readonly cwd: string;
}

/**
 * The rows that a demonstration replays: the blueprint's sample, or a file. A file is read by the sample's mapping where
 * it has one for such files, else by the blueprint alone.
 *
 * @throws InvalidInput when there is neither, or the sample or the file cannot be used
 */
export async function openFeed(
  sample: SampleData | undefined,
  config: ModelConfig,
  choice: FeedChoice,
): Promise<Feed> {
  const subject = `sample of ${config.name}`;
  const { data, seed, scenario, cwd } = choice;
  if (config.source.engine !== 'postgres')
    throw new InvalidInput(subject, [
      {
        code: 'sample/engine',
        path: 'source.engine',
        message: `the embedded database cannot run queries of ${config.source.engine}`,
        fix: 'mlops export --database, then mlops train --data',
      },
    ]);
  if (data !== undefined) {
    const file = rowsFile(data, cwd);
    if (sample?.csv === undefined || (await isOfTable(file, config))) return playFile(config, file);
  }
  if (sample === undefined)
    throw new InvalidInput(subject, [
      {
        code: 'sample/none',
        path: '',
        message: 'the blueprint has no sample rows',
        fix: "play a file with --data FILE, or export 'sample' from a generate.ts beside the blueprint",
      },
    ]);
  const problems = missingColumns(sample, config);
  if (problems.length > 0) throw new InvalidInput(subject, problems);
  const mapping = data === undefined ? undefined : sample.csv;
  const rows =
    data === undefined || mapping === undefined
      ? [...sample.rows({ seed, scenario })]
      : await readFileRows(resolve(cwd, data), mapping);
  const column = sample.columns.indexOf(config.source.eventTime);
  const ordered = rows
    .map((row) => ({ row, at: Date.parse(String(row[column])) }))
    .sort((a, b) => a.at - b.at);
  const timeless = ordered.find(({ at }) => Number.isNaN(at));
  if (timeless !== undefined)
    throw new InvalidInput(subject, [
      {
        code: 'sample/bad-time',
        path: config.source.eventTime,
        message: 'must be a time in ISO 8601',
        got: `'${timeless.row[column]}'`,
      },
    ]);
  return {
    table: { ...sample.table, columns: sample.columns },
    rows: ordered.map(({ row }) => row),
    times: Float64Array.from(ordered, ({ at }) => at),
    origin: mapping === undefined ? 'generated' : 'file',
    historyEnd: monthsAfter(sample.start, mapping?.historyMonths ?? sample.historyMonths),
    ...(scenario === 'drift' && sample.incident !== undefined && { incident: sample.incident }),
  };
}

/** The key and the event time order and name the requests; the features are what they carry. */
function missingColumns({ columns }: SampleData, { source, features }: ModelConfig): Problem[] {
  const needed = [source.key, source.eventTime, ...columnFeatures(features).map(columnNameOf)];
  return needed
    .filter((name) => !columns.includes(name))
    .map((name) => ({
      code: 'sample/missing-column',
      path: 'columns',
      message: `must name '${name}', which the blueprint uses`,
      allowed: columns.join(', '),
    }));
}

/** Rows as the source's table has them name the event time; a mapping is for files of another form. */
async function isOfTable(file: RowsFile, { source }: ModelConfig): Promise<boolean> {
  try {
    return (await fileHeader(file)).includes(source.eventTime);
  } catch (cause) {
    throw unreadable(file.path, cause);
  }
}

async function playFile(config: ModelConfig, file: RowsFile): Promise<Feed> {
  try {
    return await fileFeed(config, file);
  } catch (cause) {
    throw unreadable(file.path, cause);
  }
}

const rowsFile = (path: string, cwd: string): RowsFile => ({
  path,
  open: () => openFile(resolve(cwd, path)),
});

function monthsAfter(start: string, months: number): number {
  const date = new Date(start);
  return date.setUTCMonth(date.getUTCMonth() + months);
}
