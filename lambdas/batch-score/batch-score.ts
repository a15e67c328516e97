import type { ModelConfig } from '../core/config.ts';
import { formatTimestamp } from '../core/csv/timestamp.ts';
import { writeTable } from '../core/csv/write.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { predictTable } from '../core/evaluation/predict.ts';
import { columnOf, numbersOf, takeRows, textsOf } from '../core/table/rows.ts';
import type { ColumnType, Table } from '../core/table/table.ts';
import type { Ports } from '../ports/index.ts';
import { type BatchManifest, batchFolder, readBatch, writeBatch } from '../stores/batches.ts';
import { readBundle } from '../stores/bundle.ts';
import { writeFirst, writeGzip } from '../stores/gzip.ts';
import { getHistorical } from '../stores/historical.ts';
import { readRelease } from '../stores/release.ts';

export interface BatchInput {
  readonly runId: string;
  /** Event times of the rows to score, [from, to), ms since 1970. */
  readonly from: number;
  readonly to: number;
  /** The day it is delivered under, ms since 1970. @default `to` */
  readonly at?: number;
}

/**
 * Scores stored rows with the champion and delivers them as one file: key, event time, score, and the decision of a
 * class, ranked as the blueprint says. The same run again delivers nothing new, whichever version serves by then.
 *
 * @throws RuntimeFailure `score/no-model` before the first release, `features/nothing-ingested`, `train/out-of-memory`
 */
export async function runBatchScore(
  ports: Pick<Ports, 'objects' | 'clock' | 'logger' | 'memory'>,
  config: ModelConfig,
  input: BatchInput,
): Promise<BatchManifest> {
  const folder = batchFolder(input.at ?? input.to, input.runId);
  const delivered = await readBatch(ports, folder);
  if (delivered !== undefined) return delivered;
  const { champion } = (await readRelease(ports.objects)).state;
  if (champion === null)
    throw new RuntimeFailure('score/no-model', 'no version has been released yet', {
      fix: 'release one first',
    });
  const bundle = await readBundle(ports, champion.version, champion.digest);
  const rows = await getHistorical(ports, config, input);
  const predictions = predictTable(bundle, rows);
  const answered = ranked(predictions, config.serving.batch?.rank ?? 'none');
  const table = output(rows, predictions, answered, config);
  const format = config.serving.batch?.output ?? 'csv';
  const columns = outputColumns(config);
  const { key, sha256 } = await writeFirst(async (attempt) => {
    const name = attempt === 0 ? 'scores' : `scores-${attempt + 1}`;
    const file = `${folder}/${name}.${format}.gz`;
    const bytes = format === 'csv' ? writeTable(table, columns) : writeJsonLines(table, columns);
    return { key: file, ...(await writeGzip(ports.objects, file, bytes)) };
  });
  const manifest: BatchManifest = {
    schemaVersion: 1,
    runId: input.runId,
    key,
    window: { from: input.from, to: input.to },
    ...champion,
    rows: answered.length,
    refused: rows.rows - answered.length,
    sha256,
  };
  const kept = await writeBatch(ports, folder, manifest);
  ports.logger.info('batch-score.done', {
    runId: input.runId,
    rows: kept.rows,
    refused: kept.refused,
  });
  return kept;
}

/** Positions of the rows that were answered, in the order of delivery; equal scores keep the order of their events. */
function ranked(predictions: Float32Array, rank: 'none' | 'ascending' | 'descending'): Int32Array {
  const answered = Int32Array.from(predictions.keys()).filter((row) => !Number.isNaN(predictions[row]));
  if (rank === 'none') return answered;
  const sign = rank === 'ascending' ? 1 : -1;
  const scoreOf = (row: number) => predictions[row] as number; // positions come from the same array
  return answered.sort((a, b) => sign * (scoreOf(a) - scoreOf(b)) || a - b);
}

function output(rows: Table, predictions: Float32Array, answered: Int32Array, config: ModelConfig): Table {
  const { key, eventTime } = config.source;
  const names = [key, eventTime].map((name) => [name, columnOf(rows, name)] as const);
  const events = takeRows({ rows: rows.rows, columns: new Map(names) }, answered);
  const scores = Float64Array.from(answered, (row) => predictions[row] as number); // as above
  const decisions = scores.map((score) => (score >= config.serving.decisionThreshold ? 1 : 0));
  return {
    rows: answered.length,
    columns: new Map([
      ...events.columns,
      ['score', { kind: 'numeric', values: scores }],
      ['decision', { kind: 'numeric', values: decisions }],
    ]),
  };
}

/** One JSON document a line, with the CSV file's columns. */
function* writeJsonLines(table: Table, columns: ReturnType<typeof outputColumns>): Generator<Uint8Array> {
  const cells = columns.map(({ name, type }) => [name, cellReader(table, name, type)] as const);
  for (let row = 0; row < table.rows; row += 1)
    yield Buffer.from(
      `${JSON.stringify(Object.fromEntries(cells.map(([name, cell]) => [name, cell(row)])))}\n`,
    );
}

function cellReader(table: Table, name: string, type: ColumnType): (row: number) => unknown {
  if (type === 'category') return textsOf(table, name);
  const values = numbersOf(table, name);
  if (type === 'timestamp') return (row) => formatTimestamp(values[row] as number); // row < rows
  return type === 'boolean' ? (row) => values[row] === 1 : (row) => values[row];
}

function outputColumns({ source, problem }: ModelConfig) {
  const columns = [
    { name: source.key, type: 'category' },
    { name: source.eventTime, type: 'timestamp' },
    { name: 'score', type: 'number' },
  ] as const;
  return problem.type === 'binary-classification'
    ? [...columns, { name: 'decision', type: 'boolean' } as const]
    : columns;
}
