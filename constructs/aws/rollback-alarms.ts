import { Duration } from 'aws-cdk-lib';
import { type Alarm, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type * as contract from '../contract/rollback-alarms.ts';
import { rollbackRules } from '../shared/alarm-rules.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { modelAlarm, shareOf } from './alarm.ts';
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
 * Periods and the least number of failures follow from the declared `requestsPerDay`.
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
    this.alarms = rollbackRules(config).map((rule) =>
      modelAlarm(this, rule.id, { ...rule, metric: metricOf(rule, config, scoring), notifications }),
    );
    this.alarmNames = this.alarms.map(({ alarmName }) => alarmName);
  }
}

/** The metric of a rule: responses by arm, scores by model. */
function metricOf(
  { id, minimum, periodSec }: ReturnType<typeof rollbackRules>[number],
  { model }: ResolvedConfig,
  scoring: ScoringApi,
): IMetric {
  const period = Duration.seconds(periodSec);
  const own = { model: model.name, environment: model.environment };
  const champion = { ...own, arm: 'champion' };
  const metric = (metricName: string, statistic: string, dimensionsMap: Record<string, string>) =>
    new Metric({ namespace: METRIC_NAMESPACE, metricName, statistic, period, dimensionsMap });
  switch (id) {
    case 'ErrorRate':
      return shareOf(
        metric('failed', 'Sum', champion),
        metric('requests', 'Sum', champion),
        minimum,
        period,
        'share of failed or invalid answers',
      );
    case 'Latency':
      return new MathExpression({
        expression: `IF(answers >= ${minimum}, slowest, 0)`,
        usingMetrics: {
          answers: metric('latencyMs', 'SampleCount', champion),
          slowest: metric('latencyMs', 'p99', champion),
        },
        label: 'time of the slowest hundredth, ms',
        period,
      });
    case 'ScorePsi':
      return metric('scorePsi', 'Maximum', own);
    case 'FunctionErrors':
      return shareOf(
        scoring.function.resource.metricErrors({ period, statistic: 'Sum' }),
        scoring.function.resource.metricInvocations({ period, statistic: 'Sum' }),
        minimum,
        period,
        'share of failed calls',
      );
  }
}
