/** Schedules of blueprints as NCRONTAB of six fields, which the timers of Azure Functions read in UTC. */

import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import { cronFields } from './cron.ts';
import { unixCron, unixCronProblems } from './unix-cron.ts';

/**
 * Returns a schedule as NCRONTAB: seconds first, here always 0 (learn.microsoft.com/azure/azure-functions/functions-bindings-timer).
 *
 * @param schedule - Cron of five fields (weekday 0 to 7, 0 and 7 are Sunday), or `rate(…)`.
 * @throws InvalidInput `cron/no-such-rate`, `cron/never`, `cron/day-and-weekday`
 */
export function ncrontab(schedule: string): string {
  const problems = ncrontabProblems(schedule, '');
  if (problems.length > 0) throw new InvalidInput('schedule', problems);
  return `0 ${unixCron(schedule)}`;
}

/**
 * Returns the problems of a schedule that NCRONTAB cannot express. It asks for both of day and weekday
 * (`TryGetNextOccurrence` in github.com/atifaziz/NCrontab), and cron for either.
 */
export function ncrontabProblems(schedule: string, path: string): Problem[] {
  const problems = unixCronProblems(schedule, path);
  if (schedule.startsWith('rate(')) return problems;
  const { day, weekday } = cronFields(schedule);
  if (day === '*' || weekday === '*') return problems;
  return [
    ...problems,
    {
      code: 'cron/day-and-weekday',
      path,
      message: 'restricts day and weekday: cron runs on either, and a timer of Azure only on both',
      got: `'${schedule}'`,
      fix: 'give * for one of the two',
    },
  ];
}
