import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CRON_FIELD_NAMES,
  CRON_FIELDS,
  cronFields,
  cronNumbers,
  runsPerDay,
} from '../../../constructs/config/cron.ts';
import { unixCron, unixCronProblems } from '../../../constructs/config/unix-cron.ts';

describe('a rate as unix cron', () => {
  it.each([
    ['rate(1 minute)', '* * * * *'],
    ['rate(15 minutes)', '*/15 * * * *'],
    ['rate(60 minutes)', '0 * * * *'],
    ['rate(1 hour)', '0 * * * *'],
    ['rate(120 minutes)', '0 */2 * * *'],
    ['rate(6 hours)', '0 */6 * * *'],
    ['rate(24 hours)', '0 0 * * *'],
    ['rate(1 day)', '0 0 * * *'],
    ['rate(7 days)', '0 0 * * 0'],
    ['rate(168 hours)', '0 0 * * 0'],
  ])('writes %s as %s', (rate, cron) => {
    expect(unixCron(rate)).toBe(cron);
    expect(runsPerDay(cron)).toBeCloseTo(runsPerDay(rate), 12);
  });

  it.each([
    'rate(7 minutes)',
    'rate(90 minutes)',
    'rate(7 hours)',
    'rate(48 hours)',
    'rate(2 days)',
    'rate(30 days)',
  ])('refuses %s, because its steps start again', (rate) => {
    expect(unixCronProblems(rate, 'training.schedule')).toMatchObject([
      { code: 'cron/no-such-rate', path: 'training.schedule', got: `'${rate}'` },
    ]);
    expect(() => unixCron(rate)).toThrow('is a rate that cron does not have');
  });

  it('runs as often as the rate, wherever it is not refused', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999 }),
        fc.constantFrom('minute', 'hour', 'day'),
        (count, unit) => {
          const rate = `rate(${count} ${unit}s)`;
          if (unixCronProblems(rate, '').length === 0)
            expect(runsPerDay(unixCron(rate))).toBeCloseTo(runsPerDay(rate), 9);
        },
      ),
    );
  });
});

describe('cron as unix cron', () => {
  it.each([
    ['0 2 * * *', '0 2 * * *'],
    ['5/10 2 * * *', '5,15,25,35,45,55 2 * * *'],
    ['0 2 * * 7', '0 2 * * 0'],
    ['0 2 * * 1-5', '0 2 * * 1-5'],
    ['0 2 * * 5-7', '0 2 * * 0,5,6'],
    ['0 2 1 * 1', '0 2 1 * 1'],
  ])('writes %s as %s', (schedule, cron) => {
    expect(unixCron(schedule)).toBe(cron);
  });

  it('keeps the numbers of each field', () => {
    const field = ([first, last]: readonly [number, number]) =>
      fc.oneof(
        fc.constant('*'),
        fc
          .uniqueArray(fc.integer({ min: first, max: last }), { minLength: 1, maxLength: 9 })
          .map((all) => all.join(',')),
      );
    fc.assert(
      fc.property(fc.tuple(...CRON_FIELD_NAMES.map((name) => field(CRON_FIELDS[name]))), (given) => {
        const schedule = given.join(' ');
        const [before, after] = [cronFields(schedule), cronFields(unixCron(schedule))];
        for (const name of CRON_FIELD_NAMES)
          expect(cronNumbers(after[name], CRON_FIELDS[name])).toEqual(
            cronNumbers(before[name], CRON_FIELDS[name]),
          );
      }),
    );
  });

  it('refuses a range that goes backwards', () => {
    expect(() => unixCron('50-10 2 * * *')).toThrow('has a minute that never comes');
  });
});
