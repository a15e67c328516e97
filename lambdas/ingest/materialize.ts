import type { ModelConfig } from '../core/config.ts';
import { columnFeatures } from '../core/features/columns.ts';
import { eachEvent, newestEvents, pastFeatures } from '../core/features/past.ts';
import { modelColumns } from '../core/model-table.ts';
import { keyCodes } from '../core/table/events.ts';
import { columnOf, numbersOf, textsOf } from '../core/table/rows.ts';
import type { Column, Row, RowValue, Table } from '../core/table/table.ts';
import type { OnlineRow, Ports } from '../ports/index.ts';
import type { FeaturePart } from '../stores/features.ts';
import { readEvents, readRows } from '../stores/historical.ts';

/** Rows handed to the online store at once. */
const BATCH = 500;
const ALL = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/**
 * Writes the newest values of each key of a part to the online store; older events never replace newer ones. If features
 * look back, each key's newest events are written too. They are computed from the whole history, so late rows and the
 * earlier content of the store make no difference.
 *
 * @param known - The parts that were ingested before.
 */
export async function materialize(
  ports: Pick<Ports, 'objects' | 'online' | 'memory'>,
  config: ModelConfig,
  part: Omit<FeaturePart, 'runId'>,
  known: readonly FeaturePart[],
): Promise<void> {
  if (part.rows === 0) return;
  const own = await readRows(ports, part, modelColumns(config));
  const newest =
    pastFeatures(config.features).length === 0
      ? newestRows(own, config)
      : withEvents(await readEvents(ports, config, [...known, part], ALL), keysOf(own, config), config);
  const rows = [...newest.values()];
  for (let at = 0; at < rows.length; at += BATCH) await ports.online.put(rows.slice(at, at + BATCH));
}

/** By key. Every row has one, and a time: `prepare` has quarantined those that do not. */
function newestRows(table: Table, config: ModelConfig): ReadonlyMap<string, OnlineRow> {
  const { source, features } = config;
  const keyAt = textsOf(table, source.key);
  const times = numbersOf(table, source.eventTime);
  const fields = columnFeatures(features).map(({ name, column = name, kind }) => {
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

/** The newest rows of some keys in a whole history, with their events. */
function withEvents(
  history: Table,
  keys: ReadonlySet<string>,
  config: ModelConfig,
): ReadonlyMap<string, OnlineRow> {
  const { key, eventTime } = config.source;
  const events = eachEvent(history, config.features, { key, time: eventTime });
  const keyAt = textsOf(history, key);
  const id = keyCodes(columnOf(history, key));
  const newest = new Map([...newestRows(history, config)].filter(([name]) => keys.has(name)));
  for (let row = 0; row < history.rows; row += 1) {
    const name = keyAt(row) as string;
    const found = newest.get(name);
    const own = events.get(id(row));
    if (found !== undefined && found.events === undefined && own !== undefined)
      newest.set(name, { ...found, events: newestEvents(own, config.features) });
  }
  return newest;
}

function keysOf(table: Table, { source }: ModelConfig): ReadonlySet<string> {
  const keyAt = textsOf(table, source.key);
  return new Set(Array.from({ length: table.rows }, (_, row) => keyAt(row) as string)); // as in newestRows
}

function valueReader(column: Column, isBoolean: boolean): (row: number) => RowValue {
  if (column.kind === 'category') return (row) => column.dictionary[column.codes[row] as number] ?? null; // -1 is missing
  return (row) => {
    const value = column.values[row] as number; // row < rows
    if (Number.isNaN(value)) return null;
    return isBoolean ? value !== 0 : value;
  };
}
