/**
 * Evidence about a version from its responses: `harm`, `safe`, or `unknown`, which is never taken for safe. Both tests
 * are sequential: a check after every response adds no false alarms (Ville's inequality; Lindon and Malek 2022,
 * arXiv 2011.03567). Responses must be independent events: at most one per entity.
 */

import { exp, ln } from '../numeric/math.ts';

/** `harm`: worse than allowed, with evidence. `safe`: evidence that it is not. Otherwise `unknown`. */
export type Evidence = 'harm' | 'safe' | 'unknown';

/** Limits of one test of a share of responses. */
export interface EvidenceRule {
  /** Largest acceptable share of bad answers, above 0. */
  readonly ceiling: number;
  /** Probability of ever calling harm on a version that does none, however often one looks. */
  readonly alpha: number;
  /** Probability of calling a version safe that is as bad as the test must exclude. */
  readonly beta: number;
  /** How many times as bad as a version at half of its ceiling the test must exclude; above 1. */
  readonly excluded: number;
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

/** The share that "safe" excludes: the ceiling for twice as bad as half of it, and so on; at most 1. */
export const excludedShare = ({ ceiling, excluded }: Pick<EvidenceRule, 'ceiling' | 'excluded'>): number =>
  Math.min(1, (ceiling * excluded) / 2);

/**
 * Returns the responses without which nothing is called safe. From so many without a bad one the Clopper-Pearson upper
 * bound is the excluded share.
 *
 * With zero failures among n the two-sided bound at level 1 - beta is 1 - (beta/2)^(1/n), so n is
 * ln(beta/2) / ln(1 - share), rounded up: 183 for 2 %, 368 for 1 %, 736 for 0.5 % with beta 0.05.
 *
 * Source: Clopper and Pearson 1934, Biometrika 26(4), doi:10.1093/biomet/26.4.404.
 */
export function leastAnswers(rule: Pick<EvidenceRule, 'ceiling' | 'excluded' | 'beta'>): number {
  return Math.ceil(ln(rule.beta / 2) / ln(1 - excludedShare(rule)));
}

/**
 * Returns the evidence of `bad` among `n` responses of a watch, without another version to compare with. Harm: the
 * ceiling is broken. Safe, at the end alone: the excluded share is above the one-sided Clopper-Pearson bound at level
 * 1 - beta, which is for one look.
 */
export function judgeShare(bad: number, n: number, rule: EvidenceRule, isLast: boolean): Evidence {
  if (logEvidenceOfHarm(bad, n, rule.ceiling) >= -ln(rule.alpha)) return 'harm';
  return isLast && tailUpTo(bad, n, excludedShare(rule)) <= rule.beta ? 'safe' : 'unknown';
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
}

/** Relative risks that are likely when a version is not as bad as the excluded one. */
const NOT_WORSE = [0.5, 1] as const;
/** Shares, as parts of the excluded one, that are likely when a version keeps it. */
const WITHIN = [0.05, 0.25, 0.5] as const;

/** The evidence of one step, and the state for the next step. */
export interface Comparison {
  readonly evidence: Evidence;
  /** ln of the likelihood ratio of each alternative, over all steps so far. */
  readonly logs: readonly number[];
}

/**
 * Compares a challenger with the champion in the same time.
 *
 * With a share w of the requests and a relative risk theta, a bad answer is the challenger's with probability
 * p = theta w / (theta w + 1 - w): how bad the hour is for both cancels out. Harm: the mixture over alternatives against
 * theta <= tolerated reaches 1/alpha, over all steps together. Safe: by this step alone, from `leastAnswers` on.
 *
 * @param share - w, above 0 and below 1.
 * @param before - `logs` of the steps before; none for the first.
 * @param isLast - True for the one look at the end of the longest step.
 */
export function compare(
  counts: StepCounts,
  share: number,
  rule: ComparisonRule,
  before: readonly number[],
  isLast: boolean,
): Comparison {
  const against = (theta: number, reference: number): number => {
    const [p, q] = [ofChallenger(theta, share), ofChallenger(reference, share)];
    return counts.bad * ln(p / q) + counts.championBad * ln((1 - p) / (1 - q));
  };
  const logs = WORSE.map((times, k) => (before[k] ?? 0) + against(times * rule.tolerated, rule.tolerated));
  if (mix(logs) >= -ln(rule.alpha)) return { evidence: 'harm', logs };
  const notWorse = mix(NOT_WORSE.map((theta) => against(theta, rule.excluded)));
  const isSafe =
    counts.n >= leastAnswers(rule) &&
    (isSafeEarly(counts, rule, notWorse) || (isLast && isSafeAtEnd(counts, share, rule)));
  return { evidence: isSafe ? 'safe' : 'unknown', logs };
}

/**
 * Whether the mean of two mixtures reaches 2/beta. One is against theta >= excluded, by bad answers only; the other
 * against the excluded share. A version beyond both is a null of either, so it ever passes with probability beta / 2.
 */
function isSafeEarly({ n, bad }: StepCounts, rule: ComparisonRule, notWorse: number): boolean {
  return mix([notWorse, logEvidenceWithin(bad, n, excludedShare(rule))]) >= ln(2 / rule.beta);
}

/** The limits of one test of the last look. */
type LastLook = Pick<EvidenceRule, 'ceiling' | 'excluded' | 'beta'>;

/**
 * Whether one of two exact one-sided tests rejects at beta / 4: of the challenger's own bad share against the excluded
 * one, or of its part of all bad answers against theta = excluded. One look, so their power is that of fixed samples.
 */
function isSafeAtEnd({ n, bad, championBad }: StepCounts, share: number, rule: LastLook): boolean {
  return keepsShare(bad, n, rule) || keepsRisk(bad, championBad, share, rule);
}

/** The first test of the last look; more bad answers never make it safe. */
export const keepsShare = (bad: number, n: number, rule: LastLook): boolean =>
  tailUpTo(bad, n, excludedShare(rule)) <= rule.beta / 4;

/** The second test of the last look; more bad answers of the champion never make it unsafe. */
export const keepsRisk = (
  bad: number,
  championBad: number,
  share: number,
  rule: Pick<LastLook, 'excluded' | 'beta'>,
): boolean => tailUpTo(bad, bad + championBad, ofChallenger(rule.excluded, share)) <= rule.beta / 4;

/** ln of the mixture likelihood ratio of `bad` among `n` against "the true share is at least `limit`". */
function logEvidenceWithin(bad: number, n: number, limit: number): number {
  if (limit >= 1) return Number.MAX_VALUE; // no share is above 1, so nothing has to be shown
  return mix(WITHIN.map((part) => bad * ln(part) + (n - bad) * ln((1 - part * limit) / (1 - limit))));
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
  if (ceiling >= 1) return 0;
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
