import { InvalidInput } from '../../lambdas/core/errors.ts';
import { CRON_FIELDS, type CronField, cronFields, cronNumbers, cronText } from '../config/cron.ts';
import { expressionProblems } from '../config/limits/aws-schedules.ts';

/**
 * Our schedules in EventBridge Scheduler's words: cron has six fields there, one of day and weekday must be `?`, and
 * weekdays count from Sunday, 1 (docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html). Each field is
 * written as a list of numbers and ranges, which both read alike; steps are not.
 *
 * @param schedule - Cron of five fields in UTC (weekday 0 to 7, 0 and 7 are Sunday), or `rate(…)`.
 * @throws InvalidInput for what EventBridge Scheduler cannot say
 */
export function schedulerExpression(schedule: string): string {
  const problems = expressionProblems(schedule, '');
  if (problems.length > 0) throw new InvalidInput('schedule', problems);
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule);
  if (rate !== null) {
    const [, count, unit] = rate as unknown as [string, string, string]; // both groups always match
    return `rate(${count} ${unit}${count === '1' ? '' : 's'})`;
  }
  const fields = cronFields(schedule);
  const written = (name: CronField) =>
    cronText(cronNumbers(fields[name], CRON_FIELDS[name]), CRON_FIELDS[name]);
  const weekdays = [...cronNumbers(fields.weekday, CRON_FIELDS.weekday)].map((day) => (day % 7) + 1);
  const days =
    fields.weekday === '*'
      ? `${written('day')} ${written('month')} ?`
      : `? ${written('month')} ${cronText(new Set(weekdays), [1, 7])}`;
  return `cron(${written('minute')} ${written('hour')} ${days} *)`;
}
