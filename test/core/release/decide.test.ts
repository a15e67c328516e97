import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type ReleaseEvent } from '../../../lambdas/core/release/decide.ts';
import type { Observation } from '../../../lambdas/core/release/observation.ts';
import { EMPTY_RELEASE, type ReleaseState } from '../../../lambdas/core/release/state.ts';
import type { ReleasePolicy } from '../../../lambdas/core/release/transitions.ts';
import { HOUR, POLICY as USUAL } from './policy.ts';

const POLICY: ReleasePolicy = { ...USUAL, watchMs: 48 * HOUR, maxSlowShare: 0.05 };

const ref = (version: number) => ({ version, digest: `digest-${version}` });

const answers = (version: number, n: number, bad = 0, slow = 0): Observation => ({
  arm: 'champion',
  version,
  n,
  invalid: bad,
  error: 0,
  slow,
  scoreHistogram: [],
});

const approved = (version: number, at: number, strategy: 'all-at-once' | 'shadow-replay' = 'shadow-replay') =>
  ({ kind: 'approved', at, candidate: ref(version), strategy, changeExpected: false }) as const;

const replayed = (version: number, at: number, kind: 'pass' | 'fail') =>
  ({ kind: 'replayed', at, version, verdict: { kind, reason: 'replay of 1,000 requests' } }) as const;

/** Applies events one after another and returns the last decision. */
function run(events: readonly ReleaseEvent[], from: ReleaseState = EMPTY_RELEASE) {
  let decision = decide(from, { kind: 'tick', at: 0, observations: [] }, POLICY);
  for (const event of events) decision = decide(decision.state, event, POLICY);
  return decision;
}

const firstServing = [
  approved(1, 0),
  { kind: 'tick', at: 48 * HOUR, observations: [answers(1, 500)] } as const,
];
const secondWatched = [...firstServing, approved(2, 50 * HOUR), replayed(2, 50 * HOUR, 'pass')];

