/**
 * Differences between groups, by fairlearn's definitions (fairlearn.metrics, `between_groups` and `worst_case`): the
 * group with the highest rate against the one with the lowest.
 */

import type { FairnessMetric } from '../config.ts';
import type { Interval } from '../metrics/intervals.ts';
import type { GroupRates } from './groups.ts';

/** By name; absent where fewer than two groups have the rate, or a ratio has no meaning (all rates 0). */
export type Disparities = Readonly<Partial<Record<FairnessMetric, Interval>>>;

/** Compares the groups. */
export function disparities(groups: readonly GroupRates[]): Disparities {
  const selection = spread(groups.map(({ selectionRate }) => selectionRate));
  const truePositive = spread(groups.map(({ truePositiveRate }) => truePositiveRate));
  const falsePositive = spread(groups.map(({ falsePositiveRate }) => falsePositiveRate));
  return {
    ...(selection && { parityDifference: selection.difference }),
    ...(selection?.ratio && { parityRatio: selection.ratio }),
    ...(truePositive && { equalOpportunity: truePositive.difference }),
    ...(truePositive &&
      falsePositive && {
        equalizedOdds: larger(truePositive.difference, falsePositive.difference),
      }),
  };
}

interface Spread {
  readonly difference: Interval;
  readonly ratio: Interval | undefined;
}

/**
 * The highest rate less the lowest, and the lowest as a share of the highest. The interval of the difference is
 * Newcombe's hybrid score interval (1998, Statistics in Medicine 17, 873, method 10), made of the two Wilson intervals;
 * the ratio's is the ratio of their ends, wider than 95 %. Neither corrects for the choice of the two groups.
 */
function spread(rates: readonly (Interval | undefined)[]): Spread | undefined {
  const known = rates.filter((rate) => rate !== undefined);
  if (known.length < 2) return undefined;
  const high = known.reduce((a, b) => (b.value > a.value ? b : a));
  const low = known.reduce((a, b) => (b.value < a.value ? b : a));
  const value = high.value - low.value;
  const down = length(high.value - high.low, low.high - low.value);
  const up = length(high.high - high.value, low.value - low.low);
  return {
    difference: { value, low: Math.max(0, value - down), high: Math.min(1, value + up) },
    ratio:
      high.value === 0
        ? undefined
        : { value: low.value / high.value, low: low.low / high.high, high: Math.min(1, low.high / high.low) },
  };
}

const length = (a: number, b: number): number => Math.sqrt(a * a + b * b);

const larger = (a: Interval, b: Interval): Interval => (b.value > a.value ? b : a);
