import type { ModelConfig } from '../core/config.ts';
import { modelColumns } from '../core/model-table.ts';
import { columnOf, numbersOf, textsOf } from '../core/rows.ts';
import type { Column, Row, RowValue, Table } from '../core/table.ts';
import type { OnlineRow, Ports } from '../ports/index.ts';
import { readRows } from '../stores/historical.ts';
import type { PreparedManifest } from '../stores/prepared.ts';

/** Rows handed to the online store at once. */
const BATCH = 500;

/** Brings the newest values of each key of a run's rows to the online store; older events never replace newer ones. */
export async function materialize(
  ports: Pick<Ports, 'objects' | 'online'>,
  config: ModelConfig,
  prepared: PreparedManifest,
): Promise<void> {
  if (prepared.rows === 0) return;
  const table = await readRows(ports, prepared, modelColumns(config));
  const newest = [...newestRows(table, config).values()];
  for (let at = 0; at < newest.length; at += BATCH) await ports.online.put(newest.slice(at, at + BATCH));
}

/** By key. Every row has one, and a time: `prepare` has put aside those that do not. */
function newestRows(table: Table, { source, features }: ModelConfig): ReadonlyMap<string, OnlineRow> {
  const keyAt = textsOf(table, source.key);
  const times = numbersOf(table, source.eventTime);
  const fields = features.fields.map(({ name, column = name, kind }) => {
    const read = valueReader(columnOf(table, column), kind === 'boolean');
    return [name, read] as const;
  });
  const newest = new Map<string, OnlineRow>();
  for (let row = 0; row < table.rows; row += 1) {
    const key = keyAt(row) as string;
    const at = times[row] as number; // row < rows
    if ((newest.get(key)?.at ?? Number.NEGATIVE_INFINITY) > at) continue;
    const values: Row = new Map(fields.map(([name, read]) => [name, read(row)]));
    newest.set(key, { key, at, values });
  }
  return newest;
}

function valueReader(column: Column, isBoolean: boolean): (row: number) => RowValue {
  if (column.kind === 'category') return (row) => column.dictionary[column.codes[row] as number] ?? null; // -1 is missing
  return (row) => {
    const value = column.values[row] as number; // row < rows
    if (Number.isNaN(value)) return null;
    return isBoolean ? value !== 0 : value;
  };
}
