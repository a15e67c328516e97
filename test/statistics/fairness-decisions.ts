/**
 * How often a fair model fails the fairness gate and the monitor, by the number and the size of the groups, and beside
 * it the true gap that is found in 9 of 10 cases.
 */

import { beyondForCertain } from '../../lambdas/core/evaluation/gate.ts';
import { compareCounts } from '../../lambdas/core/fairness/compare-groups.ts';
import type { Disparities } from '../../lambdas/core/fairness/disparity.ts';
import { countRow, type GroupTable } from '../../lambdas/core/fairness/groups.ts';
import { type Draws, draws } from '../support/draws.ts';
import type { Cell, Table } from './cell.ts';

const FAILURES = 0.05;
/** Two standard errors of 2,000 runs below 95 %. */
const COVERAGE = 0.94;
const POWER = 0.9;
/** The rate of every group of a fair model, and the default `minGroup`. */
const RATE = 0.3;
const MIN_GROUP = 30;

export const SIZES: readonly (readonly number[])[] = [
  [30, 30],
  [2_000, 40],
  Array<number>(6).fill(50),
  Array<number>(12).fill(40),
  Array<number>(12).fill(400),
];

/** Rates of a table that was drawn; the first group is selected more often by the gap. */
export function drawDisparities(draw: Draws, sizes: readonly number[], gap: number): Disparities {
  const table: GroupTable = new Map();
  sizes.forEach((rows, group) => {
    for (let row = 0; row < rows; row++) {
      const selected = draw.uniform() < RATE + (group === 0 ? gap : 0);
      countRow(table, [String(group)], selected, row % 2);
    }
  });
  return compareCounts(table, MIN_GROUP).disparities;
}

const share = (runs: number, seed: number, one: (draw: Draws) => boolean): number => {
  const draw = draws(seed);
  let counted = 0;
  for (let run = 0; run < runs; run++) counted += Number(one(draw));
  return counted / runs;
};

type Limit = readonly [metric: keyof Disparities, limits: { readonly min?: number; readonly max?: number }];

const LIMITS: readonly Limit[] = [
  ['parityDifference', { max: 0 }],
  ['parityDifference', { max: 0.1 }],
  ['parityDifference', { max: 0.2 }],
  ['parityRatio', { min: 0.8 }],
  ['equalizedOdds', { max: 0.1 }],
];

const fails =
  (sizes: readonly number[], gap: number, [metric, limits]: Limit) =>
  (draw: Draws) => {
    const measured = drawDisparities(draw, sizes, gap)[metric];
    return measured !== undefined && beyondForCertain(metric, measured, limits).length > 0;
  };

const nameOf = (sizes: readonly number[]) =>
  new Set(sizes).size === 1 ? `${sizes.length} groups of ${sizes[0]}` : `groups of ${sizes.join(' and ')}`;

/** Runs from which the found gaps are looked for. */
const ENOUGH = 1_000;

export const table: Table = {
  title: 'Decisions on fairness: share of fair models that fail, and the gap that is found',
  runs: 2_000,
  *cells({ runs, seed }): Generator<Cell> {
    for (const sizes of SIZES) {
      const rows = sizes.reduce((sum, one) => sum + one, 0);
      const some = Math.round(Math.min(runs, Math.max(200, (runs * 2_000) / rows)));
      for (const limit of LIMITS) {
        const [metric, limits] = limit;
        const bound = limits.max === undefined ? `min ${limits.min}` : `max ${limits.max}`;
        yield {
          name: `${nameOf(sizes)}: ${metric}, ${bound}`,
          value: share(some, seed, fails(sizes, 0, limit)),
          atMost: FAILURES,
        };
      }
      yield {
        name: `${nameOf(sizes)}: interval holds the true 0`,
        value: share(some, seed, (draw) => drawDisparities(draw, sizes, 0).parityDifference?.low === 0),
        atLeast: COVERAGE,
      };
      for (const gap of [0.2])
        yield {
          name: `${nameOf(sizes)}: interval holds a true gap of ${gap}`,
          value: share(some, seed, (draw) => {
            const { low, high } = drawDisparities(draw, sizes, gap).parityDifference ?? { low: 1, high: 0 };
            return low <= gap && gap <= high;
          }),
          atLeast: COVERAGE,
        };
      if (runs < ENOUGH) continue;
      for (const max of [0, 0.1]) {
        let [missed, found] = [max, 0.7];
        for (let step = 0; step < 7; step++) {
          const gap = (missed + found) / 2;
          const limit: Limit = ['parityDifference', { max }];
          if (share(Math.round(some / 8), 11, fails(sizes, gap, limit)) >= POWER) found = gap;
          else missed = gap;
        }
        yield { name: `${nameOf(sizes)}: gap found in 9 of 10, max ${max}`, value: found };
      }
    }
  },
};
