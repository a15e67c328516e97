import { describe, expect, it } from 'vitest';
import {
  compare,
  judgeShare,
  leastAnswers,
  logEvidenceOfHarm,
} from '../../../lambdas/core/release/evidence.ts';

const RULE = { ceiling: 0.02, alpha: 0.01, beta: 0.05, excluded: 2 };

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
      if (judgeShare(bad, n, RULE, false) === 'harm') {
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
    expect(judgeShare(0, 0, RULE, true)).toBe('unknown');
  });

  it('agrees with the mixture computed by hand: one bad response of one', () => {
    const expected = Math.log((1.25 + 1.5 + 2 + 3 + 5 + 10 + 20) / 7);
    expect(logEvidenceOfHarm(1, 1, 0.02)).toBeCloseTo(expected, 12);
  });

  it('finds harm at five times the ceiling and none at half of it', () => {
    expect(judgeShare(40, 400, RULE, true)).toBe('harm');
    expect(judgeShare(8, 1_000, RULE, true)).toBe('safe');
  });

  // scipy.stats.binom.cdf, SciPy 1.17: 0.0493 for 0 of 149, 0.0503 for 0 of 148; 0.0376 for 12 of 1,000, 0.0642 for 13.
  it('calls safe exactly what the one-sided Clopper-Pearson bound allows, and only at the end', () => {
    expect(
      [0, 0, 12, 13].map((bad, k) => judgeShare(bad, [149, 148, 1_000, 1_000][k] ?? 0, RULE, true)),
    ).toEqual(['safe', 'unknown', 'safe', 'unknown']);
    expect(judgeShare(0, 10_000, RULE, false)).toBe('unknown');
    // The looser test excludes a share of 4 %.
    expect(judgeShare(13, 1_000, { ...RULE, excluded: 4 }, true)).toBe('safe');
  });

  it('keeps alternatives below 1 for a high ceiling', () => {
    expect(judgeShare(100, 100, { ...RULE, ceiling: 0.5 }, true)).toBe('harm');
    expect(judgeShare(50, 100, { ...RULE, ceiling: 0.5 }, true)).toBe('unknown');
  });

  it('looks after every request and still finds harm in at most 1 % of runs at the ceiling', () => {
    expect(falseAlarms(0.02, 1000, 600)).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt((0.01 * 0.99) / 1000));
  });

  it('finds a version harmful in every run that fails five times as often as allowed', () => {
    expect(falseAlarms(0.1, 200, 600)).toBe(1);
  });
});

describe('evidence of health in a step', () => {
  const rule = { ...RULE, tolerated: 1 };
  const judge = (n: number, bad: number, championBad: number, isLast = false) =>
    compare({ n, bad, championBad }, 0.5, rule, [], isLast).evidence;

  // The least n with scipy.stats.beta.ppf(0.975, 1, n) <= share (SciPy 1.17), zero failures among n.
  it.each([
    [0.02, 183],
    [0.01, 368],
    [0.005, 736],
    [0.0005, 7376],
    [1, 0],
  ])('asks for a ceiling of %d for %i responses at least', (ceiling, least) => {
    expect(leastAnswers({ ceiling, excluded: 2, beta: 0.05 })).toBe(least);
  });

  it('comes early from far fewer bad responses than the champion has', () => {
    expect(judge(2_000, 10, 60)).toBe('safe');
    expect(judge(100, 0, 90)).toBe('unknown');
  });

  it('is there at once where every share is allowed', () => {
    const all = { ...rule, ceiling: 0.5, excluded: 4 };
    expect(compare({ n: 10, bad: 5, championBad: 5 }, 0.5, all, [], false).evidence).toBe('safe');
  });

  // scipy.stats.binom.cdf: 0.0094 for 77 of 5,000 at 2 %, 0.0126 for 78; the level is 0.0125. The champion's 55 are no help.
  it('comes at the end by the exact bound of the share', () => {
    expect(judge(5_000, 77, 55, true)).toBe('safe');
    expect(judge(5_000, 78, 55, true)).toBe('unknown');
    expect(judge(5_000, 77, 55, false)).toBe('unknown');
  });

  // scipy.stats.binom.cdf: 0.0099 for 79 of 139 at 2/3, where the share of 79 in 3,000 is beyond the ceiling.
  it('comes at the end by the exact part of all bad responses', () => {
    expect(judge(3_000, 79, 60, true)).toBe('safe');
    expect(judge(3_000, 79, 59, true)).toBe('unknown');
  });
});
