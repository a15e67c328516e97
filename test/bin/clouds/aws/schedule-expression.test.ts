import { describe, expect, it } from 'vitest';
import { runsPerMonth } from '../../../../bin/clouds/aws/schedule-expression.ts';

describe('runsPerMonth', () => {
  const DAYS = 365 / 12;
  it.each([
    ['rate(1 minute)', DAYS * 1440],
    ['rate(12 hours)', DAYS * 2],
    ['rate(7 days)', DAYS / 7],
    ['cron(0 2 * * ? *)', DAYS],
    ['cron(0 6 1 * ? *)', 1],
    ['cron(*/15 8-17 ? * MON-FRI *)', 4 * 10 * ((5 * DAYS) / 7)],
    ['cron(0 0 1,15 * ? *)', 2],
    ['cron(0 0 L * ? *)', 1],
    ['cron(0 3 ? * 2#1 *)', 1],
    ['cron(0 3 1 1/3 ? *)', 4 / 12],
    ['cron(0 3 1 JAN,JUL ? *)', 2 / 12],
  ])('counts the runs of %s', (expression, expected) =>
    expect(runsPerMonth(expression)).toBeCloseTo(expected, 9),
  );

  it.each(['at(2026-11-26T00:00:00)', 'cron(0 2 * *)', 'cron(61 2 * * ? *)', 'rate(1 week)', ''])(
    'returns undefined for %s',
    (expression) => expect(runsPerMonth(expression)).toBeUndefined(),
  );
});
