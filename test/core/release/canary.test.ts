import { describe, expect, it } from 'vitest';
import { decide } from '../../../lambdas/core/release/decide.ts';
import { compare, tailUpTo } from '../../../lambdas/core/release/evidence.ts';
import type { Observation } from '../../../lambdas/core/release/observation.ts';
import {
  EMPTY_RELEASE,
  type ReleaseState,
  type RunnableStrategy,
} from '../../../lambdas/core/release/state.ts';
import { HOUR, POLICY } from './policy.ts';

const ref = (version: number) => ({ version, digest: `d${version}` });
const pass = { kind: 'pass', reason: 'replay of 1,000 requests' } as const;

/** Version 1 serves, version 2 has passed the replay and answers its first share. */
function started(strategy: RunnableStrategy = 'canary', policy = POLICY): ReleaseState {
  const serving: ReleaseState = { ...EMPTY_RELEASE, champion: ref(1) };
  const event = { kind: 'approved', at: 0, candidate: ref(2), strategy, changeExpected: false } as const;
  const { state } = decide(serving, event, policy);
  return decide(state, { kind: 'replayed', at: 0, version: 2, verdict: pass }, policy).state;
}

const seen = (version: number, n: number, invalid = 0, slow = 0): Observation => ({
  arm: version === 1 ? 'champion' : 'challenger',
  version,
  n,
  invalid,
  error: 0,
  slow,
  scoreHistogram: [],
});
const tick = (at: number, ...observations: Observation[]) => ({ kind: 'tick', at, observations }) as const;

