/** Schedules of blueprints as unix cron, for the clouds whose schedulers have no rates. */

import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import { CRON_FIELD_NAMES, CRON_FIELDS, cronFields, cronNumbers, cronText } from './cron.ts';

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1_440 };
const HOUR = 60;
const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;

/**
 * Returns a schedule as cron of five fields in UTC. Day and weekday that are both restricted mean either, as in unix cron
 * (docs.cloud.google.com/scheduler/docs/configuring/cron-job-schedules).
 *
 * @param schedule - Cron of five fields (weekday 0 to 7, 0 and 7 are Sunday), or `rate(…)`.
 * @throws InvalidInput `cron/no-such-rate`, `cron/never`
 */
export function unixCron(schedule: string): string {
  const problems = unixCronProblems(schedule, '');
  if (problems.length > 0) throw new InvalidInput('schedule', problems);
  if (isRate(schedule)) return cronOfRate(schedule) ?? '';
  const fields = cronFields(schedule);
  return CRON_FIELD_NAMES.map((name) => {
    const numbers = cronNumbers(fields[name], CRON_FIELDS[name]);
    return cronText(name === 'weekday' ? weekdays(numbers) : numbers, CRON_FIELDS[name]);
  }).join(' ');
}

/** Returns the problems of a schedule that unix cron cannot express. */
export function unixCronProblems(schedule: string, path: string): Problem[] {
  const got = `'${schedule}'`;
  if (isRate(schedule))
    return cronOfRate(schedule) !== undefined
      ? []
      : [
          {
            code: 'cron/no-such-rate',
            path,
            message: 'is a rate that cron does not have: its steps start again each hour, day or week',
            got,
            allowed: 'minutes that divide 60, hours that divide 24, 1 day, 7 days',
            fix: "give one of these, or a time of day such as '0 2 * * *'",
          },
        ];
  const fields = cronFields(schedule);
  return CRON_FIELD_NAMES.filter((name) => cronNumbers(fields[name], CRON_FIELDS[name]).size === 0).map(
    (name): Problem => ({
      code: 'cron/never',
      path,
      message: `has a ${name} that never comes`,
      got,
      fix: 'give the smaller number of a range first',
    }),
  );
}

const isRate = (schedule: string): boolean => schedule.startsWith('rate(');

/** Cron that runs at exactly this rate; undefined where there is none. */
function cronOfRate(schedule: string): string | undefined {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  const minutes = Number(count) * (MINUTES[unit] ?? Number.NaN);
  if (HOUR % minutes === 0) return minutes === HOUR ? '0 * * * *' : `${step(minutes)} * * * *`;
  const hours = minutes / HOUR;
  if (hours === WEEK_HOURS) return '0 0 * * 0';
  if (Number.isInteger(hours) && DAY_HOURS % hours === 0)
    return hours === DAY_HOURS ? '0 0 * * *' : `0 ${step(hours)} * * *`;
  return undefined;
}

const step = (every: number): string => (every === 1 ? '*' : `*/${every}`);

/** Sunday is 0 here, and 7 is Sunday too. */
const weekdays = (numbers: ReadonlySet<number>): ReadonlySet<number> =>
  new Set([...numbers].map((day) => day % 7));
