/**
 * The newest rows decide how many trees are grown and teach the final model too. In a world that changes they are the rows
 * most like those to come.
 */

import { Random } from '../../lambdas/core/numeric/random.ts';
import type { Cell, Table } from './cell.ts';
import { drawLabel, learn, logLoss, mean, normal, type World } from './training/world.ts';

const ROWS = 4_000;
const NEW_ROWS = 2_000;
const OLDER = Math.floor(ROWS * 0.85);

/** @param change - How far the effect of the first column moves from the first row to the last. */
function world(change: number, seed: number): World {
  const random = Random.fromSeed(seed);
  const count = ROWS + NEW_ROWS;
  const columns = ['a', 'b', 'c'].map((name) => ({
    name,
    values: Float64Array.from({ length: count }, () => normal(random)),
  }));
  const labels = Float64Array.from({ length: count }, (_, row) => {
    const [a = 0, b = 0, c = 0] = columns.map(({ values }) => values[row]);
    return drawLabel(random, (1 - (change * row) / count) * a - 0.5 * b * c);
  });
  return { columns: new Map(columns.map(({ name, values }) => [name, { kind: 'numeric', values }])), labels };
}

/** Log-loss on new rows of the refitted model less that of the same number of trees on the older rows alone. */
function saved(change: number, seed: number): number {
  const all = world(change, seed);
  const refit = learn(all, ROWS, { parameters: { earlyStoppingRounds: 10 } });
  const { margins } = learn(all, OLDER, { parameters: { rounds: refit.rounds } });
  return refit.truth - logLoss(margins.subarray(ROWS - OLDER), all.labels.subarray(ROWS));
}

function* cells({ runs, seed }: { readonly runs: number; readonly seed: number }): Iterable<Cell> {
  for (const { name, change, atMost } of [
    { name: 'a stable world', change: 0, atMost: 0 },
    { name: 'a changing world', change: 3, atMost: -0.001 },
  ])
    yield { name, value: mean(Array.from({ length: runs }, (_, run) => saved(change, seed + run))), atMost };
}

export const table: Table = {
  title: 'Refit on all rows: log-loss on newer rows less that without the newest 15 % of training',
  cells,
  runs: 30,
};
