import { resolve } from 'node:path';
import type { CsvMapping, SampleData } from '../../blueprints/index.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import { columnFeatures } from '../../lambdas/core/features/columns.ts';
import { columnNameOf } from '../../lambdas/core/features/spec.ts';
import type { Feed } from '../../lambdas/local/feed.ts';
import { readRows } from './rows-of-file.ts';

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
 * @throws InvalidInput when there is no sample, or the sample or the file cannot be used
 */
export async function openFeed(
  sample: SampleData | undefined,
  config: ModelConfig,
  choice: FeedChoice,
): Promise<Feed> {
  const subject = `sample of ${config.name}`;
  if (sample === undefined)
    throw new InvalidInput(subject, [
      {
        code: 'sample/none',
        path: '',
        message: 'the blueprint has no sample rows',
        fix: "export 'sample' from a generate.ts beside the blueprint",
      },
    ]);
  if (config.source.engine !== 'postgres')
    throw new InvalidInput(subject, [
      {
        code: 'sample/engine',
        path: 'source.engine',
        message: `the embedded database cannot run queries of ${config.source.engine}`,
        fix: 'mlops export --database, then mlops train --data',
      },
    ]);
  const problems = missingColumns(sample, config);
  if (problems.length > 0) throw new InvalidInput(subject, problems);
  const { data, seed, scenario, cwd } = choice;
  const mapping = data === undefined ? undefined : requireMapping(sample, subject);
  const rows =
    data === undefined || mapping === undefined
      ? [...sample.rows({ seed, scenario })]
      : await readRows(resolve(cwd, data), mapping);
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
    }));
}

function requireMapping({ csv }: SampleData, subject: string): CsvMapping {
  if (csv !== undefined) return csv;
  throw new InvalidInput(subject, [
    {
      code: 'sample/no-file',
      path: 'csv',
      message: 'must say how the lines of a file become rows',
      fix: 'run without --data',
    },
  ]);
}

function monthsAfter(start: string, months: number): number {
  const date = new Date(start);
  return date.setUTCMonth(date.getUTCMonth() + months);
}
