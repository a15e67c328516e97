import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReleaseConfig, ServingConfig } from '../../../lambdas/core/config.ts';
import {
  checkVolume,
  checkWatch,
  evidenceLimits,
  liveShares,
  planSteps,
  requestsNeeded,
  resolveStrategy,
} from '../../../lambdas/core/release/strategy.ts';

const release: ReleaseConfig = {
  strategy: 'auto',
  share: 0.1,
  steps: 5,
  maxHoursPerStep: 24,
  strictness: 'standard',
  watchHours: 24,
  replayRows: 10_000,
};
const alarms = { errorRate: 0.02, p99LatencyMs: 500, scorePsi: 0.25 };

/** What the volume checks read, with a volume and parts of the release replaced. */
function serving(requestsPerDay: number, changes: Partial<ReleaseConfig> = {}) {
  const online = { requestsPerDay, byKey: false };
  return { online, alarms, release: { ...release, ...changes } } satisfies Partial<ServingConfig>;
}
const strict = { strictness: 'strict' } as const;
const silent = { alarms, release };

describe('evidenceLimits', () => {
  it('accepts the error rate of the alarms and 1 % of slow responses, and half of both when strict', () => {
    expect(evidenceLimits(serving(1))).toMatchObject({ maxBadShare: 0.02, maxSlowShare: 0.01 });
    expect(evidenceLimits(serving(1, strict))).toMatchObject({ maxBadShare: 0.01, maxSlowShare: 0.005 });
  });
});

describe('requestsNeeded', () => {
  it('is for a version as bad as the champion: the looser test first, then the full one', () => {
    expect(planSteps('canary', serving(20_000))).toMatchObject({
      test: 'full',
      steps: [
        { share: 0.1, test: 'looser', needed: 8494 },
        { share: 0.5, test: 'full', needed: 9602 },
      ],
    });
    expect(requestsNeeded('canary', serving(20_000))).toBe(8494 + 9602);
    expect(requestsNeeded('canary', serving(20_000, strict))).toBeGreaterThan(2 * 8494);
  });

  it('falls back to the looser test in the last step, for fewer requests', () => {
    expect(planSteps('canary', serving(8494))).toMatchObject({ test: 'looser', feeds: true });
    expect(requestsNeeded('canary', serving(8494))).toBe(8494 + 1727);
  });

  it('asks each step of several for more, so that all together keep the power', () => {
    expect(liveShares('linear', { ...release, share: 0.25, steps: 4 })).toEqual([0.25, 0.5, 0.75]);
    expect(liveShares('canary', { ...release, share: 0.5 })).toEqual([0.5]);
    const [only] = planSteps('canary', serving(1e6, { share: 0.5 })).steps;
    const [, second] = planSteps('canary', serving(1e6)).steps;
    expect(only?.needed).toBeLessThan(second?.needed ?? 0);
  });

  it('counts the requests of a shadow, not its copies', () => {
    const shadow = planSteps('shadow', serving(1e6, { share: 1 })).steps[0]?.needed ?? 0;
    const half = planSteps('canary', serving(1e6, { share: 0.5 })).steps[0]?.needed ?? 0;
    expect(shadow).toBe(Math.ceil(half / 2));
  });

  it('asks for no requests where no live evidence is needed', () => {
    expect(requestsNeeded('all-at-once', serving(1))).toBe(0);
    expect(requestsNeeded('shadow-replay', serving(1))).toBe(0);
  });
});

describe('checkVolume', () => {
  it('reports the hours that would be enough for the largest step', () => {
    expect(checkVolume('canary', serving(333))).toEqual({
      test: 'looser',
      feeds: false,
      needed: 8494,
      hours: 613,
    });
    expect(checkVolume('canary', serving(333, { maxHoursPerStep: 613 })).feeds).toBe(true);
    expect(checkVolume('canary', serving(333, { maxHoursPerStep: 612 })).feeds).toBe(false);
  });

  it('needs no request for a release at once, and never ends a canary without requests', () => {
    expect(checkVolume('all-at-once', silent)).toEqual({ test: 'full', feeds: true, needed: 0, hours: 0 });
    expect(checkVolume('canary', silent)).toMatchObject({ feeds: false, hours: Number.POSITIVE_INFINITY });
  });

  it('accepts more requests wherever it accepts fewer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 1e6 }), (perDay, more) => {
        const few = checkVolume('canary', serving(perDay)).feeds;
        expect(checkVolume('canary', serving(perDay + more)).feeds || !few).toBe(true);
      }),
    );
  });
});

/** A watch without a number of hours. */
const usual = (requestsPerDay: number): Parameters<typeof checkWatch>[0] => {
  const { watchHours: _, ...rest } = release;
  return { ...serving(requestsPerDay), release: rest };
};

describe('checkWatch', () => {
  it('runs the strictest test that its hours feed', () => {
    expect(checkWatch(serving(333))).toEqual({
      test: 'looser',
      feeds: false,
      needed: 523,
      hours: 38,
      watchHours: 24,
    });
    expect(checkWatch(serving(333, { watchHours: 38 }))).toMatchObject({ test: 'looser', feeds: true });
    expect(checkWatch(serving(333, { watchHours: 203 }))).toMatchObject({ test: 'full', needed: 2803 });
  });

  it.each([
    // requests a day, test, hours: 1.25 times what the test needs, at least a day, at most a month
    [20, 'looser', 720, true],
    [17, 'looser', 720, false],
    [100, 'looser', 158, true],
    [116, 'looser', 137, true],
    [117, 'full', 719, true],
    [333, 'full', 254, true],
    [5000, 'full', 24, true],
  ] as const)('is long enough by default for %i requests a day', (perDay, test, watchHours, feeds) => {
    expect(checkWatch(usual(perDay))).toMatchObject({ test, watchHours, feeds });
  });

  it('takes a day and the looser test for a model without an API', () => {
    const { online: _, ...noApi } = usual(1);
    expect(checkWatch(noApi)).toMatchObject({ test: 'looser', watchHours: 24 });
  });
});

describe('resolveStrategy', () => {
  it('makes auto a canary only where the volume is enough', () => {
    expect(resolveStrategy(serving(8494))).toBe('canary');
    expect(resolveStrategy(serving(8493))).toBe('shadow-replay');
    expect(resolveStrategy(silent)).toBe('shadow-replay');
  });

  it('keeps the choice of the blueprint', () => {
    expect(resolveStrategy({ alarms, release: { ...release, strategy: 'linear' } })).toBe('linear');
  });
});
