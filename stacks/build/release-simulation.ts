/** Releases played with the code that decides them: requests arrive at random, and every tick asks `decide`. */

import type { ServingConfig } from '../../lambdas/core/config.ts';
import { exp } from '../../lambdas/core/numeric/math.ts';
import { Random } from '../../lambdas/core/numeric/random.ts';
import { decide } from '../../lambdas/core/release/decide.ts';
import type { Observation } from '../../lambdas/core/release/observation.ts';
import { releasePolicy } from '../../lambdas/core/release/policy.ts';
import { EMPTY_RELEASE, type Fate, type ReleaseState } from '../../lambdas/core/release/state.ts';
import { resolveStrategy } from '../../lambdas/core/release/strategy.ts';
import type { ReleasePolicy } from '../../lambdas/core/release/transitions.ts';

/** Shares of bad and of slow answers of the champion, and how many times as many the new version has. */
export interface ReleaseWorld {
  readonly bad: number;
  readonly slow: number;
  readonly times: number;
}

/** How one release ended. */
export interface PlayedRelease {
  readonly fate: Fate;
  /** True when it ended in a live step. */
  readonly inSteps: boolean;
  /** Hours in live steps; 0 without them. */
  readonly stepHours: number;
  /** Hours from the approval to the end. */
  readonly hours: number;
}

/** Fields that the release of a model depends on. */
type Serving = Pick<ServingConfig, 'online' | 'release' | 'alarms'>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The controller ticks each minute; ten make the simulation fast, and a step lasts no less. */
const TICK_MS = 10 * MINUTE_MS;
/** Ticks of a stage at most: a watch of a month is looked at every five hours. */
const MOST_TICKS = 144;

/** Plays `runs` releases, seeded one after the other. The same arguments give the same releases. */
export function playReleases(
  serving: Serving,
  world: ReleaseWorld,
  { runs, seed }: { readonly runs: number; readonly seed: number },
): readonly PlayedRelease[] {
  const policy = releasePolicy({
    serving: serving as ServingConfig,
    releaseStrategy: resolveStrategy(serving),
  });
  return Array.from({ length: runs }, (_, run) =>
    play(serving, policy, world, Random.fromSeed(Math.imul(seed, 1_000_003) + run)),
  );
}

const CHAMPION = { version: 1, digest: 'champion' };
const CHALLENGER = { version: 2, digest: 'challenger' };

function play(serving: Serving, policy: ReleasePolicy, world: ReleaseWorld, random: Random): PlayedRelease {
  const strategy = resolveStrategy(serving);
  let state: ReleaseState = { ...EMPTY_RELEASE, champion: CHAMPION };
  const go = (event: Parameters<typeof decide>[1]): void => {
    state = decide(state, event, policy).state;
  };
  go({ kind: 'approved', at: 0, candidate: CHALLENGER, strategy, changeExpected: true });
  go({ kind: 'replayed', at: 0, version: 2, verdict: { kind: 'pass', reason: 'replay' } });
  let at = 0;
  let stepHours = 0;
  let inSteps = true;
  while (state.challenger !== null || state.watch !== null) {
    const live = state.challenger?.live;
    inSteps = live !== undefined;
    const longest = inSteps ? policy.live.maxStepMs : policy.watchMs;
    const tick = Math.max(TICK_MS, longest / MOST_TICKS);
    const stage = { share: live?.share ?? 1, shadow: live?.shadow ?? false };
    const [ours, theirs] = [emptyOf(2), emptyOf(1)];
    const isSame = () => (inSteps ? state.challenger?.live?.step === live?.step : state.watch !== null);
    do {
      at += tick;
      arrive(
        ours,
        theirs,
        stage,
        (serving.online?.requestsPerDay ?? 0) * (tick / (24 * HOUR_MS)),
        world,
        random,
      );
      go({ kind: 'tick', at, observations: [ours, theirs] });
    } while (isSame() && state.outcomes.length === 0);
    if (inSteps) stepHours = at / HOUR_MS;
  }
  const fate = state.outcomes.at(-1)?.fate ?? 'expired';
  return { fate, inSteps, stepHours, hours: at / HOUR_MS };
}

/** Answers of a version so far. */
type Counted = { -readonly [K in keyof Observation]: Observation[K] };

const emptyOf = (version: 1 | 2): Counted => ({
  arm: version === 1 ? 'champion' : 'challenger',
  version,
  n: 0,
  invalid: 0,
  error: 0,
  slow: 0,
  scoreHistogram: [],
});

/** The answers of one tick: as many as usual, and bad and slow ones as they fall. */
function arrive(
  ours: Counted,
  theirs: Counted,
  { share, shadow }: { readonly share: number; readonly shadow: boolean },
  requests: number,
  { bad, slow, times }: ReleaseWorld,
  random: Random,
): void {
  const add = (to: Counted, mean: number, worse: number): void => {
    to.n += poisson(mean, random);
    to.invalid += poisson(mean * Math.min(1, bad * worse), random);
    to.slow += poisson(mean * Math.min(1, slow * worse), random);
  };
  add(ours, requests * share, times);
  add(theirs, requests * (shadow ? 1 : 1 - share), 1);
}

/** Above this mean a normal draw is rounded: the difference is far below a standard deviation. */
const LARGE_MEAN = 200;

/** A Poisson draw: by inversion, and for large means by the sum of twelve uniforms. */
function poisson(mean: number, random: Random): number {
  if (mean > LARGE_MEAN) {
    let sum = -6;
    for (let k = 0; k < 12; k += 1) sum += random.uniform();
    return Math.max(0, Math.round(mean + sum * Math.sqrt(mean)));
  }
  let left = random.uniform();
  let probability = exp(-mean);
  let count = 0;
  while (left > probability && count < 10 * LARGE_MEAN) {
    left -= probability;
    count += 1;
    probability *= mean / count;
  }
  return count;
}

/** Share of the releases that are so. */
export const partOf = (releases: readonly PlayedRelease[], is: (release: PlayedRelease) => boolean): number =>
  releases.filter(is).length / releases.length;

/** The median of hours; undefined of none. */
export function medianHours(hours: readonly number[]): number | undefined {
  return [...hours].sort((a, b) => a - b)[Math.floor(hours.length / 2)];
}
