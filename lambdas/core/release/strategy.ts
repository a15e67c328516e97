import type { ReleaseConfig, ServingConfig } from '../config.ts';
import { exp, ln } from '../numeric/math.ts';
import { type Limits, POWER, requestsOfStep, requestsOfWatch } from './power.ts';
import type { EvidenceTest, RunnableStrategy } from './state.ts';

/** How often the evidence of a release may mislead. */
export const ERROR_RATES = {
  /** P(ever calling harm on a version that keeps its limits) by one metric. There are two: a release has twice as much. */
  alpha: 0.005,
  /** P(calling a version safe that is as bad as the test excludes), per step and for the watch. */
  beta: 0.05,
} as const;
/** How many times as bad as a champion at half of its limits a test excludes. */
export const EXCLUDED: Readonly<Record<EvidenceTest, number>> = { full: 2, looser: 4 };
/** The strictest first. */
const TESTS = ['full', 'looser'] as const;
/** A p99 limit is broken when more than 1 % of answers are slower. */
const SLOW_SHARE_AT_P99 = 0.01;
/** `strict` accepts half of every share. */
const ACCEPTED = { standard: 1, strict: 0.5 } as const;

/** Limits for a version while it is new. */
export interface EvidenceLimits {
  /** Largest share of invalid answers and errors together. */
  readonly maxBadShare: number;
  /** Largest share of answers slower than the latency limit. */
  readonly maxSlowShare: number;
}

/** The shares that a new version may reach. */
export function evidenceLimits({
  release,
  alarms,
}: Pick<ServingConfig, 'release' | 'alarms'>): EvidenceLimits {
  const accepted = ACCEPTED[release.strictness];
  return { maxBadShare: alarms.errorRate * accepted, maxSlowShare: SLOW_SHARE_AT_P99 * accepted };
}

/** The second live step of a canary. */
const CANARY_SECOND_SHARE = 0.5;

/** Share of requests that the challenger gets in each step; empty where a strategy needs no live evidence. */
export function liveShares(strategy: RunnableStrategy, { share, steps }: ReleaseConfig): readonly number[] {
  switch (strategy) {
    case 'canary':
      return share < CANARY_SECOND_SHARE ? [share, CANARY_SECOND_SHARE] : [share];
    case 'linear':
      return Array.from({ length: steps }, (_, step) => share * (step + 1)).filter((part) => part < 1);
    case 'shadow':
      return [share];
    case 'all-at-once':
    case 'shadow-replay':
      return [];
  }
}

/** Fields that decide whether the requests of a model are enough evidence. */
type Serving = Pick<ServingConfig, 'online' | 'release' | 'alarms'>;

/** A live step before it begins. */
export interface PlannedStep {
  readonly share: number;
  readonly test: EvidenceTest;
  /** Requests, of all that arrive, that let a version pass that is as bad as the champion; with the other steps by `POWER`. */
  readonly needed: number;
}

/** Requests that a test needs, compared with the declared volume. */
export interface VolumeCheck {
  /** The strictest test that the volume feeds; the looser one where it feeds none. */
  readonly test: EvidenceTest;
  readonly feeds: boolean;
  /** Requests that must be able to arrive in the time that the blueprint gives. */
  readonly needed: number;
  /** Shortest time that this volume could feed; Infinity without requests. */
  readonly hours: number;
}

/** The live steps of a strategy, and whether the declared volume feeds the largest in `maxHoursPerStep`. */
export function planSteps(
  strategy: RunnableStrategy,
  serving: Serving,
): VolumeCheck & { readonly steps: readonly PlannedStep[] } {
  const plans = TESTS.map((test) => {
    const steps = stepsOf(strategy, serving, test);
    const needed = steps.reduce((most, step) => Math.max(most, step.needed), 0);
    return { test, steps, ...volumeFor(needed, serving, serving.release.maxHoursPerStep) };
  });
  return strictest(plans);
}

/**
 * Every step but the last runs the looser test: it keeps a version that is far worse from more requests. The last one
 * is where a version shows that it may take them all.
 */
