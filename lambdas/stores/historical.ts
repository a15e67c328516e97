import type { ModelConfig } from '../core/config.ts';
import { createCsvParser } from '../core/csv/parse.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { SourceColumn } from '../core/features/columns.ts';
import { orderEvents } from '../core/history.ts';
import { modelColumns } from '../core/model-table.ts';
import { concatTables, takeRows, withColumns } from '../core/rows.ts';
import type { Table } from '../core/table.ts';
import type { Ports } from '../ports/index.ts';
import { type FeaturePart, readFeatures } from './features.ts';
import { readGzip } from './gzip.ts';

/** The feature group of a model. */
export const groupOf = ({ name, features }: Pick<ModelConfig, 'name' | 'features'>) => ({
  name,
  version: features.version,
});

/** Which rows: event times in [from, to), ms since 1970. */
export interface HistoricalQuery {
  readonly from: number;
  readonly to: number;
  /** Only what this run and those before it ingested. @default - everything */
  readonly asOfRun?: string;
}

/**
 * Rows of the feature store in order of event time: raw values as they were known at their event, one row per key
 * and time (the last ingested). A feature that was added later is missing in the rows from before.
 *
 * @throws RuntimeFailure `features/nothing-ingested`, `store/missing`, `store/corrupt`
 */
export async function getHistorical(
  { objects }: Pick<Ports, 'objects'>,
  config: Pick<ModelConfig, 'name' | 'features' | 'problem' | 'source' | 'training' | 'monitoring'>,
  { from, to, asOfRun }: HistoricalQuery,
): Promise<Table> {
  const columns = modelColumns(config);
  const tables: Table[] = [];
  for (const part of await listParts({ objects }, config, asOfRun))
    if (part.rows > 0 && part.from < to && part.to >= from)
      tables.push(await readRows({ objects }, part, columns));
  const table = withColumns(concatTables(tables), columns);
  const { key, eventTime } = config.source;
  return takeRows(table, orderEvents(table, { key, time: eventTime }, { from, to }));
}

async function listParts(
  { objects }: Pick<Ports, 'objects'>,
  config: Pick<ModelConfig, 'name' | 'features'>,
  asOfRun: string | undefined,
): Promise<readonly FeaturePart[]> {
  const group = groupOf(config);
  const parts = (await readFeatures({ objects }, group))?.parts ?? [];
  const end = asOfRun === undefined ? parts.length : parts.findIndex(({ runId }) => runId === asOfRun) + 1;
  if (end > 0) return parts.slice(0, end);
  const what = `feature group ${group.name} v${group.version}`;
  throw new RuntimeFailure(
    'features/nothing-ingested',
    asOfRun === undefined ? `${what} is empty` : `${what} has no rows of run ${asOfRun}`,
    { fix: 'run the steps export, prepare and ingest first' },
  );
}

/**
 * The rows of a CSV that `prepare` wrote, with the columns that are declared now.
 *
 * @throws RuntimeFailure `store/missing`, `store/corrupt`
 */
export async function readRows(
  { objects }: Pick<Ports, 'objects'>,
  { key, sha256, columns }: Pick<FeaturePart, 'key' | 'sha256' | 'columns'>,
  declared: readonly SourceColumn[],
): Promise<Table> {
  const parser = createCsvParser({ columns: declared.filter(({ name }) => columns.includes(name)) });
  for await (const chunk of readGzip(objects, key, sha256)) parser.push(chunk);
  parser.end();
  if (parser.badRows > 0)
    throw new RuntimeFailure(
      'store/corrupt',
      `${parser.badRows} rows of ${key} are not of the columns' types`,
      {
        fix: 'raise features.version: a column is read in another way than when it was ingested',
      },
    );
  return withColumns(parser.take(), declared);
}
