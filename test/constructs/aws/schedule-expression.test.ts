import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schedule } from '../../../blueprints/schema/primitives.ts';
import { schedulerExpression } from '../../../constructs/aws/schedule-expression.ts';
import { expressionProblems } from '../../../constructs/config/limits/aws-schedules.ts';
import { scheduleProblems } from '../../../constructs/config/limits/schedules.ts';
import { exampleModel } from './example.ts';

/** Every minute of two weeks over a turn of the year and of a leap year's February. */
const MINUTES = [Date.UTC(2027, 11, 27), Date.UTC(2028, 1, 25)].flatMap((start) =>
  Array.from({ length: 7 * 24 * 60 }, (_, minute) => new Date(start + minute * 60_000)),
);

type Matcher = (time: Date) => boolean;
type FieldMatcher = (value: number) => boolean;

/** A field of POSIX cron: a number is in it when it is in one of its items, counted from the item's own beginning. */
function cronField(field: string, first: number, last: number): FieldMatcher {
  const items = field.split(',').map((item) => {
    const [, from, to, step = '1'] = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(item) ?? [];
    const low = from === undefined ? first : +from;
    const open = from === undefined || item.includes('/');
    return { low, high: to !== undefined ? +to : open ? Math.max(low, last) : low, step: +step };
  });
  return (value) =>
    items.some(({ low, high, step }) => value >= low && value <= high && (value - low) % step === 0);
}

function cronMatcher(expression: string): Matcher {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = expression.split(' ');
  const at = [
    cronField(minute, 0, 59),
    cronField(hour, 0, 23),
    cronField(day, 1, 31),
    cronField(month, 1, 12),
  ];
  const inWeek = cronField(weekday, 0, 6);
  return (time) =>
    [time.getUTCMinutes(), time.getUTCHours(), time.getUTCDate(), time.getUTCMonth() + 1].every(
      (value, index) => at[index]?.(value),
    ) &&
    // Sunday is 0, and 7 where a field says so.
    (inWeek(time.getUTCDay()) || (time.getUTCDay() === 0 && inWeek(7)));
}

/**
 * An expression of EventBridge Scheduler, of which only what its manual leaves no doubt about is read: numbers, lists,
 * ranges, `*`, and exactly one `?`. Steps are not understood, so that none is written.
 */
function awsMatcher(expression: string): Matcher {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.split(' ') ?? [];
  expect(fields).toHaveLength(6);
  expect(fields[5]).toBe('*');
  expect([fields[2], fields[4]].filter((field) => field === '?')).toHaveLength(1);
  const among = fields.map((field): FieldMatcher => {
    if (field === '*' || field === '?') return () => true;
    const items = field.split(',').map((item) => {
      expect(item).toMatch(/^\d+(-\d+)?$/);
      const [low = 0, high = low] = item.split('-').map(Number);
      return [low, high] as const;
    });
    return (value) => items.some(([low, high]) => value >= low && value <= high);
  });
  return (time) =>
    [
      time.getUTCMinutes(),
      time.getUTCHours(),
      time.getUTCDate(),
      time.getUTCMonth() + 1,
      time.getUTCDay() + 1,
    ].every((value, index) => among[index]?.(value));
}

/** A field of cron with numbers of these bounds. */
function field(low: number, high: number): fc.Arbitrary<string> {
  const number = fc.integer({ min: low, max: high });
  const range = fc.tuple(number, number).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined });
  const item = fc
    .tuple(fc.oneof(fc.constant('*'), number.map(String), range), step)
    .map(([base, every]) => (every === undefined ? base : `${base}/${every}`));
  return fc.oneof(
    fc.constant('*'),
    fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(',')),
  );
}

const cron = fc
  .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7), fc.boolean())
  .map(([minute, hour, day, month, weekday, byDay]) =>
    [minute, hour, byDay ? day : '*', month, byDay ? '*' : weekday].join(' '),
  )
  .filter((expression) => schedule.safeParse(expression).success);

describe('a schedule in the words of EventBridge Scheduler', () => {
  it.each([
    ['0 2 * * *', 'cron(0 2 * * ? *)'],
    ['30 4 1 * *', 'cron(30 4 1 * ? *)'],
    ['0 3 * * 0', 'cron(0 3 ? * 1 *)'],
    ['0 3 * * 7', 'cron(0 3 ? * 1 *)'],
    ['0 3 * * 1-5', 'cron(0 3 ? * 2-6 *)'],
    ['0 3 * * 5-7', 'cron(0 3 ? * 1,6,7 *)'],
    ['0 3 * * 7/5', 'cron(0 3 ? * 1 *)'],
    ['*/15 8-17 * * 1,3', 'cron(0,15,30,45 8-17 ? * 2,4 *)'],
    ['05 00 * 1-12/3 *', 'cron(5 0 * 1,4,7,10 ? *)'],
    ['0 0 * * 0-6', 'cron(0 0 ? * * *)'],
    ['rate(1 day)', 'rate(1 day)'],
    ['rate(1 minutes)', 'rate(1 minute)'],
    ['rate(6 hour)', 'rate(6 hours)'],
  ])('says %s as %s', (ours, theirs) => {
    expect(schedulerExpression(ours)).toBe(theirs);
  });

  it('means the same minutes, and is short enough for the service', () => {
    fc.assert(
      fc.property(cron, (ours) => {
        const theirs = schedulerExpression(ours);
        // ScheduleExpression has at most 256 characters (API_CreateSchedule.html).
        expect(theirs.length).toBeLessThanOrEqual(256);
        const [asked, said] = [cronMatcher(ours), awsMatcher(theirs)];
        const differ = MINUTES.find((time) => asked(time) !== said(time));
        expect(differ?.toISOString()).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('fails on a cron that restricts both day and weekday, which can mean two things', () => {
    expect(() => schedulerExpression('0 2 15 * 1')).toThrow(
      "schedule: restricts day and weekday, which EventBridge Scheduler cannot, got '0 2 15 * 1'; fix: give * for one of the two",
    );
  });

  it('fails on a range that goes backwards, which would never come', () => {
    expect(() => schedulerExpression('0 2 * * 5-1')).toThrow('has a weekday that never comes');
    expect(() => schedulerExpression('50-10 2 * * *')).toThrow('has a minute that never comes');
  });
});

describe('the check of all schedules', () => {
  it('finds nothing wrong with the example', async () => {
    expect(scheduleProblems(await exampleModel(), expressionProblems)).toEqual([]);
  });

  it('names every schedule that cannot be said, at once', async () => {
    const model = await exampleModel();
    const scheduled = {
      ...model,
      source: { ...model.source, schedule: '0 2 1 * 1' },
      training: { ...model.training, schedule: '0 2 * * 6-2' },
      retraining: { ...model.retraining, on: { ...model.retraining.on, schedule: '0 1 1-7 * 1' } },
      monitoring: { ...model.monitoring, schedule: '9-1 3 1 * 2' },
      serving: { ...model.serving, batch: { schedule: '0 5 2 * 3', deliver: 'all' } as never }, // only its schedule is read
    };
    const problems = scheduleProblems(scheduled, expressionProblems);
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['source.schedule', 'aws/day-and-weekday'],
      ['training.schedule', 'aws/empty-schedule'],
      ['retraining.on.schedule', 'aws/day-and-weekday'],
      ['monitoring.schedule', 'aws/empty-schedule'],
      ['monitoring.schedule', 'aws/day-and-weekday'],
      ['serving.batch.schedule', 'aws/day-and-weekday'],
    ]);
  });
});
