/** How often the 95 % intervals of metrics hold the true value, and how wide they are. */

import { binaryEstimate, evaluateBinary } from '../../lambdas/core/metrics/binary.ts';
import type { Estimated } from '../../lambdas/core/metrics/intervals.ts';
import { evaluateRegression } from '../../lambdas/core/metrics/regression.ts';
import { normalQuantile } from '../../lambdas/core/numeric/distributions.ts';
import { type Draws, draws } from '../support/draws.ts';
import type { Cell, Table } from './cell.ts';

const COVERAGE = 0.93;
const COVERAGE_AT_30 = 0.9;
/** Of the interval's mean width to the central 95 % range of the estimates. */
const WIDTH = 1.5;

interface Simulated {
  readonly estimate: Estimated | undefined;
  readonly truth: number;
}

/** An interval that is refused for its reason counts as one that holds: it claims nothing. */
function cover(name: string, atLeast: number, simulated: readonly Simulated[]): Cell {
  const holding = simulated.filter(
    ({ estimate, truth }) =>
      estimate === undefined ||
      estimate.reason !== undefined ||
      (estimate.low <= truth && truth <= estimate.high && estimate.low < estimate.high),
  );
  return { name, value: holding.length / simulated.length, atLeast };
}

function width(name: string, simulated: readonly Simulated[]): Cell {
  const values = Float64Array.from(simulated, ({ estimate }) => estimate?.value ?? Number.NaN).sort();
  const at = (share: number) => values[Math.round(share * (values.length - 1))] as number;
  const widths = simulated.map(
    ({ estimate }) => (estimate?.high ?? Number.NaN) - (estimate?.low ?? Number.NaN),
  );
  const mean = widths.reduce((sum, one) => sum + one, 0) / widths.length;
  return { name, value: mean / (at(0.975) - at(0.025)), atMost: WIDTH };
}

const repeat = <T>(runs: number, seed: number, one: (draw: Draws) => T): T[] => {
  const draw = draws(seed);
  return Array.from({ length: runs }, () => one(draw));
};

/** Normal scores of both classes; the true AUC and the spread of the positives in units of the negatives' are given. */
export interface RankCase {
  readonly positives: number;
  readonly negatives: number;
  readonly auc: number;
  readonly spread: number;
}

const RANKED: readonly RankCase[] = (
  [
    [5, 995, 0.92],
    [5, 45, 0.76],
    [10, 90, 0.76],
    [20, 180, 0.96],
    [20, 180, 0.76],
    [50, 450, 0.76],
    [50, 450, 0.92],
    [500, 500, 0.76],
    [100, 9_900, 0.76],
  ] as const
).flatMap(([positives, negatives, auc]) =>
  [0.5, 1, 2].map((spread) => ({ positives, negatives, auc, spread })),
);

/** Runs of a case are fewer where a run is of many rows. */
const runsOf = (runs: number, rows: number) =>
  Math.round(Math.min(runs, Math.max(100, (runs * 1_000) / rows)));

export function* rankCells(one: RankCase, runs: number, seed: number): Generator<Cell> {
  const { positives, negatives, auc, spread } = one;
  const name = `AUC ${auc}, ${positives} and ${negatives} rows, spread ${spread}`;
  const shift = normalQuantile(auc) * Math.sqrt(1 + spread * spread);
  const labels = Array.from({ length: positives + negatives }, (_, row) => Number(row < positives));
  const simulated = repeat(runsOf(runs, labels.length), seed, (draw) => {
    const raw = labels.map((label) => (label === 1 ? shift + spread * draw.normal() : draw.normal()));
    const scores = raw.map((score) => 1 / (1 + Math.exp(-score)));
    return { estimate: binaryEstimate('auc', labels, scores), truth: auc };
  });
  yield cover(name, COVERAGE, simulated);
  if (positives >= 20 && spread === 1) yield width(`${name}: width`, simulated);
}

/** Probabilities that are true, by prevalence; the losses' true means are means over many rows. */
function* calibratedCells(runs: number, seed: number): Generator<Cell> {
  for (const [prevalence, rows] of [
    [0.005, 5_000],
    [0.02, 500],
    [0.02, 5_000],
    [0.2, 100],
    [0.2, 1_000],
  ] as const) {
    const center = Math.log(prevalence / (1 - prevalence)) - 0.5;
    const probability = (draw: Draws) => 1 / (1 + Math.exp(-center - draw.normal()));
    const many = repeat(400_000, 7, probability);
    const mean = (of: (p: number) => number) => many.reduce((sum, p) => sum + of(p), 0) / many.length;
    const truth = {
      'log-loss': -mean((p) => p * Math.log(p) + (1 - p) * Math.log(1 - p)),
      brier: mean((p) => p * (1 - p)),
      'calibration-error': 0,
      'observed-over-expected': 1,
    };
    const evaluated = repeat(runsOf(runs, rows), seed, (draw) => {
      const scores = Array.from({ length: rows }, () => probability(draw));
      return evaluateBinary(
        scores.map((p) => Number(draw.uniform() < p)),
        scores,
        0.5,
      ).metrics;
    }).filter(({ auc }) => auc?.reason === undefined);
    for (const metric of Object.keys(truth) as (keyof typeof truth)[]) // its own keys
      yield cover(
        `${metric}, ${prevalence} positive, ${rows} rows`,
        COVERAGE,
        evaluated.map((metrics) => ({ estimate: metrics[metric], truth: truth[metric] })),
      );
  }
}

/** Kinds of errors: mean 0, with the true mean square and mean absolute value. */
const ERRORS = {
  normal: { of: (draw: Draws) => draw.normal(), square: 1, absolute: Math.sqrt(2 / Math.PI) },
  uniform: { of: (draw: Draws) => 2 * draw.uniform() - 1, square: 1 / 3, absolute: 1 / 2 },
  t3: { of: (draw: Draws) => draw.student(3), square: 3, absolute: (2 * Math.sqrt(3)) / Math.PI },
  lognormal: {
    of: (draw: Draws) => Math.exp(draw.normal()) - Math.exp(0.5),
    square: (Math.E - 1) * Math.E,
    absolute: 1.263_015_5, // 2 e^0.5 (2 Phi(0.5) - 1)
  },
} as const;

function* regressionCells(runs: number, seed: number): Generator<Cell> {
  for (const kind of Object.keys(ERRORS) as (keyof typeof ERRORS)[]) // its own keys
    for (const rows of [30, 100, 1_000]) {
      if (rows === 30 && (kind === 't3' || kind === 'lognormal')) continue; // 30 rows do not show their tails
      const { of, square, absolute } = ERRORS[kind];
      const truth = { rmse: Math.sqrt(square), mae: absolute, r2: 0.5 };
      const evaluated = repeat(runsOf(runs, rows), seed, (draw) => {
        const explained = Array.from({ length: rows }, () => Math.sqrt(square) * draw.normal());
        const labels = explained.map((value) => value + of(draw));
        return evaluateRegression(labels, explained).metrics;
      });
      for (const metric of ['rmse', 'mae', 'r2'] as const)
        yield cover(
          `${metric}, ${kind} errors, ${rows} rows`,
          rows === 30 ? COVERAGE_AT_30 : COVERAGE,
          evaluated.map((metrics) => ({ estimate: metrics[metric], truth: truth[metric] })),
        );
    }
}

export const table: Table = {
  title: '95 % intervals: share that holds the true value',
  runs: 2_000,
  *cells({ runs, seed }) {
    for (const one of RANKED) yield* rankCells(one, runs, seed);
    yield* calibratedCells(runs, seed);
    yield* regressionCells(runs, seed);
  },
};