function stepsOf(strategy: RunnableStrategy, serving: Serving, last: EvidenceTest): PlannedStep[] {
  const shares = liveShares(strategy, serving.release);
  return shares.map((share, step) => {
    const test = step === shares.length - 1 ? last : 'looser';
    // A shadow answers copies: of all answers its part is smaller, and the requests are fewer than the answers.
    const answers = strategy === 'shadow' ? 1 + share : 1;
    const power = exp(ln(POWER) / shares.length);
    const needed = Math.ceil(requestsOfStep(share / answers, limitsOf(serving, test), power) / answers);
    return { share, test, needed };
  });
}

/** The limits of both metrics in a test. */
function limitsOf(serving: Serving, test: EvidenceTest): readonly Limits[] {
  const { maxBadShare, maxSlowShare } = evidenceLimits(serving);
  const { beta } = ERROR_RATES;
  return [maxBadShare, maxSlowShare].map((ceiling) => ({ ceiling, excluded: EXCLUDED[test], beta }));
}

/**
 * Requests, of all that arrive, until a version that is as bad as the champion has passed every step with a power of
 * 90 %. The champion is taken to be at half of its limits.
 */
export function requestsNeeded(strategy: RunnableStrategy, serving: Serving): number {
  return planSteps(strategy, serving).steps.reduce((sum, { needed }) => sum + needed, 0);
}

/** Whether the volume feeds each live step within `maxHoursPerStep`, and the test that it feeds. */
export function checkVolume(strategy: RunnableStrategy, serving: Serving): VolumeCheck {
  const { steps: _, ...check } = planSteps(strategy, serving);
  return check;
}

/** Largest `watchHours` and `maxHoursPerStep`. */
export const MAX_HOURS = 24 * 30;
/** A watch without a number in the blueprint sees a full day of hours. */
const LEAST_WATCH_HOURS = 24;
/** A watch without a number is longer than its requests need by so much: they come unevenly. */
export const MARGIN = 1.25;

/**
 * The watch that follows every strategy. It runs the strictest test that its hours feed. Without `watchHours` it is as
 * long as the strictest test needs that fits, with a margin, into `MAX_HOURS`. A model without an API declares no
 * volume: the looser test decides after a day.
 */
export function checkWatch(serving: Serving): VolumeCheck & { readonly watchHours: number } {
  const given = serving.release.watchHours;
  const plans = TESTS.map((test) => {
    const needed = requestsOfWatch(limitsOf(serving, test), POWER);
    const { hours } = volumeFor(needed, serving, MAX_HOURS);
    const usual = Math.max(LEAST_WATCH_HOURS, Math.ceil(hours * MARGIN));
    const watchHours =
      given ?? (serving.online === undefined ? LEAST_WATCH_HOURS : Math.min(usual, MAX_HOURS));
    const fits = test === 'looser' ? hours : hours * MARGIN;
    return {
      test,
      needed,
      hours,
      watchHours,
      feeds: given === undefined ? fits <= MAX_HOURS : hours <= given,
    };
  });
  return strictest(plans);
}

/** The first plan that the volume feeds, else the last. */
function strictest<P extends VolumeCheck>(plans: readonly P[]): P {
  return plans.find(({ feeds }) => feeds) ?? (plans.at(-1) as P); // one for each test
}

function volumeFor(needed: number, { online }: Serving, given: number): Omit<VolumeCheck, 'test'> {
  const hours = needed === 0 ? 0 : Math.ceil((needed * 24) / (online?.requestsPerDay ?? 0));
  return { feeds: hours <= given, needed, hours };
}

/**
 * The strategy that runs. `auto` becomes a canary where the volume feeds it, by the full test or the looser one, else a
 * replay of past requests with a watch window after it: a release always ends.
 */
export function resolveStrategy(serving: Serving): RunnableStrategy {
  const { strategy } = serving.release;
  if (strategy !== 'auto') return strategy;
  return checkVolume('canary', serving).feeds ? 'canary' : 'shadow-replay';
}
