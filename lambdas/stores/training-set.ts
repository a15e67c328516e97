import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { fmix32, hashText, identity, type Split, splitByHash, splitByTime } from '../core/history.ts';
import { labelsOf } from '../core/model-table.ts';
import { columnOf, numbersOf, takeRows, textsOf } from '../core/rows.ts';
import type { Table } from '../core/table.ts';
import type { Ports } from '../ports/index.ts';
import { getHistorical } from './historical.ts';

/** Labelled rows of the training window, in order of event time, and which of them are held out. */
export interface TrainingSet {
  readonly table: Table;
  readonly labels: Float64Array;
  readonly split: Split;
  /** Event times of the rows, [from, to), ISO 8601 in UTC. */
  readonly window: { readonly from: string; readonly to: string };
}

const DAY_MS = 86_400_000;
/** Fewer rows on one side teach or prove nothing. */
const MIN_ROWS = 50;

/**
 * The rows that a run learns from and is judged by: the same for the same run, whenever it is asked for, because
 * what later runs ingest does not count. `to`: rows before this time, ISO 8601 in UTC.
 *
 * @throws RuntimeFailure `training/too-few-rows`, `features/nothing-ingested`, `store/corrupt`
 */
export async function loadTrainingSet(
  ports: Pick<Ports, 'objects'>,
  config: ModelConfig,
  { runId, to }: { readonly runId: string; readonly to: string },
): Promise<TrainingSet> {
  const end = Date.parse(to);
  const { window } = config.training;
  const from = window.kind === 'days' ? end - window.days * DAY_MS : Number.NEGATIVE_INFINITY;
  const history = await getHistorical(ports, config, { from, to: end, asOfRun: runId });
  const table = latestLabelled(history, config);
  const split = splitRows(table, config);
  const times = numbersOf(table, config.source.eventTime);
  if (split.train.length < MIN_ROWS || split.holdout.length < MIN_ROWS)
    throw new RuntimeFailure(
      'training/too-few-rows',
      `${split.train.length} labelled rows to train on and ${split.holdout.length} to hold out, at least ${MIN_ROWS} of each are needed`,
      { fix: 'widen training.window, or wait for outcomes to arrive' },
    );
  const first = new Date(times[0] as number).toISOString(); // there are rows
  return { table, labels: labelsOf(table, config.problem), split, window: { from: first, to } };
}

/** Rows whose outcome is known, the newest n of them where the window counts rows. */
function latestLabelled(history: Table, { problem, training }: ModelConfig): Table {
  const labels = labelsOf(history, problem);
  const known: number[] = [];
  labels.forEach((label, row) => {
    if (!Number.isNaN(label)) known.push(row);
  });
  const { window } = training;
  return takeRows(history, Int32Array.from(window.kind === 'rows' ? known.slice(-window.rows) : known));
}

function splitRows(table: Table, { source, training }: ModelConfig): Split {
  const { kind, holdoutShare } = training.split;
  if (kind === 'time') {
    const key = identity(columnOf(table, source.key));
    return splitByTime(numbersOf(table, source.eventTime), key, holdoutShare);
  }
  const key = textsOf(table, source.key); // prepare put rows without one aside
  return splitByHash(table.rows, (row) => fmix32(hashText(key(row) as string)), holdoutShare);
}
