/**
 * Configurations of a hyperparameter search, drawn at random: as good as a grid with the same number of trials where
 * only a few parameters matter (Bergstra and Bengio 2012, JMLR 13, 281).
 */

import type { BoosterParameters, SearchConfig, SearchRange } from '../config.ts';
import { exp, ln } from '../numeric/math.ts';
import { Random } from '../numeric/random.ts';
import { PARAMETER_RANGES } from '../trees/spec.ts';

/** One configuration and how it did. */
export interface Trial {
  readonly parameters: BoosterParameters;
  /**
   * Log-loss or root mean squared error on rows that the trial did not learn from; lower is better. These rows choose, so
   * the best of many trials looks better here than it is: see `lossOfChoice`.
   */
  readonly loss: number;
}

/**
 * The configurations to try: the given one first, so that a search never ends with a worse one, then draws from the
 * space; equal ones once. The same seed gives the same list.
 *
 * @returns at most `trials`; fewer where the space has not so many
 */
export function drawConfigurations(
  given: BoosterParameters,
  { trials, space }: SearchConfig,
  seed: number,
): readonly BoosterParameters[] {
  const random = Random.fromSeed(seed);
  const ranges = (Object.entries(space) as [keyof typeof space, SearchRange | readonly number[]][]).sort(
    ([a], [b]) => (a < b ? -1 : 1),
  );
  const drawn = new Map([[JSON.stringify(given), given]]);
  // A small space gives the same again and again; ten tries for each trial find nearly all of it.
  for (let tries = 0; drawn.size < trials && tries < 10 * trials; tries++) {
    const changes = ranges.map(([name, range]) => [name, draw(name, range, random)] as const);
    const parameters = { ...given, ...Object.fromEntries(changes) };
    drawn.set(JSON.stringify(parameters), parameters);
  }
  return [...drawn.values()];
}

function draw(name: keyof BoosterParameters, range: SearchRange | readonly number[], random: Random): number {
  if (isList(range)) return range[random.below(range.length)] as number; // lists have a value at least
  const { min, max, scale } = range;
  const share = random.uniform();
  const value = scale === 'log' ? exp(ln(min) + share * (ln(max) - ln(min))) : min + share * (max - min);
  // Rounding, and the last bit of exp, must not leave the range.
  const within = Math.min(max, Math.max(min, PARAMETER_RANGES[name].integer ? Math.round(value) : value));
  return within;
}

const isList = (range: SearchRange | readonly number[]): range is readonly number[] => Array.isArray(range);

/** The trials, best first; of equal ones the earlier, which is the simpler to explain. */
export function leaderBoard<T extends Trial>(trials: readonly T[]): readonly T[] {
  return trials.toSorted((a, b) => a.loss - b.loss);
}
