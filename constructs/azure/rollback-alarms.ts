import type { Construct } from 'constructs';
import type * as contract from '../contract/rollback-alarms.ts';
import { rollbackRules } from '../shared/alarm-rules.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { alarmOf } from './alarm-queries.ts';
import { LogAlarms } from './log-alarms.ts';
import type { Notifications } from './notifications.ts';
import type { ScoringApi } from './scoring-api.ts';

export interface RollbackAlarmsProps extends contract.RollbackAlarmsProps {
  readonly scoring: ScoringApi;
  /** People who are notified. @default - none: no alarm, and the release looks at its own records all the same */
  readonly notifications?: Notifications;
}

/**
 * Alarms by the blueprint's limits, for people. The release controller rolls back by the records that it reads each minute: a rule
 * looks four times an hour, and its webhook would need an application with rights on the tenant.
 *
 * @example
 * import { Notifications, RollbackAlarms, ScoringApi } from 'mlops-blueprint/azure';
 *
 * const notifications = new Notifications(stack, 'Notifications', { config });
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * const { alarms } = new RollbackAlarms(stack, 'Alarms', { config, scoring, notifications });
 * if (alarms.resource) alarms.resource.severity = 0;
 */
export class RollbackAlarms extends ModelConstruct implements contract.IRollbackAlarms {
  readonly alarms: LogAlarms;

  constructor(scope: Construct, id: string, props: RollbackAlarmsProps) {
    super(scope, id, props, ['scoring']);
    const { config, scoring, notifications } = props;
    this.alarms = new LogAlarms(this, 'Alarms', {
      config,
      name: 'release-alarms',
      alarms: rollbackRules(config).flatMap(
        (rule) => alarmOf(rule, config, scoring.function.functionName) ?? [],
      ),
      notifications,
    });
  }
}
