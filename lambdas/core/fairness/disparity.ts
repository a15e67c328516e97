/**
 * Differences between groups, by fairlearn's definitions (fairlearn.metrics, `between_groups` and `worst_case`): the
 * group with the highest rate against the one with the lowest.
 *
 * These two are chosen by looking, and of many groups alike some differ by chance. So each 95 % interval holds for all
 * pairs of groups at once: the level of one is divided by their number (Bonferroni).
 */

import type { FairnessMetric } from '../config.ts';
import { type Interval, wilson } from '../metrics/intervals.ts';
import { normalQuantile } from '../numeric/distributions.ts';
import { hypotenuse } from '../numeric/math.ts';
import type { GroupRates, Proportion } from './groups.ts';

/** By name; absent where fewer than two groups have the rate, or a ratio has no meaning (all rates 0). */
export type Disparities = Readonly<Partial<Record<FairnessMetric, Interval>>>;

/**
 * Chance that an interval does not hold the true difference. A little below 5 %, because the intervals of small groups
 * err a little more often than they say.
 */
const ERROR = 0.04;

/** Compares the groups. */
export function disparities(groups: readonly GroupRates<Proportion>[]): Disparities {
  const selected = known(groups.map(({ selectionRate }) => selectionRate));
  const truePositive = known(groups.map(({ truePositiveRate }) => truePositiveRate));
  const falsePositive = known(groups.map(({ falsePositiveRate }) => falsePositiveRate));
  const ratio = selected && lowestShare(selected);
  return {
    ...(selected && { parityDifference: largestDifference(selected, ERROR) }),
    ...(ratio && { parityRatio: ratio }),
    ...(truePositive && { equalOpportunity: largestDifference(truePositive, ERROR) }),
    ...(truePositive &&
      falsePositive && {
        equalizedOdds: larger(
          largestDifference(truePositive, ERROR / 2),
          largestDifference(falsePositive, ERROR / 2),
        ),
      }),
  };
}

/** The rates that are known, or undefined for fewer than two. */
function known(rates: readonly (Proportion | undefined)[]): readonly Proportion[] | undefined {
  const present = rates.filter((rate) => rate !== undefined);
  return present.length < 2 ? undefined : present;
}

/**
 * The highest rate less the lowest. Every pair of groups has Newcombe's hybrid score interval (1998, Statistics in
 * Medicine 17, 873, method 10), made of two Wilson intervals; the largest lower and the largest upper end of them all
 * are those of the largest difference.
 */
function largestDifference(rates: readonly Proportion[], error: number): Interval {
  const pairs = (rates.length * (rates.length - 1)) / 2;
  const intervals = wilsonOf(rates, error / pairs);
  let [value, low, high] = [0, 0, 0];
  for (const above of intervals)
    for (const below of intervals) {
      const difference = above.value - below.value;
      const down = hypotenuse(above.value - above.low, below.high - below.value);
      const up = hypotenuse(above.high - above.value, below.value - below.low);
      value = Math.max(value, difference);
      low = Math.max(low, difference - down);
      if (above !== below) high = Math.max(high, difference + up);
    }
  return { value, low, high: Math.min(1, high) };
}

/** The lowest rate as a share of the highest: the ratio of the ends of intervals that hold for all groups at once. */
function lowestShare(rates: readonly Proportion[]): Interval | undefined {
  const intervals = wilsonOf(rates, ERROR / rates.length);
  const least = (of: (one: Interval) => number) => Math.min(...intervals.map(of));
  const most = (of: (one: Interval) => number) => Math.max(...intervals.map(of));
  const highest = most(({ value }) => value);
  if (highest === 0) return undefined;
  return {
    value: least(({ value }) => value) / highest,
    low: least(({ low }) => low) / most(({ high }) => high),
    high: Math.min(1, least(({ high }) => high) / most(({ low }) => low)),
  };
}

/** @param error - Chance that one of them does not hold its rate. */
function wilsonOf(rates: readonly Proportion[], error: number): readonly Interval[] {
  const z = normalQuantile(1 - error / 2);
  return rates.map(({ part, whole }) => wilson(part, whole, z));
}

/** The larger of two differences; both intervals hold at once. */
const larger = (a: Interval, b: Interval): Interval => ({
  value: Math.max(a.value, b.value),
  low: Math.max(a.low, b.low),
  high: Math.max(a.high, b.high),
});
