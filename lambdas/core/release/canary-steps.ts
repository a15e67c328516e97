/** Live steps of a release: both versions respond to live requests. */

import { powerOfTwo } from '../numeric/powers.ts';
import { RefusedCounter, refusedText } from '../refused.ts';
import { type Comparison, compare } from './evidence.ts';
import type { Observation } from './observation.ts';
import type { Challenger, LiveStep, RunnableStrategy, VersionRef } from './state.ts';

export interface LivePolicy {
  /** Largest share of invalid answers and errors together, and of slow answers. */
  readonly maxBadShare: number;
  readonly maxSlowShare: number;
  readonly minRequests: number;
  readonly alpha: number;
  readonly live: {
    /** The challenger's share of requests in each step. */
    readonly shares: readonly number[];
    readonly minStepMs: number;
    readonly maxStepMs: number;
    readonly beta: number;
  };
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
  const share = strategy === 'all-at-once' || strategy === 'shadow-replay' ? undefined : live.shares[step];
  if (share === undefined) return undefined;
  const before = last?.before ?? { bad: [], slow: [] };
  return { step, share, shadow: strategy === 'shadow', since: at + SETTLE_MS, looks: 0, before };
}

/** The verdict on the responses of a step. `live` is the step with the looks that were taken. */
export type StepVerdict =
  | { readonly kind: 'harm' | 'expired'; readonly reason: string }
  | { readonly kind: 'pass' | 'waiting'; readonly reason: string; readonly live: LiveStep };

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
  const { minRequests, alpha } = policy;
  const { minStepMs, maxStepMs, beta } = policy.live;
  // Look k at the ceiling is due from minRequests * 2^k answers on.
  const due = ours.n >= minRequests * powerOfTwo(live.looks) ? live.looks : undefined;
  // A shadow's share is of copies, beside the champion's answer to the same request.
  const share = live.shadow ? live.share / (1 + live.share) : live.share;
  const rule = { minRequests, alpha, beta };
  const judge = (what: 'bad' | 'slow', ceiling: number): Comparison =>
    compare(
      { n: ours.n, bad: ours[what], championBad: theirs[what] },
      share,
      { ...rule, ceiling, tolerated: TOLERATED[what] },
      live.before[what],
      due,
    );
  const bad = judge('bad', policy.maxBadShare);
  const slow = judge('slow', policy.maxSlowShare);
  const beside = (what: 'bad' | 'slow', word: string): string =>
    `${ours[what]} of ${ours.n} answers ${word} at ${percent(live.share)}, the champion's ${theirs[what]} of ${theirs.n}`;
  if (bad.evidence === 'harm') {
    return { kind: 'harm', reason: `${beside('bad', 'invalid or failed')}${ours.why}` };
  }
  if (slow.evidence === 'harm') return { kind: 'harm', reason: beside('slow', 'too slow') };
  const looks = due === undefined ? live.looks : looksTaken(ours.n, minRequests);
  const after = { ...live, looks };
  const elapsed = at - live.since;
  if (bad.evidence === 'safe' && slow.evidence === 'safe' && elapsed >= minStepMs) {
    const passed = { ...after, before: { bad: bad.logs, slow: slow.logs } };
    return { kind: 'pass', reason: `${ours.n} answers at ${percent(live.share)} without harm`, live: passed };
  }
  const reason = `${ours.n} answers at ${percent(live.share)} so far`;
  if (elapsed < maxStepMs) return { kind: 'waiting', reason, live: after };
  return {
    kind: 'expired',
    reason: `${ours.n} answers at ${percent(live.share)} in the longest step do not show health`,
  };
}

/** How many looks are due with n answers: one at minRequests, one at each doubling. */
function looksTaken(n: number, minRequests: number): number {
  let looks = 0;
  while (n >= minRequests * powerOfTwo(looks)) looks += 1;
  return looks;
}

/** Answers of one version: all, bad (invalid or failed), slow, and why rows were refused: `: 8 code at field`. */
export function countAnswers(
  observations: readonly Observation[],
  version: number,
): { n: number; bad: number; slow: number; why: string } {
  const seen = { n: 0, bad: 0, slow: 0 };
  const refused = new RefusedCounter();
  for (const one of observations) {
    if (one.version !== version) continue;
    seen.n += one.n;
    seen.bad += one.invalid + one.error;
    seen.slow += one.slow;
    for (const reason of one.refused ?? []) refused.add(reason, reason.count);
  }
  const reasons = refusedText(refused.result());
  return { ...seen, why: reasons === '' ? '' : `: ${reasons}` };
}

/** `2 %`, `0.5 %`. */
export const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
