import { describe, expect, it } from 'vitest';
import { judgeShare, logEvidenceOfHarm } from '../../../lambdas/core/release/evidence.ts';

const RULE = { ceiling: 0.02, alpha: 0.01, minRequests: 200 };

/** Known generator (Park and Miller 1988), so that the simulation is the same on every machine. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Share of runs in which harm is called when one looks after every request. */
function falseAlarms(share: number, runs: number, requests: number): number {
  let alarms = 0;
  for (let run = 1; run <= runs; run += 1) {
    const next = uniform(run * 7919);
    let bad = 0;
    for (let n = 1; n <= requests; n += 1) {
      if (next() < share) bad += 1;
      if (judgeShare(bad, n, RULE) === 'harm') {
        alarms += 1;
        break;
      }
    }
  }
  return alarms / runs;
}

describe('evidence of harm', () => {
  it('finds nothing without requests', () => {
    expect(logEvidenceOfHarm(0, 0, 0.02)).toBeCloseTo(0, 12);
    expect(judgeShare(0, 0, RULE)).toBe('unknown');
  });

  it('agrees with the mixture computed by hand: one bad response of one', () => {
    const expected = Math.log((1.25 + 1.5 + 2 + 3 + 5 + 10 + 20) / 7);
    expect(logEvidenceOfHarm(1, 1, 0.02)).toBeCloseTo(expected, 12);
  });

  it('finds harm at five times the ceiling and none at the ceiling', () => {
    expect(judgeShare(40, 400, RULE)).toBe('harm');
    expect(judgeShare(8, 400, RULE)).toBe('safe');
  });

  it('calls nothing safe before the least number of requests, or above the ceiling', () => {
    expect(judgeShare(0, 199, RULE)).toBe('unknown');
    expect(judgeShare(0, 200, RULE)).toBe('safe');
    expect(judgeShare(6, 200, RULE)).toBe('unknown');
  });

  it('keeps alternatives below 1 for a high ceiling', () => {
    expect(judgeShare(100, 100, { ...RULE, ceiling: 0.5 })).toBe('harm');
    expect(judgeShare(50, 100, { ...RULE, ceiling: 0.5 })).toBe('unknown');
  });

  it('looks after every request and still finds harm in at most 1 % of runs at the ceiling', () => {
    expect(falseAlarms(0.02, 1000, 600)).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt((0.01 * 0.99) / 1000));
  });

  it('finds a version harmful in every run that fails five times as often as allowed', () => {
    expect(falseAlarms(0.1, 200, 600)).toBe(1);
  });
});