describe('a release', () => {
  it('needs no earlier model', () => {
    const { state, kind } = run([approved(1, 5)]);
    expect(kind).toBe('moved');
    expect(state.champion).toEqual(ref(1));
    expect(state.previous).toBeNull();
    expect(state.watch).toMatchObject({ since: 5, until: 5 + 48 * HOUR });
  });

  it('promotes a release when its watch window ends with enough requests and no harm', () => {
    const { state } = run(firstServing);
    expect(state.watch).toBeNull();
    expect(state.outcomes).toMatchObject([
      { version: 1, fate: 'promoted', startedAt: 0, endedAt: 48 * HOUR },
    ]);
  });

  it('waits while the watch window is open', () => {
    expect(run([approved(1, 0), { kind: 'tick', at: HOUR, observations: [answers(1, 20)] }]).kind).toBe(
      'waiting',
    );
  });

  it('replays past requests before a second version serves', () => {
    const started = run([...firstServing, approved(2, 50 * HOUR)]);
    expect(started.kind).toBe('started');
    expect(started.state.champion).toEqual(ref(1));
    expect(started.state.challenger).toMatchObject({ version: 2, startedAt: 50 * HOUR });
    const moved = decide(started.state, replayed(2, 51 * HOUR, 'pass'), POLICY);
    expect(moved.state.champion).toEqual(ref(2));
    expect(moved.state.previous).toEqual(ref(1));
  });

  it('skips the replay of a release that takes all requests at once', () => {
    const { state } = run([...firstServing, approved(2, 50 * HOUR, 'all-at-once')]);
    expect(state.champion).toEqual(ref(2));
  });

  it('aborts a version after a failed replay, which serves nothing and never comes back', () => {
    const { state } = run([...firstServing, approved(2, 50 * HOUR), replayed(2, 51 * HOUR, 'fail')]);
    expect(state.champion).toEqual(ref(1));
    expect(state.outcomes.at(-1)).toMatchObject({ version: 2, fate: 'aborted' });
    expect(decide(state, approved(2, 52 * HOUR), POLICY)).toMatchObject({ kind: 'ignored' });
  });

  it('rolls back on invalid responses, with the numbers in the reason', () => {
    const tick = {
      kind: 'tick',
      at: 51 * HOUR,
      observations: [answers(1, 900), answers(2, 60, 12)],
    } as const;
    const { state } = run([...secondWatched, tick]);
    expect(state.champion).toEqual(ref(1));
    expect(state.previous).toBeNull();
    expect(state.outcomes.at(-1)).toMatchObject({
      fate: 'rolled-back',
      reason: '12 of 60 answers invalid or failed, limit 2 %',
    });
  });

  it('rolls back on slow responses', () => {
    const { state } = run([
      ...secondWatched,
      { kind: 'tick', at: 51 * HOUR, observations: [answers(2, 100, 0, 40)] },
    ]);
    expect(state.outcomes.at(-1)?.reason).toBe('40 of 100 answers too slow, limit 5 %');
  });

  it('expires and restores the version before when too few requests came', () => {
    const { state } = run([...secondWatched, { kind: 'tick', at: 99 * HOUR, observations: [answers(2, 3)] }]);
    expect(state.champion).toEqual(ref(1));
    expect(state.outcomes.at(-1)?.fate).toBe('expired');
  });

  it('names the requests that came and were needed, those declared, and the setting, when a watch ends without evidence', () => {
    const end = (n: number, bad = 0, requests?: number) => ({
      kind: 'tick' as const,
      at: 51 * HOUR + 48 * HOUR,
      observations: [{ ...answers(2, n, bad), ...(requests !== undefined && { requests }) }],
    });
    const ended = (tick: ReturnType<typeof end>) => {
      const outcome = run([...secondWatched, tick]).state.outcomes.at(-1);
      return [outcome?.fate, outcome?.reason, outcome?.shortfall?.cause];
    };
    expect(ended(end(130))).toEqual([
      'expired',
      'no evidence of health: the full test saw 130 requests in 49 h and needs 2,803; 64 a day came, serving.online.requestsPerDay declares 1,000; set serving.online.requestsPerDay to 64, so that a looser test or a replay decides',
      'too-few-requests',
    ]);
    expect(ended(end(140, 0, 1_400))[1]).toMatch(
      /saw 140 requests that count \(1,400 in all, a customer counts once\) in 49 h and needs 2,803; 686 a day came, .* declares 1,000/,
    );
    expect(ended(end(600, 10))[1]).toMatch(/raise serving.release.watchHours to 287$/);
    expect(ended(end(0))[1]).toMatch(/find out why no request reached it$/);
    expect(ended(end(5_000, 90))).toEqual([
      'expired',
      'no evidence of health: the full test saw 5,000 requests in 49 h and needs 2,803; 90 invalid or failed, 0 too slow; bring the bad and slow answers down, or raise serving.alarms.errorRate or p99LatencyMs',
      'near-limits',
    ]);
  });

  it('compares with no declared volume where the model has no API', () => {
    const { declaredPerDay: _, ...policy } = POLICY;
    const { state } = run(secondWatched);
    const ended = (n: number) =>
      decide(state, { kind: 'tick', at: 99 * HOUR, observations: [answers(2, n)] }, policy);
    expect(ended(3).state.outcomes.at(-1)?.reason).toMatch(
      /1 a day came, serving.online is not declared; serve at least 94 requests a day/,
    );
    expect(ended(2_000).reason).toMatch(/2,000 requests without harm$/);
  });

  it('names both volumes at a good end that saw far fewer requests than declared', () => {
    const watched = (n: number) =>
      run([...secondWatched, { kind: 'tick', at: 99 * HOUR, observations: [answers(2, n)] }]).reason;
    expect(watched(900)).toMatch(
      /900 requests without harm; 441 a day came, serving.online.requestsPerDay declares 1,000$/,
    );
    expect(watched(2_000)).toMatch(/2,000 requests without harm$/);
  });

  it('may be approved again after it expired without evidence against it', () => {
    const { state } = run([...secondWatched, { kind: 'tick', at: 99 * HOUR, observations: [answers(2, 3)] }]);
    expect(state.rejected).toEqual([]);
    expect(decide(state, approved(2, 100 * HOUR), POLICY).kind).toBe('started');
  });

  it('keeps a first version despite harm, because there is no version to go back to', () => {
    const { state } = run([approved(1, 0), { kind: 'tick', at: HOUR, observations: [answers(1, 60, 30)] }]);
    expect(state.champion).toEqual(ref(1));
    expect(state.outcomes.at(-1)).toMatchObject({ fate: 'promoted' });
    expect(state.outcomes.at(-1)?.reason).toMatch(/nothing is there to go back to/);
    expect(state.outcomes.at(-1)?.unproven).toBe(true);
  });

  it('forgets all but the newest 64 outcomes and 16 earlier champions', () => {
    let state = EMPTY_RELEASE;
    for (let version = 1; version <= 90; version += 1) {
      state = decide(state, approved(version, version, 'all-at-once'), POLICY).state;
      const tick = { kind: 'tick', at: version + 48 * HOUR, observations: [answers(version, 500)] } as const;
      state = decide(state, tick, POLICY).state;
    }
    expect(state.outcomes.map(({ version }) => version)).toEqual(
      Array.from({ length: 64 }, (_, i) => 27 + i),
    );
    expect(state.earlier.map(({ version }) => version)).toEqual(Array.from({ length: 16 }, (_, i) => 73 + i));
  });
});

