import type { ModelConfig } from '../core/config.ts';
import { createCsvParser } from '../core/csv/parse.ts';
import { writeTable } from '../core/csv/write.ts';
import { InvalidInput, RuntimeFailure } from '../core/errors.ts';
import { noteCategories } from '../core/features/category-notes.ts';
import { noteRows } from '../core/features/row-notes.ts';
import { modelColumns, storedColumns } from '../core/model-table.ts';
import { countAside, describeAside } from '../core/table/bad-rows.ts';
import { concatTables, numbersOf, withColumns } from '../core/table/rows.ts';
import type { Table } from '../core/table/table.ts';
import type { Ports } from '../ports/index.ts';
import { type ExportManifest, exportOrigin, readExport, readPart } from '../stores/exports.ts';
import { writeGzip } from '../stores/gzip.ts';
import { bytesOf, doublingBytes, makeRoom, requireMemory } from '../stores/memory-guard.ts';
import {
  type PreparedManifest,
  preparedKey,
  type QuarantinedRow,
  quarantineKey,
  readPrepared,
  writePrepared,
  writeQuarantine,
} from '../stores/prepared.ts';
import { referenceMoments } from './reference-moments.ts';
import { testRows } from './test-rows.ts';

/** Bytes of a row's key and time as a text in a set: duplicates are found by it. */
const EVENT_BYTES = 100;

/**
 * Reads the export of a run, quarantines bad rows with the reason, and keeps the others for `ingest`. The same run
 * again gives the same files. If the run stops, the quarantined rows can still be read.
 *
 * The export's columns that the model reads are held in memory, because `unique`, duplicates and the tests of whole
 * columns need all rows: 8 bytes a number, 4 a text, each different text once, about 100 for its key and time, and
 * the columns twice while tables are joined and rows taken out; besides them the text of every bad row, at most 64 KiB
 * a cell. Measured: a million rows of 21 columns take 0.6 GB in all.
 *
 * @throws RuntimeFailure `prepare/no-export`, `prepare/too-many-bad-rows`, `export/corrupt`, `csv/*` for a header that
 *   cannot be used, `bundle/*`, `train/out-of-memory`; InvalidInput when a whole column fails its expectations
 */
export async function runPrepare(
  ports: Pick<Ports, 'objects' | 'clock' | 'logger' | 'memory'>,
  config: ModelConfig,
  input: { readonly runId: string; readonly to: string },
): Promise<PreparedManifest> {
  const known = await readPrepared(ports, input.runId);
  if (known !== undefined) return known;
  const manifest = await readExport(ports.objects, input);
  if (manifest === undefined)
    throw new RuntimeFailure('prepare/no-export', `run ${input.runId} has exported nothing`, {
      fix: 'run export first',
    });

  const parsed = await parse(ports, config, manifest);
  const copied = bytesOf(parsed.table) + parsed.table.rows * EVENT_BYTES;
  makeRoom(ports, { rows: parsed.table.rows, bytes: copied });
  const tested = testRows(parsed.table, config, await referenceMoments(ports, config));
  const quarantined = [...parsed.bad, ...tested.bad];
  await writeQuarantine(ports, input.runId, quarantined);
  const rows = parsed.table.rows + parsed.bad.length;
  checkShare({ quarantined, rows, file: whereIs(ports.objects, quarantineKey(input.runId)) }, config);
  if (tested.problems.length > 0) throw new InvalidInput(`export of run ${input.runId}`, tested.problems);

  const prepared = await write(ports, config, { manifest, table: tested.good, quarantined });
  ports.logger.info('prepare.done', {
    runId: input.runId,
    rows: prepared.rows,
    quarantined: quarantined.length,
  });
  return prepared;
}

interface Parsed {
  readonly table: Table;
  readonly bad: readonly QuarantinedRow[];
}

/** Every part has a header line of its own. */
async function parse(
  ports: Pick<Ports, 'objects' | 'memory'>,
  config: ModelConfig,
  manifest: ExportManifest,
): Promise<Parsed> {
  const tables: Table[] = [];
  const bad: QuarantinedRow[] = [];
  const columns = modelColumns(config);
  let rows = 0;
  for (const part of manifest.parts) {
    const parser = createCsvParser({
      columns,
      onBadRow: ({ line, code, column = null, value, raw }) =>
        bad.push({ part: part.key, line, code, column, ...(value !== undefined && { value }), raw }),
    });
    for await (const chunk of readPart(ports.objects, part)) {
      parser.push(chunk);
      requireMemory(ports, { rows: rows + parser.rows, bytes: doublingBytes(parser.rows, columns.length) });
    }
    parser.end();
    const table = parser.take();
    rows += table.rows;
    tables.push(table);
  }
  makeRoom(ports, { rows, bytes: tables.reduce((sum, table) => sum + bytesOf(table), 0) });
  return { table: concatTables(tables), bad };
}

/** Nothing is dropped silently: beyond the blueprint's share the run stops, with the reasons. */
function checkShare(
  { quarantined, rows, file }: { quarantined: readonly QuarantinedRow[]; rows: number; file: string },
  { source }: ModelConfig,
): void {
  const { maxShare } = source.quarantine;
  if (quarantined.length <= maxShare * rows) return;
  const aside = quarantined.map(({ code, column, value }) => ({ code, column, value }));
  const reasons = describeAside(countAside(aside, source.sensitive));
  throw new RuntimeFailure(
    'prepare/too-many-bad-rows',
    `${quarantined.length} of ${rows} rows are bad, at most ${maxShare * 100} % may be: ${reasons}`,
    { fix: `correct the source, or its expectations; every bad row is in ${file}` },
  );
}

/** Returns the location of an object for people: a path on this machine, else its key. */
const whereIs = (objects: Ports['objects'], key: string): string => objects.locate?.(key) ?? key;

async function write(
  ports: Pick<Ports, 'objects' | 'clock'>,
  config: ModelConfig,
  {
    manifest,
    table,
    quarantined,
  }: { manifest: ExportManifest; table: Table; quarantined: readonly QuarantinedRow[] },
): Promise<PreparedManifest> {
  const { runId } = manifest;
  const key = preparedKey(runId);
  const columns = storedColumns(config);
  const { sha256 } = await writeGzip(ports.objects, key, writeTable(withColumns(table, columns), columns));
  const prepared: PreparedManifest = {
    schemaVersion: 1,
    runId,
    key,
    rows: table.rows,
    columns: columns.map(({ name }) => name),
    sha256,
    times: table.rows === 0 ? null : extent(numbersOf(table, config.source.eventTime)),
    quarantined: countReasons(quarantined),
    categories: noteCategories(table, config.features),
    notes: noteRows(table, config.features, config.source.key),
    coveredTo: manifest.window.to,
    origin: exportOrigin(manifest),
  };
  return writePrepared(ports, prepared);
}

function countReasons(rows: readonly QuarantinedRow[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of rows) counts.set(code, (counts.get(code) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function extent(times: Float64Array): { from: number; to: number } {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of times) {
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  return { from, to };
}
