import type { ModelConfig } from '../core/config.ts';
import { createCsvParser } from '../core/csv/parse.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { orderEvents } from '../core/history.ts';
import { modelColumns } from '../core/model-table.ts';
import { concatTables, takeRows } from '../core/rows.ts';
import type { Table } from '../core/table.ts';
import type { Ports } from '../ports/index.ts';
import { type FeaturePart, readFeatures } from './features.ts';
import { readGzip } from './gzip.ts';

/** The feature group of a model. */
export const groupOf = ({ name, features }: Pick<ModelConfig, 'name' | 'features'>) => ({
  name,
  version: features.version,
});

/**
 * Rows of the feature store with an event time in [from, to), ms since 1970, in that order: raw values as they were
 * known at their event, one row per key and time (the last ingested).
 *
 * @throws RuntimeFailure `features/nothing-ingested`, `store/missing`, `store/corrupt`
 */
export async function getHistorical(
  { objects }: Pick<Ports, 'objects'>,
  config: Pick<ModelConfig, 'name' | 'features' | 'problem' | 'source'>,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Table> {
  const group = groupOf(config);
  const manifest = await readFeatures({ objects }, group);
  if (manifest === undefined)
    throw new RuntimeFailure(
      'features/nothing-ingested',
      `feature group ${group.name} v${group.version} is empty`,
      {
        fix: 'run the steps export, prepare and ingest first',
      },
    );
  const tables: Table[] = [];
  for (const part of manifest.parts)
    if (part.rows > 0 && part.from < to && part.to >= from)
      tables.push(await readPart({ objects }, config, part));
  const table = concatTables(tables);
  if (table.rows === 0) return emptyTable(config);
  const { key, eventTime } = config.source;
  return takeRows(table, orderEvents(table, { key, time: eventTime }, { from, to }));
}

async function readPart(
  { objects }: Pick<Ports, 'objects'>,
  config: Pick<ModelConfig, 'features' | 'problem' | 'source'>,
  { key, sha256 }: FeaturePart,
): Promise<Table> {
  const parser = createCsvParser({ columns: modelColumns(config) });
  for await (const chunk of readGzip(objects, key, sha256)) parser.push(chunk);
  parser.end();
  return parser.take();
}

function emptyTable(config: Pick<ModelConfig, 'features' | 'problem' | 'source'>): Table {
  const columns = modelColumns(config).map(
    ({ name, type }) =>
      [
        name,
        type === 'category'
          ? ({ kind: 'category', codes: new Int32Array(0), dictionary: [] } as const)
          : ({ kind: 'numeric', values: new Float64Array(0) } as const),
      ] as const,
  );
  return { rows: 0, columns: new Map(columns) };
}
