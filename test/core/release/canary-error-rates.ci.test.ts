/** The error rates of a canary by simulation, through the state machine, looked at every few minutes. Seeded. */

import { expect, it } from 'vitest';
import { Random } from '../../../lambdas/core/numeric/random.ts';
import { decide } from '../../../lambdas/core/release/decide.ts';
import type { Observation } from '../../../lambdas/core/release/observation.ts';
import { EMPTY_RELEASE, type ReleaseState } from '../../../lambdas/core/release/state.ts';
import type { ReleasePolicy } from '../../../lambdas/core/release/transitions.ts';

const MINUTE = 60_000;
const POLICY: ReleasePolicy = {
  watchMs: 60 * MINUTE,
  maxBadShare: 0.01,
  maxSlowShare: 0.01,
  alpha: 0.005,
  beta: 0.05,
  watch: { test: 'full', needed: 2_803 },
  live: {
    steps: [
      { share: 0.1, test: 'looser', needed: 8_000 },
      { share: 0.5, test: 'full', needed: 8_000 },
    ],
    minStepMs: 10 * MINUTE,
    maxStepMs: 100 * 10 * MINUTE,
  },
};

interface World {
  /** Share of entities whose answers are bad from the champion, and from the challenger. */
  readonly champion: number;
  readonly challenger: number;
  /** Entities per look. */
  readonly perLook: number;
}

type Metric = 'invalid' | 'slow';

/** One release; every entity counts once in a step, as `readObservations` counts it. */
function release(seed: number, { champion, challenger, perLook }: World, metric: Metric): string {
  const random = Random.fromSeed(seed);
  const ref = (version: number) => ({ version, digest: `d${version}` });
  let state: ReleaseState = { ...EMPTY_RELEASE, champion: ref(1) };
  const go = (event: Parameters<typeof decide>[1]): void => {
    state = decide(state, event, POLICY).state;
  };
  go({ kind: 'approved', at: 0, candidate: ref(2), strategy: 'canary', changeExpected: false });
  go({ kind: 'replayed', at: 0, version: 2, verdict: { kind: 'pass', reason: 'replay' } });
  let counts = [0, 0, 0, 0];
  for (let at = 10 * MINUTE; state.challenger?.live !== undefined; at += 10 * MINUTE) {
    const { share, step } = state.challenger.live;
    for (let i = 0; i < perLook; i += 1) {
      const ours = random.uniform() < share ? 2 : 0;
      const bad = random.uniform() < (ours === 2 ? challenger : champion) ? 1 : 0;
      counts[ours] = (counts[ours] ?? 0) + 1;
      counts[ours + 1] = (counts[ours + 1] ?? 0) + bad;
    }
    const [n1 = 0, bad1 = 0, n2 = 0, bad2 = 0] = counts;
    go({ kind: 'tick', at, observations: [seen(1, n1, bad1, metric), seen(2, n2, bad2, metric)] });
    if (state.challenger?.live?.step !== step) counts = [0, 0, 0, 0];
  }
  return state.watch === null ? (state.outcomes.at(-1)?.fate ?? 'none') : 'promoted';
}

const seen = (version: number, n: number, bad: number, metric: Metric): Observation => ({
  arm: version === 1 ? 'champion' : 'challenger',
  version,
  n,
  invalid: 0,
  error: 0,
  slow: 0,
  scoreHistogram: [],
  [metric]: bad,
});

function fates(runs: number, world: World, metric: Metric = 'invalid'): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let seed = 1; seed <= runs; seed += 1) {
    const fate = release(seed * 7919, world, metric);
    counts[fate] = (counts[fate] ?? 0) + 1;
  }
  return counts;
}

/** 1 %, and three standard deviations of what so many runs show of it. */
const atMostOnePercent = (runs: number): number => runs * 0.01 + 3 * Math.sqrt(runs * 0.01 * 0.99);

it.each(['invalid', 'slow'] as const)(
  'aborts a healthy release for %s responses in at most one of a hundred runs',
  (metric) => {
    const { aborted = 0 } = fates(1_000, { champion: 0.01, challenger: 0.01, perLook: 400 }, metric);
    expect(aborted).toBeLessThanOrEqual(atMostOnePercent(1_000));
  },
);

it('promotes a release without bad responses in nearly every run', () => {
  expect(fates(200, { champion: 0.001, challenger: 0.001, perLook: 400 }).promoted).toBeGreaterThanOrEqual(
    195,
  );
});

it('never promotes a release that is three times as bad at a base of 1 %', () => {
  const result = fates(1_000, { champion: 0.01, challenger: 0.03, perLook: 400 });
  expect(result.promoted).toBeUndefined();
  expect(result.aborted).toBeGreaterThan(980);
});
