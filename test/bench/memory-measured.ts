import type { Cell } from './memory-cells.ts';

/**
 * Peaks that `npm run bench -- memory` measured on 29 November 2026 under Node 24.21.0 on two cores of an AMD EPYC, MB:
 * `prepare` for a run, the larger of `train` and `evaluate` for a window.
 */
export const MEASURED: readonly (Cell & {
  readonly mb: { readonly run: number; readonly window: number };
})[] = [
  { rows: 250_000, features: 14, mb: { run: 291, window: 318 } },
  { rows: 250_000, features: 40, mb: { run: 358, window: 473 } },
  { rows: 1_000_000, features: 14, mb: { run: 603, window: 805 } },
  { rows: 1_000_000, features: 40, mb: { run: 946, window: 1_415 } },
  { rows: 4_000_000, features: 14, mb: { run: 2_326, window: 2_126 } },
  { rows: 4_000_000, features: 40, mb: { run: 3_818, window: 3_948 } },
];
