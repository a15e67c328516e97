/** Schedules that EventBridge Scheduler has no expression for: checked before anything is synthesized. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import { CRON_FIELD_NAMES, CRON_FIELDS, cronFields, cronNumbers } from '../cron.ts';

/** Returns the problems of one schedule. */
export function expressionProblems(schedule: string, path: string): Problem[] {
  if (schedule.startsWith('rate(')) return [];
  const fields = cronFields(schedule);
  const got = `'${schedule}'`;
  const problems: Problem[] = CRON_FIELD_NAMES.filter(
    (name) => cronNumbers(fields[name], CRON_FIELDS[name]).size === 0,
  ).map((name) => ({
    code: 'aws/empty-schedule',
    path,
    message: `has a ${name} that never comes`,
    got,
    fix: 'give the smaller number of a range first',
  }));
  if (fields.day !== '*' && fields.weekday !== '*')
    problems.push({
      code: 'aws/day-and-weekday',
      path,
      message: 'restricts day and weekday, which EventBridge Scheduler cannot',
      got,
      fix: 'give * for one of the two',
    });
  return problems;
}
