/** Schedules that EventBridge Scheduler has no expression for: checked before anything is synthesized. */

import type { ModelConfig } from '../../../lambdas/core/config.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import { CRON_FIELD_NAMES, CRON_FIELDS, cronFields, cronNumbers } from '../cron.ts';

/** Returns problems of schedules that EventBridge Scheduler cannot express; checked before anything is synthesized. */
export function scheduleProblems(
  model: Pick<ModelConfig, 'source' | 'training' | 'retraining' | 'monitoring' | 'serving'>,
): Problem[] {
  const schedules = {
    'source.schedule': model.source.schedule,
    'training.schedule': model.training.schedule,
    'retraining.on.schedule': model.retraining.on.schedule,
    'monitoring.schedule': model.monitoring.schedule,
    'serving.batch.schedule': model.serving.batch?.schedule,
  };
  return Object.entries(schedules).flatMap(([path, schedule]) =>
    schedule === undefined ? [] : expressionProblems(schedule, path),
  );
}

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
