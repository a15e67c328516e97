import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReleaseConfig, ServingConfig } from '../../../lambdas/core/config.ts';
import {
  checkVolume,
  checkWatch,
  evidenceLimits,
  liveShares,
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

  // The least n with scipy.stats.beta.ppf(0.975, 1, n) <= ceiling (SciPy 1.17), zero failures among n.
  it.each([
    [0.02, 'standard', 368],
    [0.02, 'strict', 736],
    [0.001, 'standard', 3688],
    [0.001, 'strict', 7376],
    [1, 'standard', 368],
  ] as const)('asks at an error rate of %d, %s, for %d responses', (errorRate, strictness, needed) => {
    const limits = evidenceLimits({ release: { ...release, strictness }, alarms: { ...alarms, errorRate } });
    expect(limits.minRequests).toBe(needed);
  });
});

describe('requestsNeeded', () => {
  it('asks for 4,416 requests in a canary of 10 % and then 50 %, and twice that when strict', () => {
    expect(requestsNeeded('canary', serving(1))).toBe(4416);
    expect(requestsNeeded('canary', serving(1, strict))).toBe(8832);
  });

  it('sums the requests of all steps', () => {
    expect(liveShares('linear', { ...release, share: 0.25, steps: 4 })).toEqual([0.25, 0.5, 0.75]);
    expect(requestsNeeded('linear', serving(1, { share: 0.25, steps: 4 }))).toBe(1472 + 736 + 491);
    expect(liveShares('canary', { ...release, share: 0.5 })).toEqual([0.5]);
    expect(requestsNeeded('shadow', serving(1))).toBe(3680);
  });

  it('asks for no requests where no live evidence is needed', () => {
    expect(requestsNeeded('all-at-once', serving(1))).toBe(0);
    expect(requestsNeeded('shadow-replay', serving(1))).toBe(0);
  });
});

describe('checkVolume', () => {
  it('reports the hours that would be enough', () => {
    expect(checkVolume('canary', serving(333))).toEqual({ feeds: false, needed: 4416, hours: 319 });
    expect(checkVolume('canary', serving(333, { maxHoursPerStep: 319 })).feeds).toBe(true);
    expect(checkVolume('canary', serving(333, { maxHoursPerStep: 318 })).feeds).toBe(false);
  });

  it('needs no request for a release at once, and never ends a canary without requests', () => {
    expect(checkVolume('all-at-once', silent)).toEqual({ feeds: true, needed: 0, hours: 0 });
    expect(checkVolume('canary', silent)).toEqual({
      feeds: false,
      needed: 4416,
      hours: Number.POSITIVE_INFINITY,
    });
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

describe('checkWatch', () => {
  it('accepts exactly the hours in which enough requests arrive', () => {
    expect(checkWatch(serving(333))).toEqual({ feeds: false, needed: 368, hours: 27 });
    expect(checkWatch(serving(333, { watchHours: 27 })).feeds).toBe(true);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e5 }),
        fc.integer({ min: 1, max: 720 }),
        (perDay, watchHours) => {
          const { feeds } = checkWatch(serving(perDay, { watchHours }));
          expect(feeds).toBe(perDay * watchHours >= 368 * 24);
        },
      ),
    );
  });
});

describe('resolveStrategy', () => {
  it('makes auto a canary only where the volume is enough', () => {
    expect(resolveStrategy(serving(4416))).toBe('canary');
    expect(resolveStrategy(serving(4415))).toBe('shadow-replay');
    expect(resolveStrategy(silent)).toBe('shadow-replay');
  });

  it('keeps the choice of the blueprint', () => {
    expect(resolveStrategy({ alarms, release: { ...release, strategy: 'linear' } })).toBe('linear');
  });
});
