/**
 * Peak memory of the steps that hold whole tables, beside what `constructs/config/limits/volume.ts` predicts. Six
 * cells: the model is fitted on four of them and predicts the other two. `MLOPS_BENCH_CELLS=1000000x14` measures one.
 */

import { HEADROOM, type MemoryModel, memoryMb } from '../../constructs/config/limits/volume.ts';
import { runProgram } from './export-process.ts';
import { type Cell, type MeasuredCell, measureCell } from './memory-cells.ts';
import { fitMemory, type Peak } from './memory-fit.ts';
import { isHeldOut } from './memory-measured.ts';
import { node24, versionOf } from './node24.ts';

const ROWS = [250_000, 1_000_000, 4_000_000] as const;
const FEATURES = [14, 40] as const;
const nameOf = ({ rows, features }: Cell): string => `${rows}x${features}`;
/** Kinds of tables, by the steps that hold them. */
const PEAKS = {
  run: ({ steps }: MeasuredCell) => steps.prepare.rssMb,
  window: ({ steps }: MeasuredCell) => Math.max(steps.train.rssMb, steps.evaluate.rssMb),
} as const;
type Kind = keyof typeof PEAKS;
const KINDS = Object.keys(PEAKS) as Kind[]; // its keys

/** @throws Error when a prediction is further from its measurement than the headroom */
export async function run(): Promise<void> {
  const node = node24();
  const wanted = process.env.MLOPS_BENCH_CELLS?.split(',');
  const cells = ROWS.flatMap((rows) => FEATURES.map((features) => ({ rows, features }))).filter(
    (cell) => wanted?.includes(nameOf(cell)) ?? true,
  );
  if (cells.length === 0) throw new Error(`no cell of ${wanted?.join(', ')}`);
  console.log(`peak memory under Node ${versionOf(node)}, every step in a process of its own\n`);
  console.log(row(['cell', 'table', 'predicted', 'measured', 'error', 'seconds of train']));
  const measured: MeasuredCell[] = [];
  const far: string[] = [];
  for (const cell of cells) {
    const one = await measureCell(cell, async (args) => (await runProgram(node, [...args], {})).output);
    measured.push(one);
    for (const kind of KINDS) {
      const [predicted, got] = [memoryMb(kind, cell.rows, cell.features), PEAKS[kind](one)];
      const error = predicted / got - 1;
      if (Math.abs(error) > HEADROOM) far.push(`${nameOf(cell)} ${kind}`);
      const sec = kind === 'window' ? (one.steps.train.ms / 1000).toFixed(0) : '';
      console.log(row([nameOf(cell), kind, mb(predicted), mb(got), percent(error), sec]));
    }
  }
  if (measured.length === ROWS.length * FEATURES.length) for (const kind of KINDS) showFit(kind, measured);
  if (far.length > 0)
    throw new Error(`${far.join(', ')}: further than ${percent(HEADROOM)} from MEMORY_MODELS`);
}

/** What a fit on four cells says of the other two. */
function showFit(kind: Kind, measured: readonly MeasuredCell[]): void {
  const peaks = measured.map((cell): Peak => ({ ...cell, mb: PEAKS[kind](cell) }));
  const model = fitMemory(peaks.filter((peak) => !isHeldOut(peak)));
  console.log(`\n${kind}: fitted ${describe(model)}`);
  for (const peak of peaks.filter(isHeldOut)) {
    const predicted = memoryMb(model, peak.rows, peak.features);
    console.log(
      row([nameOf(peak), 'held out', mb(predicted), mb(peak.mb), percent(predicted / peak.mb - 1)]),
    );
  }
}

const describe = ({ baseMb, bytesPerRow, bytesPerValue }: MemoryModel): string =>
  `${baseMb.toFixed(0)} MB, ${bytesPerRow.toFixed(0)} bytes a row, ${bytesPerValue.toFixed(1)} a value`;
const row = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(16)).join('');
const mb = (value: number): string => `${value.toFixed(0)} MB`;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