describe('an approval', () => {
  it('is ignored while another release is under replay or watch', () => {
    expect(run([...firstServing, approved(2, 50 * HOUR), approved(3, 50 * HOUR)]).kind).toBe('ignored');
    expect(run([...secondWatched, approved(3, 51 * HOUR)]).kind).toBe('ignored');
  });

  it('is ignored for a version that is not newer than the champion', () => {
    expect(run([...firstServing, approved(1, 50 * HOUR)]).kind).toBe('ignored');
  });
});

describe('a repeated approval after another release blocked it', () => {
  it('starts the release once the other one has ended', () => {
    const ended = run([
      ...secondWatched,
      approved(3, 51 * HOUR),
      { kind: 'tick', at: 99 * HOUR, observations: [answers(2, 500)] },
    ]);
    expect(ended.state.champion).toEqual(ref(2));
    expect(decide(ended.state, approved(3, 100 * HOUR), POLICY).kind).toBe('started');
  });
});

describe('an alarm during a release', () => {
  const alarm = (since: number) =>
    ({ kind: 'alarm', at: 52 * HOUR, since, reason: 'errors above 2 %' }) as const;

  it('rolls back the version under watch', () => {
    expect(run([...secondWatched, alarm(51 * HOUR)]).state.champion).toEqual(ref(1));
  });

  it('is ignored when its datapoints are older than the release, or nothing is under watch', () => {
    expect(run([...secondWatched, alarm(49 * HOUR)]).kind).toBe('ignored');
    expect(run([...firstServing, alarm(51 * HOUR)]).kind).toBe('ignored');
  });

  it('is ignored when it is about a version that is not being released', () => {
    expect(run([...secondWatched, { ...alarm(51 * HOUR), version: 1 }]).kind).toBe('ignored');
    expect(run([...secondWatched, { ...alarm(51 * HOUR), version: 2 }]).state.champion).toEqual(ref(1));
  });
});

