import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CRON_FIELD_NAMES, CRON_FIELDS } from '../../../constructs/config/cron.ts';
import { ncrontab, ncrontabProblems } from '../../../constructs/config/ncrontab.ts';

describe('a schedule as NCRONTAB', () => {
  it.each([
    ['rate(1 minute)', '0 * * * * *'],
    ['rate(15 minutes)', '0 */15 * * * *'],
    ['rate(6 hours)', '0 0 */6 * * *'],
    ['rate(1 day)', '0 0 0 * * *'],
    ['rate(7 days)', '0 0 0 * * 0'],
    ['0 2 * * *', '0 0 2 * * *'],
    ['5/10 2 * * *', '0 5,15,25,35,45,55 2 * * *'],
    ['30 4 * * 5-7', '0 30 4 * * 0,5,6'],
    ['0 2 1 */3 *', '0 0 2 1 1,4,7,10 *'],
  ])('writes %s as %s', (schedule, expected) => {
    expect(ncrontab(schedule)).toBe(expected);
  });

  it.each([
    ['rate(7 hours)', 'cron/no-such-rate'],
    ['50-10 2 * * *', 'cron/never'],
    ['0 2 1 * 1', 'cron/day-and-weekday'],
    ['0 2 1-31 * 1', 'cron/day-and-weekday'],
  ])('refuses %s: %s', (schedule, code) => {
    expect(ncrontabProblems(schedule, 'training.schedule')).toMatchObject([
      { code, path: 'training.schedule', got: `'${schedule}'` },
    ]);
    expect(() => ncrontab(schedule)).toThrow('schedule');
  });
});

/** Numbers of a field by their plainest reading: a list of numbers, ranges and steps. */
function isIn(field: string, value: number, [first, last]: readonly [number, number]): boolean {
  return field.split(',').some((item) => {
    const [range = '', step = '1'] = item.split('/');
    const [from, to] = range === '*' ? [first, last] : range.split('-').map(Number);
    const end = to ?? (item.includes('/') ? last : from);
    return value >= Number(from) && value <= Number(end) && (value - Number(from)) % Number(step) === 0;
  });
}

/** Whether unix cron runs in a minute: on either where day and weekday are both restricted (crontab(5)). */
function cronRuns(schedule: string, at: Date): boolean {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = schedule.split(' ');
  const isDay = isIn(day, at.getUTCDate(), CRON_FIELDS.day);
  const ofWeek = at.getUTCDay();
  const isWeekday =
    isIn(weekday, ofWeek, CRON_FIELDS.weekday) || (ofWeek === 0 && isIn(weekday, 7, CRON_FIELDS.weekday));
  return (
    isIn(minute, at.getUTCMinutes(), CRON_FIELDS.minute) &&
    isIn(hour, at.getUTCHours(), CRON_FIELDS.hour) &&
    isIn(month, at.getUTCMonth() + 1, CRON_FIELDS.month) &&
    (day === '*' ? isWeekday : weekday === '*' ? isDay : isDay || isWeekday)
  );
}

/** Whether NCRONTAB fires in a second: every field has to fit (`TryGetNextOccurrence` of github.com/atifaziz/NCrontab). */
function timerFires(expression: string, at: Date): boolean {
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = ''] = expression.split(' ');
  return (
    isIn(second, at.getUTCSeconds(), CRON_FIELDS.minute) &&
    isIn(minute, at.getUTCMinutes(), CRON_FIELDS.minute) &&
    isIn(hour, at.getUTCHours(), CRON_FIELDS.hour) &&
    isIn(day, at.getUTCDate(), CRON_FIELDS.day) &&
    isIn(month, at.getUTCMonth() + 1, CRON_FIELDS.month) &&
    isIn(weekday, at.getUTCDay(), CRON_FIELDS.weekday)
  );
}

const field = ([first, last]: readonly [number, number], most = last) => {
  const start = fc.integer({ min: first, max: last });
  const one = fc.integer({ min: first, max: most });
  return fc.oneof(
    fc.constant('*'),
    fc.integer({ min: 2, max: 9 }).map((step) => `*/${step}`),
    fc.tuple(start, fc.integer({ min: 1, max: 9 })).map(([from, step]) => `${from}/${step}`),
    fc.tuple(one, one).map(([a, b]) => (a === b ? `${a}` : `${Math.min(a, b)}-${Math.max(a, b)}`)),
    fc.uniqueArray(one, { minLength: 1, maxLength: 6 }).map((all) => all.join(',')),
  );
};
/** Weekdays are numbers up to 7, which is Sunday too. */
const schedules = fc.tuple(
  ...CRON_FIELD_NAMES.map((name) => field(CRON_FIELDS[name], name === 'weekday' ? 7 : undefined)),
);

it('a timer fires in the minutes in which cron runs, once in each', () => {
  fc.assert(
    fc.property(
      schedules,
      fc.date({
        min: new Date('2026-01-01T00:00:00Z'),
        max: new Date('2030-12-31T23:59:00Z'),
        noInvalidDate: true,
      }),
      (fields, from) => {
        const schedule = fields.join(' ');
        fc.pre(ncrontabProblems(schedule, '').length === 0);
        const expression = ncrontab(schedule);
        const start = Math.floor(from.getTime() / 60_000) * 60_000;
        // A day of every seventh minute, the same minute of some days, and another second.
        const minutes = Array.from({ length: 100 }, (_, step) => [
          new Date(start + step * 420_000),
          new Date(start + step * 86_400_000),
        ]).flat();
        const wrong = minutes.filter((at) => timerFires(expression, at) !== cronRuns(schedule, at));
        expect(wrong).toEqual([]);
        expect(timerFires(expression, new Date(start + 30_000))).toBe(false);
      },
    ),
  );
});
