import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type ReleaseEvent } from '../../../lambdas/core/release/decide.ts';
import { versionToLeave } from '../../../lambdas/core/release/rollback.ts';
import { type Challenger, EMPTY_RELEASE, type ReleaseState } from '../../../lambdas/core/release/state.ts';
import type { ReleasePolicy } from '../../../lambdas/core/release/transitions.ts';

/**
 * A request that names the state it was made for and is dropped when another is found: the lost-update rule of
 * RFC 9110, 13.1.1 (If-Match), applied to the version that serves.
 */
const HOUR = 3_600_000;
const POLICY: ReleasePolicy = {
  watchMs: 24 * HOUR,
  maxBadShare: 0.05,
  maxSlowShare: 0.05,
  alpha: 0.05,
  beta: 0.2,
  watch: { test: 'full', needed: 100 },
  live: { steps: [{ share: 0.1, test: 'full', needed: 8_000 }], minStepMs: HOUR, maxStepMs: 24 * HOUR },
};
const ref = (version: number) => ({ version, digest: `d${version}` });

/** Versions 1 to `newest` have served in turn; the newest is watched since hour `newest`. */
function served(newest: number): ReleaseState {
  let state = EMPTY_RELEASE;
  for (let version = 1; version <= newest; version++) {
    const at = version * 100 * HOUR;
    const candidate = ref(version);
    const approved = {
      kind: 'approved',
      at,
      candidate,
      strategy: 'all-at-once',
      changeExpected: false,
    } as const;
    state = { ...decide(state, approved, POLICY).state };
    if (version < newest) state = { ...state, watch: null };
  }
  return state;
}

const LATE = 900 * HOUR;
const rollback = (version?: number) =>
  ({ kind: 'rollback', at: LATE, by: 'ada', ...(version !== undefined && { version }) }) as const;
const alarm = { kind: 'alarm', at: LATE, since: LATE - HOUR, reason: 'alarm ErrorRate' } as const;
const apply = (state: ReleaseState, ...events: readonly ReleaseEvent[]): ReleaseState =>
  events.reduce((now, event) => decide(now, event, POLICY).state, state);
const live = (shadow: boolean): Challenger => ({
  ...ref(9),
  strategy: shadow ? 'shadow' : 'canary',
  changeExpected: false,
  startedAt: 0,
  replay: 'fine',
  live: { step: 0, share: 0.1, shadow, since: 0, before: { bad: [], slow: [] } },
});

describe('a rollback with a version', () => {
  it('changes nothing after the alarm went back from that version; the healthy version serves on', () => {
    const after = apply(served(3), alarm);
    expect(after).toMatchObject({ champion: ref(2), rejected: [3] });
    expect(decide(after, rollback(3), POLICY)).toMatchObject({
      kind: 'ignored',
      state: after,
      reason: 'version 3 does not serve: version 2 serves',
    });
  });

  it('goes back one step when four people ask at once', () => {
    expect(apply(served(3), rollback(3), rollback(3), rollback(3), rollback(3))).toMatchObject({
      champion: ref(2),
      previous: ref(1),
      rejected: [3],
    });
  });

  it('leaves nothing to a late alarm of that version', () => {
    expect(apply(served(3), rollback(3), alarm)).toMatchObject({ champion: ref(2), rejected: [3] });
  });

  it('stops the challenger alone when it names the challenger, which cannot return', () => {
    const state = { ...served(2), watch: null, challenger: live(false) };
    const after = apply(state, rollback(9));
    expect(after).toMatchObject({ champion: ref(2), challenger: null, rejected: [9] });
    expect(after.outcomes.at(-1)).toMatchObject({ version: 9, fate: 'aborted', reason: 'by ada' });
  });

  it('is ignored for a version that never served', () => {
    expect(decide(served(2), rollback(7), POLICY).kind).toBe('ignored');
    expect(decide(EMPTY_RELEASE, rollback(7), POLICY).kind).toBe('ignored');
  });
});

describe('a rollback of the older form, without a version', () => {
  it('takes back the newest release, and nothing once that has ended', () => {
    const once = apply(served(3), rollback());
    expect(once.champion).toEqual(ref(2));
    expect(decide(once, rollback(), POLICY)).toMatchObject({
      kind: 'ignored',
      reason: 'the newest release has ended already and version 2 serves: name the version that is to leave',
    });
    expect(apply(served(3), alarm, rollback()).champion).toEqual(ref(2));
  });

  it('stops the next challenger after an alarm, and does not go back again', () => {
    const state = { ...apply(served(3), alarm), challenger: live(true) };
    expect(apply(state, rollback())).toMatchObject({ champion: ref(2), challenger: null, rejected: [3, 9] });
  });
});

describe('the version to leave', () => {
  it('names the challenger where it answers callers, else the champion', () => {
    expect(versionToLeave(EMPTY_RELEASE)).toBeUndefined();
    expect(versionToLeave(served(2))).toBe(2);
    expect(versionToLeave({ ...served(2), challenger: live(false) })).toBe(9);
    expect(versionToLeave({ ...served(2), challenger: live(true) })).toBe(2);
    const { live: _, ...replaying } = live(true);
    expect(versionToLeave({ ...served(2), challenger: replaying })).toBe(2);
  });
});

describe('rollbacks and alarms for one version, from people and systems', () => {
  it('goes back at most one step in any order, and rejects no version before it', () => {
    const seen = fc.oneof(
      fc.constant({ named: true, alarm: false }),
      fc.constant({ named: false, alarm: false }),
      fc.constant({ named: true, alarm: true }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        fc.option(fc.boolean(), { nil: undefined }),
        fc.array(fc.record({ what: seen, since: fc.constantFrom(0, 100, 300, 650, 899) }), { maxLength: 12 }),
        (version, watched, shadow, events) => {
          const start = served(version);
          const state: ReleaseState = {
            ...start,
            watch: watched ? start.watch : null,
            challenger: shadow === undefined || watched ? null : live(shadow),
          };
          const end = apply(
            state,
            ...events.map(({ what, since }) =>
              what.alarm ? { ...alarm, since: since * HOUR } : rollback(what.named ? version : undefined),
            ),
          );
          expect([version, Math.max(1, version - 1)]).toContain(end.champion?.version);
          for (const rejected of end.rejected) expect([version, 9]).toContain(rejected);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
