import { describe, expect, it } from 'vitest';
import {
  powerOfStep,
  powerOfWatch,
  requestsOfStep,
  requestsOfWatch,
} from '../../../lambdas/core/release/power.ts';

const metrics = (excluded: number) => [0.02, 0.01].map((ceiling) => ({ ceiling, excluded, beta: 0.05 }));

// SciPy 1.17: sums of stats.poisson.pmf over the counts that stats.binom.cdf accepts, at 0.0125 or 0.05.
describe('the power of a test', () => {
  it.each([
    [8_494, 0.1, 4, 0.9729332652709225],
    [1_727, 0.5, 4, 0.9693972330126353],
    [9_602, 0.5, 2, 0.9565457228060081],
  ])(
    'is that of SciPy for %i answers of a step at a share of %d that excludes %i times',
    (requests, share, excluded, expected) => {
      expect(powerOfStep(requests, share, metrics(excluded))).toBeCloseTo(expected, 6);
    },
  );

  it.each([
    [2_803, 2, 0.9199596143366875],
    [523, 4, 0.9488420117864046],
  ])('is that of SciPy for %i answers of a watch that excludes %i times', (answers, excluded, expected) => {
    expect(powerOfWatch(answers, metrics(excluded))).toBeCloseTo(expected, 6);
  });
});

describe('the size of a test', () => {
  it('has the power that was asked for, and half of it has not', () => {
    for (const excluded of [2, 4]) {
      const answers = requestsOfWatch(metrics(excluded), 0.9);
      expect(powerOfWatch(answers, metrics(excluded))).toBeGreaterThanOrEqual(0.9);
      expect(powerOfWatch(answers / 2, metrics(excluded))).toBeLessThan(0.9);
      const requests = requestsOfStep(0.5, metrics(excluded), 0.9);
      expect(powerOfStep(requests, 0.5, metrics(excluded))).toBeGreaterThanOrEqual(0.9);
      expect(powerOfStep(requests / 2, 0.5, metrics(excluded))).toBeLessThan(0.9);
    }
  });

  it('is no larger for a limit that nothing can break', () => {
    const both = requestsOfWatch([{ ceiling: 1, excluded: 2, beta: 0.05 }, ...metrics(2).slice(1)], 0.9);
    expect(both).toBe(requestsOfWatch(metrics(2).slice(1), 0.9));
  });
});
