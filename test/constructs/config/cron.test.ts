import { describe, expect, it } from 'vitest';
import { runsPerDay } from '../../../constructs/config/cron.ts';

describe('runsPerDay', () => {
  it.each([
    ['0 2 * * *', 1],
    ['0 */6 * * *', 4],
    ['*/15 * * * *', 96],
    ['0 2,14 * * *', 2],
    ['0 2 * * 1', 1 / 7],
    ['0 2 * * 1-5', 5 / 7],
    ['0 2 * * 0,7', 1 / 7],
    ['0 2 1 * *', 12 / 365.25],
    ['0 2 1 1,7 *', 2 / 365.25],
    ['0 2 1 * 1', 1 - (1 - 12 / 365.25) * (6 / 7)],
    ['rate(1 day)', 1],
    ['rate(2 days)', 0.5],
    ['rate(12 hours)', 2],
    ['rate(30 minutes)', 48],
  ])('counts %s as %d a day', (schedule, runs) => {
    expect(runsPerDay(schedule)).toBeCloseTo(runs, 12);
  });
});
