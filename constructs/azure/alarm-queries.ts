/** The shared rules of alarms as queries of the log (`constructs/shared/alarm-rules.ts`). */

import type { ResolvedConfig } from '../contract/model-props.ts';
import type { AlarmRule } from '../shared/alarm-rules.ts';
import * as kql from './kql.ts';
import { EVALUATED_EACH_SEC, LONGEST_LOOK_BACK_SEC, type LogAlarm } from './log-alarms.ts';

/** `records lost` for `RecordsLost`. */
const wordsOf = (id: string): string => id.replaceAll(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase();

const SLOWEST_HUNDREDTH = 0.99;

/**
 * The alarm of a rule on the app that scores; undefined where Azure has nothing to read: the platform answers 429 before the app
 * and its log, and a rule reads two days of the log at most.
 *
 * @param app - Name of the app's site.
 */
export function alarmOf(rule: AlarmRule, config: ResolvedConfig, app: string): LogAlarm | undefined {
  const { periodSec, periods, runbook, says, id } = rule;
  if (periodSec > LONGEST_LOOK_BACK_SEC) return undefined;
  // A window that is shorter than the pause between evaluations would leave gaps.
  const period = Math.max(periodSec, EVALUATED_EACH_SEC);
  const lookBack = Math.min(LONGEST_LOOK_BACK_SEC, period * periods[1]);
  if (!isLogged(rule)) return undefined;
  const query = (seconds: number) => queryOf({ ...rule, periodSec: period }, config, app, seconds);
  return { name: wordsOf(id), query, seconds: lookBack, says, runbook };
}

/** A rule on something that the log has. */
type LoggedRule = AlarmRule & { readonly id: Exclude<AlarmRule['id'], 'Throttles'> };

const isLogged = (rule: AlarmRule): rule is LoggedRule => rule.id !== 'Throttles';

function queryOf(
  { id, threshold, minimum, periodSec, periods: [breaching, of] }: LoggedRule,
  { model }: ResolvedConfig,
  app: string,
  seconds: number,
): string {
  const lines = kql.metricLines({ model: model.name, environment: model.environment, seconds });
  const calls = kql.appRequests({ app, seconds });
  const share = kql.failedShareAbove(threshold, minimum);
  const sums = (failed: string) => ({ failed, requests: 'count()' });
  switch (id) {
    case 'ErrorRate':
      return kql.rowWhere(
        lines,
        { failed: kql.sumOf('failed', 'champion'), requests: kql.sumOf('requests', 'champion') },
        share,
      );
    case 'Latency':
      return kql.rowWhere(
        calls,
        { slowest: kql.quantileOfDurations(SLOWEST_HUNDREDTH), requests: 'count()' },
        `slowest > ${threshold} and requests >= ${minimum}`,
      );
    case 'ScorePsi':
      return kql.rowWhere(lines, { value: kql.meanOf('scorePsi') }, kql.valueAbove(threshold));
    case 'FunctionErrors':
      return kql.rowWhere(calls, sums(kql.CRASHES), share);
    case 'RecordsLost':
      return kql.rowWhere(lines, { value: kql.sumOf('recordsLost', 'champion') }, kql.valueAbove(threshold));
    case 'ServerErrors':
    case 'Outage':
    case 'QuietOutage': {
      const failed = sums(kql.SERVER_ERRORS);
      return of === 1
        ? kql.rowWhere(calls, failed, share)
        : kql.rowWherePeriods(calls, failed, share, { periodSec, breaching });
    }
  }
}
