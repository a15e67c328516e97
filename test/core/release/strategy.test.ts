import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReleaseConfig } from '../../../lambdas/core/config.ts';
import {
  checkVolume,
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

describe('requestsNeeded', () => {
  it('is 2,400 for a canary of 10 % and then 50 %, and twice that when strict', () => {
    expect(requestsNeeded('canary', release)).toBe(2400);
    expect(requestsNeeded('canary', { ...release, strictness: 'strict' })).toBe(4800);
  });

  it('is the sum over the steps', () => {
    expect(liveShares('linear', { ...release, share: 0.25, steps: 4 })).toEqual([0.25, 0.5, 0.75]);
    expect(requestsNeeded('linear', { ...release, share: 0.25, steps: 4 })).toBe(800 + 400 + 267);
    expect(liveShares('canary', { ...release, share: 0.5 })).toEqual([0.5]);
    expect(requestsNeeded('shadow', release)).toBe(2000);
  });

  it('is nothing where no live evidence is asked for', () => {
    expect(requestsNeeded('all-at-once', release)).toBe(0);
    expect(requestsNeeded('shadow-replay', release)).toBe(0);
  });
});

describe('checkVolume', () => {
  it('says the hours that would do', () => {
    expect(checkVolume('canary', release, 333)).toEqual({ feeds: false, needed: 2400, hours: 173 });
    expect(checkVolume('canary', { ...release, maxHoursPerStep: 173 }, 333).feeds).toBe(true);
    expect(checkVolume('canary', { ...release, maxHoursPerStep: 172 }, 333).feeds).toBe(false);
  });

  it('needs no request for a release at once, and never ends a canary without requests', () => {
    expect(checkVolume('all-at-once', release, 0)).toEqual({ feeds: true, needed: 0, hours: 0 });
    expect(checkVolume('canary', release, 0)).toEqual({
      feeds: false,
      needed: 2400,
      hours: Number.POSITIVE_INFINITY,
    });
  });

  it('feeds with more requests whatever it feeds with fewer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 1e6 }), (perDay, more) => {
        const few = checkVolume('canary', release, perDay).feeds;
        expect(checkVolume('canary', release, perDay + more).feeds || !few).toBe(true);
      }),
    );
  });
});

describe('resolveStrategy', () => {
  it('makes auto a canary only where there is one and the volume feeds it', () => {
    expect(resolveStrategy(release, 2400, true)).toBe('canary');
    expect(resolveStrategy(release, 2399, true)).toBe('shadow-replay');
    expect(resolveStrategy(release, 2400, false)).toBe('shadow-replay');
  });

  it('keeps what the blueprint chose', () => {
    expect(resolveStrategy({ ...release, strategy: 'linear' }, 0, false)).toBe('linear');
  });
});
