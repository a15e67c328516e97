/** A population of rows with 20 features: ten numbers of the shapes that tables have, ten categories to 5,000 levels. */

import { exp, ln } from '../../../lambdas/core/numeric/math.ts';
import { Random } from '../../../lambdas/core/numeric/random.ts';
import type { Column, Table } from '../../../lambdas/core/table/table.ts';

/** Rows of a population; windows and references are drawn from them with replacement. */
const SIZE = 200_000;

/** Rows, with a score of each. */
export interface Drawn {
  readonly table: Table;
  readonly scores: Float64Array;
}

export interface Population {
  /** Rows drawn at random. */
  draw(rows: number, random: Random): Drawn;
  /** A normal number, mean 0 and deviation 1. */
  normal(random: Random): number;
}

/** About normal, deviation 1: the sum of twelve uniform numbers. */
function normal(random: Random): number {
  let total = -6;
  for (let i = 0; i < 12; i++) total += random.uniform();
  return total;
}

const maybe = (share: number, random: Random, value: number): number =>
  random.uniform() < share ? value : Number.NaN;

/** Of each number, how it is drawn from the row's own normal number. */
const NUMBERS: Readonly<Record<string, (z: number, random: Random) => number>> = {
  normal: (z) => z,
  lognormal: (z) => exp(2 * z),
  exponential: (_, random) => -ln(1 - random.uniform()),
  age: (z, random) => Math.round(40 + 8 * z + 4 * normal(random)),
  rare: (_, random) => (random.uniform() < 0.97 ? 0 : 5 + normal(random)),
  zeros: (z, random) => (random.uniform() < 0.8 ? 0 : exp(z)),
  count: (_, random) => Math.floor(-2 * ln(1 - random.uniform())),
  heavy: (_, random) => normal(random) / (random.uniform() + 1e-3),
  holes: (z, random) => maybe(0.9, random, z + normal(random)),
  half: (_, random) => maybe(0.5, random, random.uniform()),
};

/** Levels of each category, and the power of Zipf's law that their shares follow. */
const CATEGORIES: Readonly<Record<string, readonly [levels: number, power: number]>> = {
  flag: [2, 5.015],
  three: [3, 0.5],
  five: [5, 1],
  ten: [10, 0],
  fifty: [50, 1],
  hundreds: [300, 0],
  thousand: [1_000, 1],
  thousands: [3_000, 0.7],
  tail: [5_000, 1],
  flat: [5_000, 0],
};

export const NAMES: readonly string[] = [...Object.keys(NUMBERS), ...Object.keys(CATEGORIES)];

/** @param seed - Of the population's own rows. */
export function createPopulation(seed: number, size = SIZE): Population {
  const random = Random.fromSeed(seed);
  const common = Float64Array.from({ length: size }, () => normal(random));
  const columns = new Map<string, Column>([
    ...Object.entries(NUMBERS).map(([name, of]): [string, Column] => [
      name,
      { kind: 'numeric', values: common.map((z) => of(z, random)) },
    ]),
    ...Object.entries(CATEGORIES).map(([name, [levels, power]]): [string, Column] => [
      name,
      zipf(size, levels, power, random),
    ]),
  ]);
  const scores = common.map((z) => 1 / (1 + exp(-z - normal(random))));
  return {
    normal,
    draw(rows, next) {
      const chosen = new Int32Array(rows);
      for (let row = 0; row < rows; row++) chosen[row] = next.below(size);
      const pick = (column: Column): Column =>
        column.kind === 'numeric'
          ? { kind: 'numeric', values: gather(column.values, chosen, new Float64Array(rows)) }
          : { ...column, codes: gather(column.codes, chosen, new Int32Array(rows)) };
      return {
        table: { rows, columns: new Map([...columns].map(([name, column]) => [name, pick(column)])) },
        scores: gather(scores, chosen, new Float64Array(rows)),
      };
    },
  };
}

/** The values of the chosen rows; `from` of a typed array is ten times slower. */
function gather<Values extends Float64Array | Int32Array>(
  values: ArrayLike<number>,
  chosen: Int32Array,
  into: Values,
): Values {
  for (let row = 0; row < chosen.length; row++) into[row] = values[chosen[row] as number] as number; // in range
  return into;
}

/** Level r of L with a share in proportion to (r + 1)^-power: `yes` and `no` of two. */
function zipf(size: number, levels: number, power: number, random: Random): Column {
  const upTo: number[] = [];
  let total = 0;
  for (let rank = 1; rank <= levels; rank++) {
    total += exp(-power * ln(rank));
    upTo.push(total);
  }
  const codes = Int32Array.from({ length: size }, () => {
    const at = random.uniform() * total;
    let [low, high] = [0, levels - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] as number) > at) high = middle;
      else low = middle + 1;
    }
    return low;
  });
  const dictionary = levels === 2 ? ['no', 'yes'] : Array.from({ length: levels }, (_, rank) => `c${rank}`);
  return { kind: 'category', dictionary, codes };
}
