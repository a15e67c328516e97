/**
 * Our schedules in EventBridge Scheduler's words: cron has six fields there, one of day and weekday must be `?`, and
 * weekdays count from Sunday, 1 (docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
 *
 * @param schedule - Cron of five fields in UTC (weekday 0 to 7, 0 and 7 are Sunday), or `rate(…)`.
 * @throws Error for a cron that restricts both day and weekday: our cron means either, AWS's cannot say it
 */
export function schedulerExpression(schedule: string): string {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule);
  if (rate !== null) {
    const [, count, unit] = rate as unknown as [string, string, string]; // both groups always match
    return `rate(${count} ${unit}${count === '1' ? '' : 's'})`;
  }
  const [minute, hour, day, month, weekday] = schedule.split(' ') as [string, string, string, string, string]; // the schema's five
  if (day !== '*' && weekday !== '*')
    throw new Error(
      `schedule '${schedule}' restricts day and weekday, which EventBridge Scheduler cannot: give two schedules or one of them`,
    );
  const days = weekday === '*' ? `${day} ${month} ?` : `? ${month} ${weekdays(weekday)}`;
  return `cron(${minute} ${hour} ${days} *)`;
}

/** Weekdays of lists, ranges and steps, each by its number from Sunday, 1; a list is the same in every notation. */
function weekdays(field: string): string {
  const numbers = new Set<number>();
  for (const item of field.split(',')) {
    const [range = '', step = '1'] = item.split('/');
    const [from, to] = range === '*' ? [0, 6] : boundsOf(range, item.includes('/'));
    for (let day = from; day <= to; day += Number(step)) numbers.add((day % 7) + 1);
  }
  return [...numbers].sort((a, b) => a - b).join(',');
}

function boundsOf(range: string, stepped: boolean): [number, number] {
  const [from, to] = range.split('-').map(Number);
  const first = from as number; // the schema's expression has a number here
  return [first, to ?? (stepped ? 6 : first)];
}
