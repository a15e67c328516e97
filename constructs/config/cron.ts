/** Schedules of blueprints: cron of five fields in UTC, read the same on every cloud. */

/** First and last number of each field of cron, as `*` means them. */
export const CRON_FIELDS = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  month: [1, 12],
  weekday: [0, 6],
} as const;
export type CronField = keyof typeof CRON_FIELDS;
export const CRON_FIELD_NAMES = Object.keys(CRON_FIELDS) as CronField[]; // of a constant object

/** The text of each field; the blueprint's schema has seen five. */
export function cronFields(schedule: string): Readonly<Record<CronField, string>> {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = schedule.split(' ');
  return { minute, hour, day, month, weekday };
}

/** The numbers of a field of lists, ranges and steps; `5/10` steps from 5 to the last. Weekday 0 and 7 are Sunday. */
export function cronNumbers(field: string, [first, last]: readonly [number, number]): Set<number> {
  const numbers = new Set<number>();
  for (const item of field.split(',')) {
    const [range = '', step] = item.split('/');
    const [from = first, to = step === undefined ? from : Math.max(from, last)] = // Sunday is 7 too
      range === '*' ? [first, last] : range.split('-').map(Number);
    for (let number = from; number <= to; number += Number(step ?? 1)) numbers.add(number);
  }
  return numbers;
}

/** From this many on, numbers one after the other are written as a range. */
const RUN = 3;

/** Returns a field of these numbers as lists and ranges, which every scheduler reads alike: `1-5,7`; `*` of all. */
export function cronText(numbers: ReadonlySet<number>, [first, last]: readonly [number, number]): string {
  if (numbers.size === last - first + 1) return '*';
  const runs: number[][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.at(-1) === number - 1) run.push(number);
    else runs.push([number]);
  }
  return runs.map((run) => (run.length < RUN ? run.join(',') : `${run[0]}-${run.at(-1)}`)).join(',');
}

const MINUTES_OF: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1_440 };
const DAY_MINUTES = 1_440;
const DAYS_OF_MONTH = 365.25 / 12;
const DAYS_OF_WEEK = 7;
const MONTHS = 12;

/** Runs in a day, on average over the years; a schedule of a blueprint, which its schema has seen. */
export function runsPerDay(schedule: string): number {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule);
  if (rate) return DAY_MINUTES / (Number(rate[1]) * (MINUTES_OF[rate[2] as string] as number)); // by the pattern
  const fields = cronFields(schedule);
  const count = (name: CronField) => cronNumbers(fields[name], CRON_FIELDS[name]).size;
  const weekdays = new Set(
    [...cronNumbers(fields.weekday, CRON_FIELDS.weekday)].map((day) => day % DAYS_OF_WEEK),
  );
  const days = fields.day === '*' ? 1 : Math.min(1, count('day') / DAYS_OF_MONTH);
  const ofWeek = weekdays.size / DAYS_OF_WEEK;
  // Cron takes either where both are restricted.
  const either = fields.day !== '*' && fields.weekday !== '*';
  const share = either ? 1 - (1 - days) * (1 - ofWeek) : days * ofWeek;
  return count('minute') * count('hour') * share * (count('month') / MONTHS);
}

const DAY_MS = 86_400_000;
/** Days that a calendar repeats itself in, but for the weekdays: four years. */
const CALENDAR_DAYS = 4 * 365 + 1;

/**
 * The longest time between two runs of a schedule, in days. Runs of one day count as one, so that it is exact for a
 * schedule of at most one run a day, and at most a day too long for others. Infinite where no day matches.
 */
export function longestGapDays(schedule: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  if (count !== undefined) return (Number(count) * (MINUTES_OF[unit] as number)) / DAY_MINUTES; // the units of the pattern
  const fields = cronFields(schedule);
  const [days, months, weekdays] = (['day', 'month', 'weekday'] as const).map((name) =>
    cronNumbers(fields[name], CRON_FIELDS[name]),
  ) as [Set<number>, Set<number>, Set<number>];
  let last = Number.NaN;
  let longest = Number.NEGATIVE_INFINITY;
  // 2024-01-01 begins a leap year; a second round closes the gap over the end of the first.
  for (let day = 0; day < 2 * CALENDAR_DAYS; day += 1) {
    const date = new Date(Date.UTC(2024, 0, 1) + day * DAY_MS);
    if (!months.has(date.getUTCMonth() + 1)) continue;
    const onDay = days.has(date.getUTCDate());
    const onWeekday = weekdays.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays.has(7));
    // Cron takes either where both are restricted.
    const either = fields.day !== '*' && fields.weekday !== '*';
    if (either ? !onDay && !onWeekday : !onDay || !onWeekday) continue;
    if (!Number.isNaN(last)) longest = Math.max(longest, day - last);
    last = day;
  }
  return longest === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : longest;
}