describe('a canary', () => {
  it('begins with its share of the requests once past requests were scored', () => {
    expect(started().challenger).toMatchObject({
      version: 2,
      replay: 'replay of 1,000 requests',
      live: { step: 0, share: 0.1, test: 'looser', shadow: false, since: 5_000 },
    });
    expect(started().champion).toEqual(ref(1));
  });

  it('goes from step to step and then takes all requests, under watch', () => {
    const first = decide(started(), tick(HOUR, seen(1, 1_800), seen(2, 200)), POLICY);
    expect(first).toMatchObject({
      kind: 'started',
      state: { challenger: { live: { step: 1, share: 0.5 } } },
    });
    expect(first.reason).toBe(
      '200 answers at 10 % without harm, by the looser test, which excludes 4 times as bad; it answers 50 % of the requests',
    );
    const second = decide(first.state, tick(2 * HOUR, seen(1, 400), seen(2, 400)), POLICY);
    expect(second).toMatchObject({
      kind: 'moved',
      state: { champion: ref(2), previous: ref(1), challenger: null },
    });
    expect(second.state.watch?.reason).toBe('replay of 1,000 requests; 400 answers at 50 % without harm');
  });

  it('waits for the least time and the least number of responses', () => {
    const short = decide(started(), tick(HOUR / 12, seen(1, 18_000), seen(2, 2_000)), POLICY);
    expect(short.kind).toBe('waiting');
    expect(decide(started(), tick(HOUR, seen(1, 800), seen(2, 90)), POLICY).kind).toBe('waiting');
  });

  it('aborts on evidence of harm, by bad responses or slow ones, and never comes back', () => {
    for (const worse of [seen(2, 500, 40), seen(2, 500, 0, 40)]) {
      const { state, reason } = decide(started(), tick(HOUR, seen(1, 4_500, 10, 10), worse), POLICY);
      expect(state.challenger).toBeNull();
      expect(state.champion).toEqual(ref(1));
      expect(state.outcomes.at(-1)).toMatchObject({ version: 2, fate: 'aborted', strategy: 'canary' });
      expect(reason).toMatch(/^40 of 500 answers .* at 10 %, the champion's 10 of 4500$/);
      expect(state.rejected).toContain(2);
    }
  });

  it('stays when an hour is equally bad for champion and challenger', () => {
    const bothBad = tick(HOUR, seen(1, 4_500, 450), seen(2, 500, 50));
    expect(decide(started(), bothBad, POLICY)).toMatchObject({
      kind: 'started',
      state: { challenger: { version: 2 } },
    });
  });

  it('expires without traffic, restores the champion, and may be approved again', () => {
    const { state } = decide(started(), tick(25 * HOUR), POLICY);
    expect(state).toMatchObject({ champion: ref(1), challenger: null, watch: null, rejected: [] });
    expect(state.outcomes.at(-1)).toMatchObject({ fate: 'expired' });
    const again = {
      kind: 'approved',
      at: 26 * HOUR,
      candidate: ref(2),
      strategy: 'canary',
      changeExpected: false,
    } as const;
    expect(decide(state, again, POLICY).kind).toBe('started');
  });

  it('ends on an alarm of its own time or by a person, but not on an older alarm', () => {
    const alarm = (since: number) => ({ kind: 'alarm', at: HOUR, since, reason: 'errors' }) as const;
    expect(decide(started(), alarm(4_000), POLICY).kind).toBe('ignored');
    expect(decide(started(), alarm(6_000), POLICY).state.outcomes.at(-1)).toMatchObject({ fate: 'aborted' });
    const { champion, challenger } = started();
    const about = (version = 0) => decide(started(), { ...alarm(6_000), version }, POLICY);
    expect(about(champion?.version).kind).toBe('ignored');
    expect(about(challenger?.version).state.challenger).toBeNull();
    const { state } = decide(started(), { kind: 'rollback', at: HOUR, by: 'ada' }, POLICY);
    expect(state).toMatchObject({ champion: ref(1), challenger: null });
  });

  it('ignores a late delivery of its replay', () => {
    const late = {
      kind: 'replayed',
      at: HOUR,
      version: 2,
      verdict: { kind: 'fail', reason: 'late' },
    } as const;
    expect(decide(started(), late, POLICY)).toMatchObject({ kind: 'ignored' });
  });
});

describe('strategies other than a canary', () => {
  it('gives linear as many steps as it has shares', () => {
    const steps = [0.25, 0.5, 0.75].map((share) => ({ share, test: 'full' as const, needed: 1_000 }));
    const policy = { ...POLICY, live: { ...POLICY.live, steps } };
    let state = started('linear', policy);
    const shares: (number | undefined)[] = [];
    for (let hour = 1; state.challenger !== null; hour += 1) {
      shares.push(state.challenger.live?.share);
      state = decide(state, tick(hour * HOUR, seen(1, 500), seen(2, 500)), policy).state;
    }
    expect(shares).toEqual([0.25, 0.5, 0.75]);
    expect(state.champion).toEqual(ref(2));
  });

  it('hides the responses of a shadow, and compares its copies with all responses of the champion', () => {
    const steps = [{ share: 1, test: 'full' as const, needed: 1_000 }];
    const policy = { ...POLICY, live: { ...POLICY.live, steps } };
    expect(started('shadow', policy).challenger?.live).toMatchObject({ shadow: true, share: 1 });
    // As many bad answers as the champion on the same requests: no harm. Four times as many: harm.
    const level = decide(
      started('shadow', policy),
      tick(HOUR, seen(1, 2_000, 20), seen(2, 2_000, 20)),
      policy,
    );
    expect(level.kind).toBe('moved');
    const worse = decide(
      started('shadow', policy),
      tick(HOUR, seen(1, 2_000, 20), seen(2, 2_000, 80)),
      policy,
    );
    expect(worse.state.outcomes.at(-1)).toMatchObject({ fate: 'aborted' });
    // A request that both answer is one.
    const few = decide(started('shadow', policy), tick(25 * HOUR, seen(1, 90), seen(2, 90)), policy);
    expect(few.state.outcomes.at(-1)?.reason).toMatch(/ saw 90 requests in 25 h and needs 1,000; /);
  });

  it('ends a step that a newer plan no longer has, for the answers and not for their number', () => {
    const { state } = decide(started(), tick(HOUR, seen(1, 1_800), seen(2, 200)), POLICY);
    const newer = { ...POLICY, live: { ...POLICY.live, steps: POLICY.live.steps.slice(0, 1) } };
    const ended = decide(state, tick(26 * HOUR, seen(1, 20), seen(2, 20)), newer);
    expect(ended.state.outcomes.at(-1)).toMatchObject({
      fate: 'expired',
      shortfall: { cause: 'near-limits' },
    });
  });
});

describe('the comparison of champion and challenger', () => {
  const rule = { ceiling: 0.02, alpha: 0.01, beta: 0.05, excluded: 2, tolerated: 1 };

  it('equals the mixture by hand: one bad response, by the challenger, at half of the requests', () => {
    const { logs } = compare({ n: 1, bad: 1, championBad: 0 }, 0.5, rule, [], false);
    const expected = [1.25, 1.5, 2, 3, 5, 10, 20].map((theta) => Math.log(theta / (theta + 1) / 0.5));
    logs.forEach((log, k) => {
      expect(log).toBeCloseTo(expected[k] ?? 0, 12);
    });
  });

  it('adds to the evidence of earlier steps', () => {
    const once = compare({ n: 9, bad: 4, championBad: 1 }, 0.5, rule, [], false);
    const twice = compare({ n: 9, bad: 4, championBad: 1 }, 0.5, rule, once.logs, false);
    twice.logs.forEach((log, k) => {
      expect(log).toBeCloseTo(2 * (once.logs[k] ?? 0), 12);
    });
  });

  it('finds safety in few bad responses beside many of the champion, and none in few responses', () => {
    expect(compare({ n: 2_000, bad: 8, championBad: 25 }, 0.5, rule, [], false).evidence).toBe('safe');
    expect(compare({ n: 100, bad: 0, championBad: 90 }, 0.5, rule, [], false).evidence).toBe('unknown');
  });

  // scipy.stats.binom.cdf, SciPy 1.17.1.
  it.each([
    [0, 183, 0.02, 0.0247954418492247],
    [3, 400, 0.02, 0.040951655070432955],
    [20, 1_000, 0.02, 0.5590956058637875],
    [50, 100_000, 0.001, 2.3711826624976373e-8],
    [5, 5, 0.5, 1],
  ])('computes P(at most %i of %i at %d)', (bad, n, ceiling, expected) => {
    expect(tailUpTo(bad, n, ceiling) / expected).toBeCloseTo(1, 9);
  });
});
