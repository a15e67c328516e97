/** Live steps of a release: both versions respond to live requests. */

import { RefusedCounter, refusedText } from '../refused.ts';
import { type Comparison, compare } from './evidence.ts';
import type { Observation } from './observation.ts';
import { shortfallOf } from './shortfall.ts';
import type { Challenger, EvidenceTest, LiveStep, RunnableStrategy, Shortfall, VersionRef } from './state.ts';
import { EXCLUDED, type PlannedStep } from './strategy.ts';

export interface LivePolicy {
  /** Largest share of invalid answers and errors together, and of slow answers. */
  readonly maxBadShare: number;
  readonly maxSlowShare: number;
  readonly alpha: number;
  readonly beta: number;
  readonly live: {
    readonly steps: readonly PlannedStep[];
    readonly minStepMs: number;
    readonly maxStepMs: number;
  };
  /** Requests of a usual day in the blueprint. @default - a model without an API */
  readonly declaredPerDay?: number;
}

/** Instances read the pointer every 5 s, so a step does not count the responses of its first 5 s. */
const SETTLE_MS = 5_000;
/** Slow answers may be a quarter more than the champion's: two models are never equally fast. */
const TOLERATED = { bad: 1, slow: 1.25 } as const;

/** The first step of a strategy, or the one after `last`; undefined when there is none. */
export function nextStep(
  strategy: RunnableStrategy,
  { live }: Pick<LivePolicy, 'live'>,
  at: number,
  last?: { readonly step: number; readonly before: LiveStep['before'] },
): LiveStep | undefined {
  const step = last === undefined ? 0 : last.step + 1;
  const planned = strategy === 'all-at-once' || strategy === 'shadow-replay' ? undefined : live.steps[step];
  if (planned === undefined) return undefined;
  const { share, test } = planned;
  const before = last?.before ?? { bad: [], slow: [] };
  return { step, share, test, shadow: strategy === 'shadow', since: at + SETTLE_MS, before };
}

/** The verdict on the responses of a step. `live` of one that passed has its evidence for the next. */
export type StepVerdict =
  | { readonly kind: 'harm' | 'waiting'; readonly reason: string }
  | { readonly kind: 'expired'; readonly reason: string; readonly shortfall: Shortfall }
  | { readonly kind: 'pass'; readonly reason: string; readonly live: LiveStep };

/** Judges a step by the answers since it began. */
export function judgeStep(
  live: LiveStep,
  { version }: Challenger,
  champion: VersionRef,
  observations: readonly Observation[],
  at: number,
  policy: LivePolicy,
): StepVerdict {
  const ours = countAnswers(observations, version);
  const theirs = countAnswers(observations, champion.version);
  const { test = 'full' } = live;
  const elapsed = at - live.since;
  const isLast = elapsed >= policy.live.maxStepMs;
  // A shadow's share is of copies, beside the champion's answer to the same request.
  const share = live.shadow ? live.share / (1 + live.share) : live.share;
  const judge = (what: 'bad' | 'slow', ceiling: number): Comparison => {
    const { alpha, beta } = policy;
    const rule = { alpha, beta, ceiling, excluded: EXCLUDED[test], tolerated: TOLERATED[what] };
    const counts = { n: ours.n, bad: ours[what], championBad: theirs[what] };
    return compare(counts, share, rule, live.before[what], isLast);
  };
  const bad = judge('bad', policy.maxBadShare);
  const slow = judge('slow', policy.maxSlowShare);
  const beside = (what: 'bad' | 'slow', word: string): string =>
    `${ours[what]} of ${ours.n} answers ${word} at ${percent(live.share)}, the champion's ${theirs[what]} of ${theirs.n}`;
  if (bad.evidence === 'harm') {
    return { kind: 'harm', reason: `${beside('bad', 'invalid or failed')}${ours.why}` };
  }
  if (slow.evidence === 'harm') return { kind: 'harm', reason: beside('slow', 'too slow') };
  if (bad.evidence === 'safe' && slow.evidence === 'safe' && elapsed >= policy.live.minStepMs) {
    const passed = { ...live, before: { bad: bad.logs, slow: slow.logs } };
    return {
      kind: 'pass',
      reason: `${ours.n} answers at ${percent(live.share)} without harm${byTest(test)}`,
      live: passed,
    };
  }
  if (!isLast) return { kind: 'waiting', reason: `${ours.n} answers at ${percent(live.share)} so far` };
  // A shadow answers requests that the champion answers too.
  const all = (what: 'n' | 'requests'): number => theirs[what] + (live.shadow ? 0 : ours[what]);
  const { reason, ...shortfall } = shortfallOf({
    test,
    seen: all('n'),
    requests: all('requests'),
    needed: policy.live.steps[live.step]?.needed ?? 0,
    hours: Math.round(elapsed / HOUR_MS),
    found: `${beside('bad', 'invalid or failed')}; ${beside('slow', 'too slow')}`,
    setting: 'maxHoursPerStep',
    declaredPerDay: policy.declaredPerDay,
  });
  return { kind: 'expired', reason: `${ours.n} answers at ${percent(live.share)}: ${reason}`, shortfall };
}

const HOUR_MS = 3_600_000;

/** The looser test in words, with what it excludes; nothing for the full one, which needs no mention. */
export const byTest = (test: EvidenceTest): string =>
  test === 'looser' ? `, by the looser test, which excludes ${EXCLUDED[test]} times as bad` : '';

/** Answers of one version: all that count, all requests, bad (invalid or failed), slow, and why rows were refused. */
export function countAnswers(
  observations: readonly Observation[],
  version: number,
): { n: number; requests: number; bad: number; slow: number; why: string } {
  const seen = { n: 0, requests: 0, bad: 0, slow: 0 };
  const refused = new RefusedCounter();
  for (const one of observations) {
    if (one.version !== version) continue;
    seen.n += one.n;
    seen.requests += one.requests ?? one.n;
    seen.bad += one.invalid + one.error;
    seen.slow += one.slow;
    for (const reason of one.refused ?? []) refused.add(reason, reason.count);
  }
  const reasons = refusedText(refused.result());
  return { ...seen, why: reasons === '' ? '' : `: ${reasons}` };
}

/** `2 %`, `0.5 %`. */
export const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
