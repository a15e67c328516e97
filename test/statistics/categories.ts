/**
 * AUC on new rows with three numbers and categories of noise, or one that tells something, beside XGBoost with its native
 * splits on categories and beside scikit-learn's cross-fitted TargetEncoder with XGBoost: the same rows and hyperparameters.
 */

import { join } from 'node:path';
import { auc, splitByClass } from '../../lambdas/core/metrics/ranking.ts';
import { Random } from '../../lambdas/core/numeric/random.ts';
import { pythonIn, run } from '../support/tools.ts';
import type { Cell, Table } from './cell.ts';
import { categories, drawLabel, learn, mean, normal } from './training/world.ts';

/** A Python with XGBoost and scikit-learn, which `.ci/run` makes. */
export const peers = pythonIn('peers', ['xgboost', 'sklearn', 'pandas']);

const SCRIPT = join(import.meta.dirname, 'categories.py');
const PARAMETERS = { rounds: 100, maxDepth: 4, eta: 0.1 };
const TRAIN_SHARE = 0.8;
/** How much worse than the better of the peers. */
const MARGIN = 0.005;
const Z95 = 1.959964;

interface Case {
  readonly name: string;
  readonly levels: number;
  readonly rows: number;
  /** Columns of noise; without any, one column moves the log-odds by a standard normal effect of each level. */
  readonly noise?: number;
  /** The n-th level has a share in proportion to 1/n. @default false */
  readonly zipf?: boolean;
}

export const CASES: readonly Case[] = [
  { name: '4 of noise x 500', noise: 4, levels: 500, rows: 6_000 },
  { name: '4 of noise x 100', noise: 4, levels: 100, rows: 4_000 },
  { name: '1 x 20', levels: 20, rows: 4_000 },
  { name: '1 x 100', levels: 100, rows: 6_000 },
  { name: '1 x 500', levels: 500, rows: 10_000 },
  { name: '1 x 2,000', levels: 2_000, rows: 40_000 },
  { name: '1 x 500, zipf', levels: 500, rows: 6_000, zipf: true },
];

/** Rows in the form that both sides read. */
export function draw({ levels, rows, noise = 0, zipf = false }: Case, seed: number) {
  const random = Random.fromSeed(seed);
  const effects = Array.from({ length: levels }, () => normal(random));
  const ends = new Float64Array(levels);
  effects.forEach((_, level) => {
    ends[level] = (ends[level - 1] ?? 0) + (zipf ? 1 / (level + 1) : 1);
  });
  const drawLevel = () => {
    const at = random.uniform() * (ends.at(-1) as number); // there are levels
    return ends.findIndex((end) => at < end);
  };
  // Three decimals: the peers read them from JSON.
  const rounded = () => Math.fround(Math.round(normal(random) * 1_000) / 1_000);
  const numbers = Array.from({ length: 3 }, () => Float64Array.from({ length: rows }, rounded));
  const codes = Array.from({ length: noise || 1 }, () => Int32Array.from({ length: rows }, drawLevel));
  const labels = Float64Array.from({ length: rows }, (_, row) => {
    const [a = 0, b = 0, c = 0] = numbers.map((column) => column[row]);
    const effect = noise > 0 ? 0 : (effects[codes[0]?.[row] ?? 0] as number);
    return drawLabel(random, 0.8 * a - 0.5 * b + 0.3 * c + effect - 0.3);
  });
  return { numbers, codes, labels, train: Math.round(rows * TRAIN_SHARE) };
}

type Drawn = ReturnType<typeof draw>;

/** AUC of this project's training on the rows after those that it learnt from; `coded` leaves the categories out. */
export function ownAuc({ numbers, codes, labels, train }: Drawn, coded = true): number {
  const columns = new Map([
    ...numbers.map((values, i) => [`n${i}`, { kind: 'numeric', values }] as const),
    ...(coded ? codes : []).map((column, i) => [`c${i}`, categories(column)] as const),
  ]);
  const { margins } = learn({ columns, labels }, train, { parameters: PARAMETERS });
  return auc(splitByClass(labels.subarray(train), margins));
}

function peerAucs(worlds: readonly Drawn[]) {
  const plain = worlds.map(({ numbers, codes, labels, train }) => ({
    numbers: numbers.map((column) => [...column]),
    codes: codes.map((column) => [...column]),
    labels: [...labels],
    train,
  }));
  const input = JSON.stringify({ ...PARAMETERS, worlds: plain });
  return JSON.parse(run(peers, [SCRIPT], input)) as { readonly native: number; readonly target: number }[];
}

/** The mean of our AUC less the peer's that is better on average, with the 95 % interval of the pairs. */
function* cells({ runs, seed }: { readonly runs: number; readonly seed: number }): Iterable<Cell> {
  for (const one of CASES) {
    const worlds = Array.from({ length: runs }, (_, index) => draw(one, seed + index));
    const theirs = peerAucs(worlds);
    const [native, target] = [theirs.map((each) => each.native), theirs.map((each) => each.target)];
    const [name, better] =
      mean(native) > mean(target) ? (['native', native] as const) : (['TargetEncoder', target] as const);
    const gaps = worlds.map((world, index) => ownAuc(world) - (better[index] as number)); // one per world
    const value = mean(gaps);
    const deviation = Math.sqrt(mean(gaps.map((gap) => (gap - value) ** 2)) / Math.max(1, runs - 1));
    const interval = [value - Z95 * deviation, value + Z95 * deviation]
      .map((end) => end.toFixed(4))
      .join(', ');
    yield {
      name: `${one.name}: less ${name} ${mean(better).toFixed(4)} [${interval}]`,
      value,
      atLeast: -MARGIN,
    };
  }
}

export const table: Table = {
  title: 'Categories: AUC on new rows less that of the better peer',
  cells,
  runs: 12,
};
