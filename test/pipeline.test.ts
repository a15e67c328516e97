import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../lambdas/functions.ts';
import { DATA_STEPS, longestSec, MONITOR_STEPS, STEPS, TRAINING_PIPELINE } from '../lambdas/pipeline.ts';

const step = (timeoutSec: number, attempts: number, waitSec: number) => ({
  timeoutSec,
  retry: { attempts, waitSec },
});

describe('the longest duration of steps', () => {
  it('sums every attempt to its timeout, and the waits between, each twice the one before', () => {
    expect(longestSec([step(100, 1, 5)])).toBe(100);
    expect(longestSec([step(100, 3, 5)])).toBe(3 * 100 + 5 + 10);
    expect(longestSec([step(100, 4, 5), step(7, 2, 1)])).toBe(4 * 100 + 5 + 10 + 20 + 2 * 7 + 1);
  });
});

describe('the training pipeline', () => {
  it('has its steps in their order', () => {
    expect(TRAINING_PIPELINE.steps.map(({ name }) => name)).toEqual(STEPS);
  });

  it('begins with the steps of new data, so that a run of new data is the beginning of a training', () => {
    expect(STEPS.slice(0, DATA_STEPS.length)).toEqual(DATA_STEPS);
  });

  it('gives each step at least the time that its function has', () => {
    for (const { name, timeoutSec } of TRAINING_PIPELINE.steps)
      expect(timeoutSec).toBeGreaterThanOrEqual(FUNCTIONS[name].needs.timeoutSec);
  });

  it('holds its lease for as long as all of its steps can take', () => {
    // Six steps of three attempts of 15 minutes, with waits of 5 and 10 seconds.
    expect(TRAINING_PIPELINE.lease.ttlSec).toBeGreaterThanOrEqual(6 * (3 * 900 + 15));
  });
});

it('collects labels in monitoring before it compares them', () => {
  expect(MONITOR_STEPS).toEqual(['ground-truth', 'monitor']);
});
