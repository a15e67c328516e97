import { exp, ln } from '../math.ts';

/** `harm`: worse than the ceiling, with evidence. `safe`: enough requests and no harm. Otherwise `unknown`. */
export type Evidence = 'harm' | 'safe' | 'unknown';

export interface EvidenceRule {
  /** Largest acceptable share of bad requests, above 0 and below 1. */
  readonly ceiling: number;
  /** Probability of ever calling harm on a version at or below the ceiling, however often one looks. */
  readonly alpha: number;
  /** Requests without which nothing is called safe. */
  readonly minRequests: number;
}

/** How many times the ceiling the alternatives lie; one of them is near any real regression. */
const ALTERNATIVES = [1.25, 1.5, 2, 3, 5, 10, 20] as const;

/**
 * Mixture likelihood ratio of `bad` among `n` against "the true share is at most the ceiling".
 *
 * E = mean over k of (theta_k/c)^bad ((1-theta_k)/(1-c))^(n-bad) with c the ceiling. It is a non-negative
 * supermartingale under the null, so by Ville's inequality P(E ever reaches 1/alpha) <= alpha: one may look after
 * every request (Lindon and Malek 2022, arXiv 2011.03567). It depends on counts only, so windows merge in any order.
 *
 * @returns ln E; 0 for n = 0
 */
export function logEvidenceOfHarm(bad: number, n: number, ceiling: number): number {
  const logs = ALTERNATIVES.map((times) => {
    const theta = Math.min(times * ceiling, (1 + ceiling) / 2);
    return bad * ln(theta / ceiling) + (n - bad) * ln((1 - theta) / (1 - ceiling));
  });
  const top = Math.max(...logs);
  return top + ln(logs.reduce((sum, log) => sum + exp(log - top), 0) / logs.length);
}

/** What `bad` among `n` requests says; events must be independent: at most one per entity. */
export function judgeShare(bad: number, n: number, rule: EvidenceRule): Evidence {
  if (logEvidenceOfHarm(bad, n, rule.ceiling) >= -ln(rule.alpha)) return 'harm';
  return n >= rule.minRequests && bad <= rule.ceiling * n ? 'safe' : 'unknown';
}
