import { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { type AlarmRule, serviceRules } from '../shared/alarm-rules.ts';
import { alarmForPeople } from './alert-policy.ts';
import { logMetric } from './log-metric.ts';
import type { Notifications } from './notifications.ts';
import { increase, type Labels, shareAbove } from './promql.ts';
import type { ServerlessFunction } from './serverless-function.ts';

export interface ServiceAlarmsProps {
  readonly config: ResolvedConfig;
  readonly function: ServerlessFunction;
  readonly notifications: Notifications;
}

const REQUESTS = 'run_googleapis_com:request_count';
/** Without `long lookback`, which is a preview, a condition looks back a day (cloud.google.com/monitoring/quotas). */
export const MOST_LOOK_BACK_SEC = 86_400;

/** Alarms on the scoring function that notify people and roll nothing back. Cloud Run counts its own answers. */
export class ServiceAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ServiceAlarmsProps) {
    super(scope, id);
    const { config, notifications } = props;
    for (const rule of serviceRules(config))
      alarmForPeople(this, rule.id, {
        config,
        name: wordsOf(rule.id),
        query: queryOf(this, rule, props),
        says: rule.id === 'Throttles' ? 'Cloud Run had no instance for a request' : rule.says,
        runbook: rule.runbook,
        channels: notifications.channels,
      });
  }
}

/** `records lost` for `RecordsLost`. */
export const wordsOf = (id: string): string => id.replaceAll(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase();

function queryOf(
  scope: Construct,
  rule: ReturnType<typeof serviceRules>[number],
  { config, function: { functionName } }: ServiceAlarmsProps,
): string {
  const service = { service_name: functionName };
  switch (rule.id) {
    case 'ServerErrors':
    case 'Outage':
    case 'QuietOutage':
      return lastingShare(service, rule);
    case 'Throttles':
      return `${increase(REQUESTS, { ...service, response_code: '429' }, rule.periodSec)} > ${rule.threshold}`;
    case 'RecordsLost':
      return `${logMetric(scope, config, 'recordsLost').sum({ arm: 'champion' }, rule.periodSec)} > ${rule.threshold}`;
  }
}

/** The share of 5xx above the limit, in so many of the periods that are looked at. */
export function lastingShare(
  service: Labels,
  { threshold, minimum, periodSec, periods: [breaching, of] }: AlarmRule,
): string {
  const failed = increase(REQUESTS, { ...service, response_code_class: '5xx' }, periodSec);
  const breach = shareAbove(failed, increase(REQUESTS, service, periodSec), threshold, minimum);
  if (of === 1) return breach;
  const lookBackSec = Math.min(MOST_LOOK_BACK_SEC, of * periodSec);
  return `count_over_time((${breach})[${lookBackSec}s:${periodSec}s]) >= ${breaching}`;
}
