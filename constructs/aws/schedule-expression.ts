import type { ModelConfig } from '../../lambdas/core/config.ts';
import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';

/** First and last number of each field of cron, as `*` means them. */
const FIELDS = { minute: [0, 59], hour: [0, 23], day: [1, 31], month: [1, 12], weekday: [0, 6] } as const;
type FieldName = keyof typeof FIELDS;
const FIELD_NAMES = Object.keys(FIELDS) as FieldName[]; // of a constant object

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
  const fields = fieldsOf(schedule);
  const written = (name: FieldName) => inRuns(numbersOf(fields[name], FIELDS[name]), FIELDS[name]);
  const weekdays = [...numbersOf(fields.weekday, FIELDS.weekday)].map((day) => (day % 7) + 1);
  const days =
    fields.weekday === '*'
      ? `${written('day')} ${written('month')} ?`
      : `? ${written('month')} ${inRuns(new Set(weekdays), [1, 7])}`;
  return `cron(${written('minute')} ${written('hour')} ${days} *)`;
}

/** What EventBridge Scheduler cannot say of a model's schedules; asked before anything is synthesized. */
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

function expressionProblems(schedule: string, path: string): Problem[] {
  if (schedule.startsWith('rate(')) return [];
  const fields = fieldsOf(schedule);
  const got = `'${schedule}'`;
  const problems: Problem[] = FIELD_NAMES.filter(
    (name) => numbersOf(fields[name], FIELDS[name]).size === 0,
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

function fieldsOf(schedule: string): Readonly<Record<FieldName, string>> {
  const parts = schedule.split(' '); // the blueprint's schema has seen five
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts;
  return { minute, hour, day, month, weekday };
}

/** The numbers of a field of lists, ranges and steps; `5/10` steps from 5 to the last. */
function numbersOf(field: string, [first, last]: readonly [number, number]): Set<number> {
  const numbers = new Set<number>();
  for (const item of field.split(',')) {
    const [range = '', step] = item.split('/');
    const [from = first, to = step === undefined ? from : Math.max(from, last)] = // Sunday is 7 too
      range === '*' ? [first, last] : range.split('-').map(Number);
    for (let number = from; number <= to; number += Number(step ?? 1)) numbers.add(number);
  }
  return numbers;
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
