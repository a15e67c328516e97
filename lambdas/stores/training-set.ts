import { gapDaysOf, type ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { type LabelledEvents, type SplitRule, shortageOf, splitRows } from '../core/evaluation/shortage.ts';
import { labelsOf } from '../core/model-table.ts';
import { fmix32, hashText } from '../core/numeric/hash.ts';
import { keyCodes } from '../core/table/events.ts';
import { columnOf, numbersOf, takeRows, textsOf } from '../core/table/rows.ts';
import type { Split } from '../core/table/split.ts';
import type { Table } from '../core/table/table.ts';
import type { Ports } from '../ports/index.ts';
import { getHistorical } from './historical.ts';
import { bytesOf, makeRoom } from './memory-guard.ts';

/** Labelled rows of the training window, in order of event time, and which of them are held out. */
export interface TrainingSet {
  readonly table: Table;
  readonly labels: Float64Array;
  readonly split: Split;
  readonly rule: SplitRule;
  /** Event times of the rows, [from, to), ISO 8601 in UTC. */
  readonly window: { readonly from: string; readonly to: string };
}

/** Selection of the rows that a run learns from. */
export interface TrainingRows {
  readonly runId: string;
  /** Rows with an event time before this, ISO 8601 in UTC. */
  readonly to: string;
  /** Only what the run itself ingested. @default false */
  readonly ownRowsOnly?: boolean;
}

const DAY_MS = 86_400_000;
/** Fewer rows on one side teach or prove nothing. */
const MIN_ROWS = 50;

/**
 * The rows that a run learns from and is judged by: the same for the same run, whenever it is asked for, because
 * what later runs ingest does not count. `to`: rows before this time, ISO 8601 in UTC.
 *
 * @throws RuntimeFailure `training/too-few-rows`, `features/nothing-ingested`, `store/corrupt`, `train/out-of-memory`
 */
export async function loadTrainingSet(
  ports: Pick<Ports, 'objects' | 'memory'>,
  config: ModelConfig,
  { runId, to, ownRowsOnly = false }: TrainingRows,
): Promise<TrainingSet> {
  const end = Date.parse(to);
  const { window } = config.training;
  const from = window.kind === 'days' ? end - window.days * DAY_MS : Number.NEGATIVE_INFINITY;
  const history = await getHistorical(ports, config, { from, to: end, asOfRun: runId, ownRowsOnly });
  makeRoom(ports, { rows: history.rows, bytes: bytesOf(history) });
  const { table, unknown } = latestLabelled(history, config);
  const events = eventsOf(table, config);
  const rule: SplitRule = { ...config.training.split, gapDays: gapDaysOf(config) };
  const split = splitRows(events, rule);
  const shortage = shortageOf(split, events, rule, { unknown, least: MIN_ROWS, window });
  if (shortage !== undefined)
    throw new RuntimeFailure('training/too-few-rows', shortage.message, { fix: shortage.fix });
  const first = new Date(events.times[0] as number).toISOString(); // there are rows
  return { table, labels: labelsOf(table, config.problem), split, rule, window: { from: first, to } };
}

/** Rows whose outcome is known and how many others there are; the newest n of them where the window counts rows. */
function latestLabelled(
  history: Table,
  { problem, training }: ModelConfig,
): { readonly table: Table; readonly unknown: number } {
  const labels = labelsOf(history, problem);
  const known: number[] = [];
  labels.forEach((label, row) => {
    if (!Number.isNaN(label)) known.push(row);
  });
  const { window } = training;
  const latest = window.kind === 'rows' ? known.slice(-window.rows) : known;
  return { table: takeRows(history, Int32Array.from(latest)), unknown: history.rows - known.length };
}

function eventsOf(table: Table, { source }: ModelConfig): LabelledEvents {
  const key = textsOf(table, source.key); // prepare quarantined rows without one
  return {
    times: numbersOf(table, source.eventTime),
    key: keyCodes(columnOf(table, source.key)),
    hash: (row) => fmix32(hashText(key(row) as string)),
  };
}
