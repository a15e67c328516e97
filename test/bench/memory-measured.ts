import type { Cell } from './memory-cells.ts';

/** Cells that the model is not fitted on. */
export const HELD_OUT: readonly Cell[] = [
  { rows: 1_000_000, features: 14 },
  { rows: 1_000_000, features: 40 },
];

export const isHeldOut = ({ rows, features }: Cell): boolean =>
  HELD_OUT.some((cell) => cell.rows === rows && cell.features === features);

/**
 * Peaks that `npm run bench -- memory` measured on 29 November 2026 under Node 24.21.0 on two cores of an AMD EPYC, MB:
 * `prepare` for a run, the larger of `train` and `evaluate` for a window.
 */
export const MEASURED: readonly (Cell & {
  readonly mb: { readonly run: number; readonly window: number };
})[] = [
  { rows: 250_000, features: 14, mb: { run: 238, window: 303 } },
  { rows: 250_000, features: 40, mb: { run: 308, window: 406 } },
  { rows: 1_000_000, features: 14, mb: { run: 617, window: 688 } },
  { rows: 1_000_000, features: 40, mb: { run: 972, window: 1_169 } },
  { rows: 4_000_000, features: 14, mb: { run: 1_927, window: 2_146 } },
  { rows: 4_000_000, features: 40, mb: { run: 3_540, window: 3_978 } },
];
