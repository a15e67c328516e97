import type { ModelConfig } from '../core/config.ts';
import { createCsvParser } from '../core/csv/parse.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { SourceColumn } from '../core/features/columns.ts';
import { pastFeatures, withPast } from '../core/features/past.ts';
import { modelColumns } from '../core/model-table.ts';
import { orderEvents } from '../core/table/events.ts';
import { concatTables, numbersOf, takeRows, withColumns } from '../core/table/rows.ts';
import type { Table } from '../core/table/table.ts';
import type { Ports } from '../ports/index.ts';
import { type FeaturePart, readFeatures } from './features.ts';
import { readGzip } from './gzip.ts';
import { bytesOf, doublingBytes, makeRoom, requireMemory } from './memory-guard.ts';

const DAY_MS = 86_400_000;

/** The feature group of a model. */
export const featureGroupOf = ({ name, features }: Pick<ModelConfig, 'name' | 'features'>) => ({
  name,
  version: features.version,
});

/** Selection of rows: event times in [from, to), ms since 1970. */
export interface HistoricalQuery {
  readonly from: number;
  readonly to: number;
  /** Only what this run and those before it ingested. @default - everything */
  readonly asOfRun?: string;
  /** Only those of them that the run itself ingested. @default false */
  readonly ownRowsOnly?: boolean;
}

/** The part of the configuration that selects the rows and columns of a model in the feature store. */
export type HistoricalConfig = Pick<
  ModelConfig,
  'name' | 'features' | 'problem' | 'source' | 'training' | 'monitoring' | 'featureDays'
>;

/**
 * Rows of the feature store in order of event time: raw values as they were known at their event, one row per key
 * and time (the last ingested). A feature that was added later is missing in the rows from before. A feature that looks
 * back is a column of its own name, computed from the events of the key before the row's, also those before `from`.
 *
 * @throws RuntimeFailure `features/nothing-ingested`, `store/missing`, `store/corrupt`, `train/out-of-memory`
 */
export async function getHistorical(
  ports: Pick<Ports, 'objects' | 'memory'>,
  config: HistoricalConfig,
  { from, to, asOfRun, ownRowsOnly }: HistoricalQuery,
): Promise<Table> {
  const all = await listParts(ports, config, asOfRun);
  const parts = ownRowsOnly ? all.slice(-1) : all;
  const begin = pastFeatures(config.features).length > 0 ? Number.NEGATIVE_INFINITY : from;
  const table = await readEvents(ports, config, parts, { from: begin, to });
  const names = { key: config.source.key, time: config.source.eventTime };
  const whole = withPast(table, config.features, names);
  makeRoom(ports, { rows: whole.rows, bytes: bytesOf(whole) });
  const first = numbersOf(whole, names.time).findIndex((at) => at >= from);
  if (first === 0) return whole;
  const rows = first < 0 ? 0 : whole.rows - first;
  return takeRows(
    whole,
    Int32Array.from({ length: rows }, (_, i) => first + i),
  );
}

/**
 * Events of some parts with times in [from, to): in order, one per key and time. A part that has expired is left
 * out.
 */
export async function readEvents(
  ports: Pick<Ports, 'objects' | 'memory'>,
  config: HistoricalConfig,
  parts: readonly Omit<FeaturePart, 'runId'>[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Table> {
  const columns = modelColumns(config);
  const table = withColumns(joined(ports, await readParts(ports, config, parts, { from, to })), columns);
  const { key, eventTime } = config.source;
  const inOrder = orderEvents(table, { key, time: eventTime }, { from, to });
  makeRoom(ports, { rows: table.rows, bytes: bytesOf(table) });
  return takeRows(table, inOrder);
}

async function readParts(
  ports: Pick<Ports, 'objects' | 'memory'>,
  config: HistoricalConfig,
  parts: readonly Omit<FeaturePart, 'runId'>[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly Table[]> {
  const tables: Table[] = [];
  const newest = Math.max(...parts.map(({ key }) => dayOf(key)));
  let before = 0;
  for (const part of parts) {
    if (part.rows === 0 || part.from >= to || part.to < from) continue;
    const table = await readRows(ports, part, modelColumns(config), before).catch((error: unknown) => {
      if (isMissing(error) && isExpired(part.key, newest, config.featureDays)) return undefined;
      throw error;
    });
    if (table === undefined) continue;
    before += table.rows;
    tables.push(table);
  }
  return tables;
}

/** @throws RuntimeFailure `train/out-of-memory` where there is no room for a second time the rows */
function joined(ports: Pick<Ports, 'memory'>, tables: readonly Table[]): Table {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  makeRoom(ports, { rows, bytes: tables.reduce((sum, table) => sum + bytesOf(table), 0) });
  return concatTables(tables);
}

/** The day of ingestion, ms since 1970, in the key of a part. */
const dayOf = (key: string): number => Date.parse(/date=([\d-]{10})/.exec(key)?.[1] ?? '');

/** Whether a part is so much older than the newest that it may be gone; any other that is missing is a loss. */
const isExpired = (key: string, newest: number, days: number | undefined): boolean =>
  days !== undefined && newest - dayOf(key) >= days * DAY_MS;

const isMissing = (error: unknown): boolean =>
  error instanceof RuntimeFailure && error.code === 'store/missing';

/**
 * The parts of a model's feature group, in the order of ingestion.
 *
 * @param asOfRun - Only the part of this run and those before it; its own is the last.
 * @throws RuntimeFailure `features/nothing-ingested`
 */
export async function listParts(
  { objects }: Pick<Ports, 'objects'>,
  config: Pick<ModelConfig, 'name' | 'features'>,
  asOfRun: string | undefined,
): Promise<readonly FeaturePart[]> {
  const group = featureGroupOf(config);
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
 * @param before - Rows of other parts that are held already.
 * @throws RuntimeFailure `store/missing`, `store/corrupt`, `train/out-of-memory`
 */
export async function readRows(
  ports: Pick<Ports, 'objects' | 'memory'>,
  { key, sha256, columns }: Pick<FeaturePart, 'key' | 'sha256' | 'columns'>,
  declared: readonly SourceColumn[],
  before = 0,
): Promise<Table> {
  const parser = createCsvParser({ columns: declared.filter(({ name }) => columns.includes(name)) });
  for await (const chunk of readGzip(ports.objects, key, sha256)) {
    parser.push(chunk);
    requireMemory(ports, { rows: before + parser.rows, bytes: doublingBytes(parser.rows, columns.length) });
  }
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
