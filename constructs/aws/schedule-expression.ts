import { InvalidInput } from '../../lambdas/core/errors.ts';
import { CRON_FIELDS, type CronField, cronFields, cronNumbers } from '../config/cron.ts';
import { expressionProblems } from '../config/limits/aws-schedules.ts';

/** From this many on, numbers one after the other are written as a range. */
const RUN = 3;

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
    inRuns(cronNumbers(fields[name], CRON_FIELDS[name]), CRON_FIELDS[name]);
  const weekdays = [...cronNumbers(fields.weekday, CRON_FIELDS.weekday)].map((day) => (day % 7) + 1);
  const days =
    fields.weekday === '*'
      ? `${written('day')} ${written('month')} ?`
      : `? ${written('month')} ${inRuns(new Set(weekdays), [1, 7])}`;
  return `cron(${written('minute')} ${written('hour')} ${days} *)`;
}

/** `1-5,7` of 1, 2, 3, 4, 5 and 7; `*` of all. */
function inRuns(numbers: ReadonlySet<number>, [first, last]: readonly [number, number]): string {
  if (numbers.size === last - first + 1) return '*';
  const runs: number[][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.at(-1) === number - 1) run.push(number);
    else runs.push([number]);
  }
  return runs.map((run) => (run.length < RUN ? run.join(',') : `${run[0]}-${run.at(-1)}`)).join(',');
}