describe('a manual rollback', () => {
  const rollback = { kind: 'rollback', at: 60 * HOUR, by: 'ada' } as const;

  it('works after the watch has ended, and again to the version before', () => {
    const promoted = [
      ...secondWatched,
      { kind: 'tick', at: 99 * HOUR, observations: [answers(2, 500)] } as const,
    ];
    const third = [approved(3, 100 * HOUR, 'all-at-once')];
    const once = run([...promoted, ...third, rollback]);
    expect(once.state.champion).toEqual(ref(2));
    expect(once.state.previous).toEqual(ref(1));
    const twice = decide(once.state, { ...rollback, version: 2 }, POLICY);
    expect(twice.state.champion).toEqual(ref(1));
    expect(twice.state.outcomes.at(-1)).toMatchObject({
      version: 2,
      strategy: 'all-at-once',
      reason: 'by ada',
    });
  });

  it('drops a challenger under replay too, which may be approved again', () => {
    const promoted = [
      ...secondWatched,
      { kind: 'tick', at: 99 * HOUR, observations: [answers(2, 500)] } as const,
    ];
    const { state, kind } = run([...promoted, approved(3, 100 * HOUR), rollback]);
    expect(kind).toBe('ended');
    expect(state.champion).toEqual(ref(1));
    expect(state.challenger).toBeNull();
    expect(state.rejected).toEqual([2]);
    expect(state.outcomes.slice(-2)).toMatchObject([
      { version: 3, fate: 'aborted' },
      { version: 2, fate: 'rolled-back' },
    ]);
    expect(decide(state, approved(3, 101 * HOUR), POLICY).kind).toBe('started');
  });

  it('stops a running replay', () => {
    const { state } = run([...firstServing, approved(2, 50 * HOUR), rollback]);
    expect(state.challenger).toBeNull();
    expect(state.champion).toEqual(ref(1));
  });

  it('is ignored when nothing was released, or when no version came before', () => {
    expect(run([rollback]).kind).toBe('ignored');
    expect(run([...firstServing, rollback]).kind).toBe('ignored');
  });

  it('ignores a replay result for a version that is no challenger', () => {
    expect(run([...firstServing, replayed(7, 0, 'pass')]).kind).toBe('ignored');
  });
});

describe('any sequence of events, late, repeated or reordered', () => {
  const event: fc.Arbitrary<ReleaseEvent> = fc.oneof(
    fc.record({
      kind: fc.constant('approved' as const),
      at: fc.nat(100),
      candidate: fc.integer({ min: 1, max: 9 }).map(ref),
      strategy: fc.constantFrom('all-at-once' as const, 'shadow-replay' as const),
      changeExpected: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('replayed' as const),
      at: fc.nat(100),
      version: fc.integer({ min: 1, max: 9 }),
      verdict: fc.record({
        kind: fc.constantFrom('pass' as const, 'fail' as const),
        reason: fc.constant('x'),
      }),
    }),
    fc.record({
      kind: fc.constant('tick' as const),
      at: fc.constantFrom(0, 50 * HOUR, 200 * HOUR),
      observations: fc.array(
        fc
          .tuple(fc.integer({ min: 1, max: 9 }), fc.nat(500), fc.nat(500))
          .map(([version, n, bad]) => answers(version, n, Math.min(bad, n))),
        { maxLength: 3 },
      ),
    }),
    fc.record({
      kind: fc.constant('alarm' as const),
      at: fc.nat(100),
      since: fc.nat(100),
      reason: fc.constant('x'),
    }),
    fc.record(
      {
        kind: fc.constant('rollback' as const),
        at: fc.nat(100),
        by: fc.constant('ada'),
        version: fc.integer({ min: 1, max: 9 }),
      },
      { requiredKeys: ['kind', 'at', 'by'] },
    ),
  );

  it('leaves at most one champion, another version to go back to, and no rejected version in service', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let state = EMPTY_RELEASE;
        for (const one of events) {
          const next = decide(state, one, POLICY).state;
          if (state.champion !== null) expect(next.champion).not.toBeNull();
          if (next.previous !== null) expect(next.previous.version).toBeLessThan(next.champion?.version ?? 0);
          expect(next.rejected).not.toContain(next.champion?.version);
          expect(next.rejected).not.toContain(next.previous?.version);
          expect(next.rejected).not.toContain(next.challenger?.version);
          state = next;
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('lets one rollback request go back whenever there is something to go back to', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const { state } = events.reduce((last, one) => decide(last.state, one, POLICY), run([]));
        const { champion, challenger } = state;
        const version = champion?.version ?? 0;
        const back = decide(state, { kind: 'rollback', at: 1, by: 'ada', version }, POLICY).state;
        if (champion === null) expect(challenger).toBeNull();
        expect(back.challenger).toBeNull();
        if (state.previous !== null) expect(back.champion).toEqual(state.previous);
      }),
    );
  });
});
