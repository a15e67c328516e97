/**
 * Requests that a test needs to call a healthy version safe with a given power. The healthy version is as bad as the
 * champion, and the champion is at half of its limits: a version without a bad answer needs fewer.
 */

import { exp, ln } from '../numeric/math.ts';
import { type EvidenceRule, excludedShare, keepsRisk, keepsShare, tailUpTo } from './evidence.ts';

/** Probability that a healthy version passes all its steps, and the watch, at the requests that are called enough. */
export const POWER = 0.9;
/** Bad and slow answers of the champion that the sizes assume, as parts of their limits. */
export const CHAMPION_PART = 0.5;

/** Limits of one metric in a test. */
export type Limits = Pick<EvidenceRule, 'ceiling' | 'excluded' | 'beta'>;

/**
 * Returns the requests, of all that arrive in a step, that let a healthy version pass its last look in every
 * metric. Earlier looks only add to that power.
 *
 * @param share - The challenger's part of all answers, above 0 and below 1.
 * @param metrics - Bad and slow answers, taken as independent.
 * @param power - Above 0 and below 1.
 */
export function requestsOfStep(share: number, metrics: readonly Limits[], power: number): number {
  return once([share, metrics, power], (requests) => powerOfStep(requests, share, metrics) >= power);
}

/** Returns the answers that let a healthy version pass the end of its watch in every metric; as `requestsOfStep`. */
export function requestsOfWatch(metrics: readonly Limits[], power: number): number {
  return once([metrics, power], (answers) => powerOfWatch(answers, metrics) >= power);
}

/** Sizes of before, by their arguments: the controller asks each minute. */
const known = new Map<string, number>();

function once(of: readonly unknown[], isEnough: (size: number) => boolean): number {
  const key = JSON.stringify(of);
  const size = known.get(key) ?? leastFrom(isEnough);
  known.set(key, size);
  return size;
}

/** Returns the probability that a healthy version passes the last look of a step, with so many answers of both. */
export function powerOfStep(requests: number, share: number, metrics: readonly Limits[]): number {
  return metrics.reduce((all, metric) => all * powerOfLastLook(requests, share, metric), 1);
}

/** Returns the probability that a healthy version passes a watch of so many answers. */
export function powerOfWatch(answers: number, metrics: readonly Limits[]): number {
  return metrics.reduce((all, metric) => all * powerOfEnd(answers, metric), 1);
}

/** Power of the last look at a step, when bad answers are Poisson events of both versions alike. */
function powerOfLastLook(requests: number, share: number, limits: Limits): number {
  const n = Math.floor(requests * share);
  const [mean, championMean] = [n, requests - n].map((of) => of * limits.ceiling * CHAMPION_PART) as [
    number,
    number,
  ]; // of two
  if (keepsShare(mostOf(mean), n, limits)) return 1;
  const ours = poisson(mean);
  const fewerThan = cumulated(poisson(championMean));
  const safe = largestWith(ours.length, (bad) => keepsShare(bad, n, limits));
  return ours.reduce((power, probability, bad) => {
    if (probability < NEGLIGIBLE) return power;
    const tooFew = bad <= safe ? 0 : (fewerThan[leastChampionBad(bad, share, limits)] ?? 1);
    return power + probability * (1 - tooFew);
  }, 0);
}

/** Bad answers of the champion that make `bad` of the challenger's safe; they depend on no size, so each is sought once. */
function leastChampionBad(bad: number, share: number, { excluded, beta }: Limits): number {
  const key = `${share} ${excluded} ${beta}`;
  const least = leastByBad.get(key) ?? [];
  leastByBad.set(key, least);
  while (least.length <= bad) {
    let championBad = least.at(-1) ?? 0; // grows with the challenger's
    while (!keepsRisk(least.length, championBad, share, { excluded, beta })) championBad += 1;
    least.push(championBad);
  }
  return least[bad] as number; // just filled
}

const leastByBad = new Map<string, number[]>();

/** Power of the end of a watch. */
function powerOfEnd(n: number, limits: Limits): number {
  const probabilities = poisson(n * limits.ceiling * CHAMPION_PART);
  const safe = largestWith(
    probabilities.length,
    (bad) => tailUpTo(bad, n, excludedShare(limits)) <= limits.beta,
  );
  return probabilities.slice(0, safe + 1).reduce((sum, one) => sum + one, 0);
}

/** The largest count below `end` that `is` holds for, where it holds up to some count; -1 for none. */
function largestWith(end: number, is: (count: number) => boolean): number {
  let [largest, beyond] = [-1, end];
  while (beyond - largest > 1) {
    const middle = Math.floor((largest + beyond) / 2);
    if (is(middle)) largest = middle;
    else beyond = middle;
  }
  return largest;
}

/** The sums of the values before each index, and of all. */
function cumulated(values: readonly number[]): number[] {
  let sum = 0;
  return [
    sum,
    ...values.map((value) => {
      sum += value;
      return sum;
    }),
  ];
}

const NEGLIGIBLE = 1e-9;
/** Standard deviations beyond which a count is left out: less than one in ten million. */
const FAR = 6;

/** A count that a Poisson distribution hardly goes beyond. */
const mostOf = (mean: number): number => Math.ceil(mean + FAR * Math.sqrt(mean) + FAR);

/** Probabilities of 0, 1, 2 … of a Poisson distribution, up to where they vanish. */
function poisson(mean: number): number[] {
  const last = mostOf(mean);
  let log = -mean;
  return Array.from({ length: last + 1 }, (_, count) => {
    if (count > 0) log += ln(mean / count);
    return exp(log);
  });
}

const START = 64;
/** Sizes are found within a fiftieth. */
const FINENESS = 1.02;
/** Steps of `FINENESS` after which the power no longer falls back below what a smaller size had. */
const SETTLED = 12;

/** About the least size that is enough with every larger one: power over whole counts goes up and down. */
function leastFrom(isEnough: (size: number) => boolean): number {
  let enough = START;
  while (!isEnough(enough)) enough *= 2;
  let tooFew = enough / 2;
  while (enough > tooFew * FINENESS) {
    const middle = Math.round(Math.sqrt(enough * tooFew));
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  for (let size = enough, left = SETTLED; left > 0; left -= 1) {
    size = Math.ceil(size * FINENESS);
    if (!isEnough(size)) enough = Math.ceil(size * FINENESS);
  }
  return enough;
}
