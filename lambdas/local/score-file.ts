/** Scores rows of a file with one version, and compares them with its training rows. */

import type { ModelConfig } from '../core/config.ts';
import { predictTable } from '../core/evaluation/predict.ts';
import { mergeColumns, type SourceColumn, sourceColumns } from '../core/features/columns.ts';
import { pastFeatures, pastSources, withPast } from '../core/features/past.ts';
import type { VersionRef } from '../core/release/state.ts';
import type { AsideRow } from '../core/table/bad-rows.ts';
import { orderEvents } from '../core/table/events.ts';
import { numbersOf, takeRows, textsOf } from '../core/table/rows.ts';
import type { Table } from '../core/table/table.ts';
import { readBundle } from '../stores/bundle.ts';
import type { NamedFolder } from './next-command.ts';
import { openStore } from './open-store.ts';
import { chooseVersion } from './version-files.ts';

type Features = Pick<ModelConfig, 'features' | 'source'>;

/** Columns that a file must have to be scored: the key, what features read, and what they look back at and by. */
export function neededColumns({ features, source }: Features): readonly SourceColumn[] {
  const past = pastSources(features);
  return mergeColumns([
    { name: source.key, type: 'category' },
    ...(past.length > 0 ? [{ name: source.eventTime, type: 'timestamp' } as const] : []),
    ...sourceColumns(features),
    ...past.map(({ column }) => ({ name: column, type: 'number' }) as const),
  ]);
}

/**
 * Leaves out what training would quarantine: rows without a key, and where features look back those without a
 * time, and the later ones of one key and time.
 */
export function keepUsable(
  table: Table,
  { features, source }: Features,
): { readonly table: Table; readonly aside: readonly AsideRow[] } {
  const looksBack = pastFeatures(features).length > 0;
  const key = textsOf(table, source.key);
  const times = looksBack ? numbersOf(table, source.eventTime) : undefined;
  const seen = new Set<string>();
  const kept: number[] = [];
  const aside: AsideRow[] = [];
  for (let row = 0; row < table.rows; row += 1) {
    const name = key(row);
    const event = times === undefined ? undefined : `${times[row]} ${name}`;
    if (name === undefined) aside.push({ code: 'prepare/no-key', column: source.key });
    else if (Number.isNaN(times?.[row])) aside.push({ code: 'prepare/no-time', column: source.eventTime });
    else if (event !== undefined && seen.has(event))
      aside.push({ code: 'prepare/duplicate', column: source.key, value: name });
    else {
      if (event !== undefined) seen.add(event);
      kept.push(row);
    }
  }
  return { table: aside.length === 0 ? table : takeRows(table, Int32Array.from(kept)), aside };
}

/** Rows with what features look back at; then they stand in order of time, one per key and time. */
export function completed(table: Table, { features, source }: Features): Table {
  if (pastFeatures(features).length === 0) return table;
  const names = { key: source.key, time: source.eventTime };
  const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  return withPast(takeRows(table, orderEvents(table, names, all)), features, names);
}

export interface ScoredTable extends VersionRef {
  readonly table: Table;
  /** One per row, float32; NaN where the model's features refuse the row. */
  readonly scores: Float32Array;
}

/**
 * Scores rows with a version, the champion by default.
 *
 * @throws RuntimeFailure as `chooseVersion` and `readBundle` do
 *
 * @example
 * import { modelFolder, scoreTable } from 'mlops-blueprint/local';
 *
 * const folder = { root: modelFolder(process.cwd(), 'churn', false), model: 'churn' };
 * const { scores } = await scoreTable(folder, config.model, rows, undefined); // by the champion
 */
export async function scoreTable(
  folder: NamedFolder,
  config: ModelConfig,
  rows: Table,
  version: number | undefined,
): Promise<ScoredTable> {
  const ports = openStore(folder.root, folder.model);
  const chosen = await chooseVersion(ports, folder, version);
  const table = completed(rows, config);
  const scores = predictTable(await readBundle(ports, chosen.version, chosen.digest), table);
  return { version: chosen.version, digest: chosen.digest, table, scores };
}
