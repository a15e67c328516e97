import { Duration } from 'aws-cdk-lib';
import { type Alarm, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type * as contract from '../contract/rollback-alarms.ts';
import { type AlarmRule, MIN_REQUESTS, rollbackRules } from '../shared/alarm-rules.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { modelAlarm } from './alarm.ts';
import type { Notifications } from './notifications.ts';
import type { ScoringApi } from './scoring-api.ts';
import { METRIC_NAMESPACE } from './serverless-function.ts';

export interface RollbackAlarmsProps extends contract.RollbackAlarmsProps {
  readonly scoring: ScoringApi;
  /** People who are notified as well. @default - none: an alarm only rolls back */
  readonly notifications?: Notifications;
}

/**
 * CloudWatch alarms on what the scoring function tells of its answers, by the blueprint's limits; going off is an event
 * that takes a release back, and tells people. Their dimension is the arm, never a version: a template cannot know it.
 *
 * Checked when it is made: limits are numbers, two of three periods, at most a day in sight.
 *
 * @example
 * import { Notifications, RollbackAlarms, ScoringApi } from 'mlops-blueprint/aws';
 *
 * const notifications = new Notifications(stack, 'Notifications', { config });
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * new RollbackAlarms(stack, 'Alarms', { config, scoring, notifications });
 */
export class RollbackAlarms extends ModelConstruct implements contract.IRollbackAlarms {
  readonly alarms: readonly Alarm[];
  readonly alarmNames: readonly string[];

  constructor(scope: Construct, id: string, props: RollbackAlarmsProps) {
    super(scope, id, props, ['scoring']);
    const { config, scoring, notifications } = props;
    this.alarms = rollbackRules(config).map(({ id: name, periodMinutes, ...rule }) => {
      const period = Duration.minutes(periodMinutes);
      return modelAlarm(this, name, {
        ...rule,
        metric: metricOf(name, config, scoring, period),
        notifications,
      });
    });
    this.alarmNames = this.alarms.map(({ alarmName }) => alarmName);
  }
}

/** The metric of a rule: responses by arm, scores by model. */
function metricOf(
  id: AlarmRule['id'],
  { model }: ResolvedConfig,
  scoring: ScoringApi,
  period: Duration,
): IMetric {
  const own = { model: model.name, environment: model.environment };
  const metric = (metricName: string, statistic: string, dimensionsMap: Readonly<Record<string, string>>) =>
    new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      statistic,
      period,
      dimensionsMap: { ...dimensionsMap },
    });
  const champion = { ...own, arm: 'champion' };
  switch (id) {
    case 'ErrorRate':
      return new MathExpression({
        expression: `IF(requests >= ${MIN_REQUESTS}, failed / requests, 0)`,
        usingMetrics: {
          requests: metric('requests', 'Sum', champion),
          failed: metric('failed', 'Sum', champion),
        },
        label: 'share of failed or invalid answers',
        period,
      });
    case 'Latency':
      return metric('latencyMs', 'p99', champion);
    case 'ScorePsi':
      return metric('scorePsi', 'Maximum', own);
    case 'FunctionErrors':
      return scoring.function.resource.metricErrors({ period, statistic: 'Sum' });
  }
}
