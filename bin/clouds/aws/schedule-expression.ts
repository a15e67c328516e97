import { MONTH_DAYS } from '../../cost/usage.ts';

const DAY_MINUTES = 1_440;
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: DAY_MINUTES };
const MONTH_MINUTES = MONTH_DAYS * DAY_MINUTES;
const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const WEEKDAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/**
 * The number of times that EventBridge Scheduler starts something in a month, on average
 * (docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html); undefined for what it does once, or in words
 * that are not understood here.
 */
export function runsPerMonth(expression: string): number | undefined {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) return MONTH_MINUTES / (Number(rate[1]) * (MINUTES[rate[2] ?? ''] ?? Number.NaN));
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 6) return undefined;
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  const perDay = count(minute, 0, 59) * count(hour, 0, 23);
  const runs = perDay * daysPerMonth(day, weekday) * (count(month, 1, 12, MONTHS, 1) / 12);
  return Number.isFinite(runs) ? runs : undefined;
}

function daysPerMonth(day: string, weekday: string): number {
  if (weekday === '?' || weekday === '*') return day === '*' || day === '?' ? MONTH_DAYS : daysOf(day);
  return /[#L]/.test(weekday) ? 1 : (count(weekday, 1, 7, WEEKDAYS, 1) * MONTH_DAYS) / 7;
}

/** `L` and `15W` are one day. */
const daysOf = (day: string): number => (/[LW]/.test(day) ? 1 : count(day, 1, 31));

/** Values that a field of a cron expression names; NaN for what it cannot be. */
function count(field: string, min: number, max: number, names: readonly string[] = [], first = 0): number {
  const values = new Set<number>();
  const numberOf = (text: string) => {
    const named = names.indexOf(text.toUpperCase());
    return named >= 0 ? named + first : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  };
  for (const part of field.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const [low = '', high] = range.split('-');
    const from = low === '*' ? min : numberOf(low);
    const to = low === '*' || (high === undefined && part.includes('/')) ? max : numberOf(high ?? low);
    if (!(from >= min && to <= max && from <= to && Number(step) >= 1)) return Number.NaN;
    for (let value = from; value <= to; value += Number(step)) values.add(value);
  }
  return values.size;
}
