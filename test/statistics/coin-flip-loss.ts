/**
 * A label by coin flip and one column of noise: nothing can be learnt, the loss is ln 2 at least. The loss that training
 * tells may be lower than the loss on new rows only by what choosing among few rows explains.
 */

import { Random } from '../../lambdas/core/numeric/random.ts';
import type { Cell, Table } from './cell.ts';
import { categories, learn, mean, type Settings, type World } from './training/world.ts';

const NEW_ROWS = 20_000;
const SIZES = [
  { levels: 20, rows: 2_000 },
  { levels: 100, rows: 2_000 },
  { levels: 100, rows: 500 },
  { levels: 1_000, rows: 4_000 },
] as const;

const KINDS: readonly (Settings & { readonly name: string; readonly atMost: number })[] = [
  { name: 'early stopping', atMost: 0.01, parameters: { earlyStoppingRounds: 10 } },
  {
    name: 'best of 20 trials',
    atMost: 0.02,
    parameters: { earlyStoppingRounds: 10 },
    search: {
      trials: 20,
      space: {
        maxDepth: [1, 2, 3, 4, 6, 8],
        eta: { min: 0.02, max: 0.5, scale: 'log' },
        minChildWeight: { min: 1, max: 20, scale: 'log' },
        subsample: { min: 0.5, max: 1, scale: 'linear' },
      },
    },
  },
];

function coins({ levels, rows }: (typeof SIZES)[number], seed: number): World {
  const random = Random.fromSeed(seed);
  const count = rows + NEW_ROWS;
  const codes = Int32Array.from({ length: count }, () => random.below(levels));
  const labels = Float64Array.from({ length: count }, () => random.below(2));
  return { columns: new Map([['noise', categories(codes)]]), labels };
}

/** The mean over runs of the loss on new rows less the loss that training told. */
function* cells({ runs, seed }: { readonly runs: number; readonly seed: number }): Iterable<Cell> {
  for (const size of SIZES)
    for (const { name, atMost, ...settings } of KINDS) {
      const learnt = Array.from({ length: runs }, (_, run) =>
        learn(coins(size, seed + run), size.rows, settings),
      );
      const told = learnt.map(({ loss }) => loss ?? Number.NaN);
      const truth = learnt.map(({ truth: one }) => one);
      const words = `told ${mean(told).toFixed(4)}, true ${mean(truth).toFixed(4)}`;
      yield {
        name: `${name}, ${size.levels} levels, ${size.rows} rows: ${words}`,
        value: mean(truth) - mean(told),
        atMost,
      };
    }
}

export const table: Table = {
  title: 'Labels by coin flip: loss on new rows less the loss that training told',
  cells,
  runs: 50,
};
