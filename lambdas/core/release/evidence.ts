/**
 * Evidence about a version from its responses: `harm`, `safe`, or `unknown`, which is never taken for safe. Both tests
 * are sequential: a check after every response adds no false alarms (Ville's inequality; Lindon and Malek 2022,
 * arXiv 2011.03567). Responses must be independent events: at most one per entity.
 */

import { exp, ln } from '../numeric/math.ts';
import { powerOfTwo } from '../numeric/powers.ts';

/** `harm`: worse than allowed, with evidence. `safe`: evidence that it is not. Otherwise `unknown`. */
export type Evidence = 'harm' | 'safe' | 'unknown';

export interface EvidenceRule {
  /** Largest acceptable share of bad answers, above 0 and below 1. */
  readonly ceiling: number;
  /** Probability of ever calling harm on a version that does none, however often one looks. */
  readonly alpha: number;
  /** Answers without which nothing is called safe. */
  readonly minRequests: number;
}

/** How many times worse the alternatives are; one of them is near any real regression. */
const WORSE = [1.25, 1.5, 2, 3, 5, 10, 20] as const;

/**
 * Mixture likelihood ratio of `bad` among `n` against "the true share is at most the ceiling".
 *
 * E = mean over k of (theta_k/c)^bad ((1-theta_k)/(1-c))^(n-bad) with c the ceiling: a non-negative supermartingale
 * under the null, so P(E ever reaches 1/alpha) <= alpha. It depends on counts only: windows merge in any order.
 *
 * @returns ln E; 0 for n = 0
 */
export function logEvidenceOfHarm(bad: number, n: number, ceiling: number): number {
  return mix(
    WORSE.map((times) => {
      const theta = Math.min(times * ceiling, (1 + ceiling) / 2);
      return bad * ln(theta / ceiling) + (n - bad) * ln((1 - theta) / (1 - ceiling));
    }),
  );
}

/** Returns the evidence of `bad` among `n` responses against the ceiling, without another version to compare with. */
export function judgeShare(bad: number, n: number, rule: EvidenceRule): Evidence {
  if (logEvidenceOfHarm(bad, n, rule.ceiling) >= -ln(rule.alpha)) return 'harm';
  return n >= rule.minRequests && bad <= rule.ceiling * n ? 'safe' : 'unknown';
}

/** Responses of both versions in one step. */
export interface StepCounts {
  /** The challenger's responses, and the bad ones among them. */
  readonly n: number;
  readonly bad: number;
  /** The champion's bad responses in the same time. */
  readonly championBad: number;
}

export interface ComparisonRule extends EvidenceRule {
  /** Largest relative risk that counts as no harm by the challenger. */
  readonly tolerated: number;
  /** Probability of calling a version safe that is more than twice as bad, or beyond the ceiling. */
  readonly beta: number;
}

/** How many times as bad "not much worse" must exclude, and what is then likely instead. */
const MUCH_WORSE = 2;
const NOT_WORSE = [0.25, 0.5, 0.75, 1, 1.25] as const;

/** The evidence of one step, and the state for the next step. */
export interface Comparison {
  readonly evidence: Evidence;
  /** ln of the likelihood ratio of each alternative, over all steps so far. */
  readonly logs: readonly number[];
}

/**
 * Compares a challenger with the champion in the same time, by bad answers only.
 *
 * With a share w of the requests and a relative risk theta, a bad answer is the challenger's with probability
 * p = theta w / (theta w + 1 - w): how bad the hour is for both cancels out. Harm: the mixture over alternatives against
 * theta <= tolerated reaches 1/alpha, over all steps together. Safe, in this step alone and from `minRequests` on:
 * the mixture against theta >= 2 reaches 1/beta, or `look` is due and the answers keep the ceiling.
 *
 * @param share - w, above 0 and below 1.
 * @param before - `logs` of the steps before; none for the first.
 * @param look - Number of the due look at the ceiling (interim analysis), from 0; undefined when none is due. Look k
 *   spends beta / 2^(k+1).
 */
export function compare(
  { n, bad, championBad }: StepCounts,
  share: number,
  rule: ComparisonRule,
  before: readonly number[],
  look: number | undefined,
): Comparison {
  const against = (theta: number, reference: number): number => {
    const [p, q] = [ofChallenger(theta, share), ofChallenger(reference, share)];
    return bad * ln(p / q) + championBad * ln((1 - p) / (1 - q));
  };
  const logs = WORSE.map((times, k) => (before[k] ?? 0) + against(times * rule.tolerated, rule.tolerated));
  if (mix(logs) >= -ln(rule.alpha)) return { evidence: 'harm', logs };
  if (n < rule.minRequests) return { evidence: 'unknown', logs };
  const notMuchWorse = mix(NOT_WORSE.map((theta) => against(theta, MUCH_WORSE))) >= -ln(rule.beta);
  const keepsCeiling =
    look !== undefined && tailUpTo(bad, n, rule.ceiling) <= rule.beta / powerOfTwo(look + 1);
  return { evidence: notMuchWorse || keepsCeiling ? 'safe' : 'unknown', logs };
}

/** The probability that a bad answer is the challenger's. */
function ofChallenger(theta: number, share: number): number {
  return (theta * share) / (theta * share + 1 - share);
}

/**
 * P(at most `bad` of `n` are bad) when each is with probability `ceiling`: at most delta exactly when the one-sided
 * Clopper-Pearson upper bound at level 1 - delta is at most the ceiling (1934, Biometrika 26, 404).
 */
export function tailUpTo(bad: number, n: number, ceiling: number): number {
  if (bad >= n) return 1;
  const odds = ln(ceiling / (1 - ceiling));
  let term = n * ln(1 - ceiling);
  const terms = [term];
  for (let k = 0; k < bad; k++) {
    term += ln((n - k) / (k + 1)) + odds;
    terms.push(term);
  }
  return Math.min(1, exp(mix(terms) + ln(terms.length)));
}

/** ln of the mean of e^log. */
function mix(logs: readonly number[]): number {
  const top = logs.reduce((a, b) => Math.max(a, b));
  return top + ln(logs.reduce((sum, log) => sum + exp(log - top), 0) / logs.length);
}
