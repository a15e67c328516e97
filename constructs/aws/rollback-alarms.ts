import { Duration } from 'aws-cdk-lib';
import { type Alarm, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type * as contract from '../contract/rollback-alarms.ts';
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
 * Fewer requests in a period say nothing: with a limit of 2 % and 50 requests, two failures are one too many by chance
 * alone in a quarter of all periods of a version that fails in 1 %. The release's own test, which counts all answers
 * since it began, sees slower harm.
 */
const MIN_REQUESTS = 50;
/** Short, so that the datapoints of a version that was rolled back are soon out of sight of the next release. */
const PERIOD = Duration.minutes(1);
/** Two of three: one bad minute is no alarm, and one that has passed is forgotten within three. */
const PERIODS = [2, 3] as const;

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
export class RollbackAlarms extends Construct implements contract.IRollbackAlarms {
  readonly alarms: readonly Alarm[];
  readonly alarmNames: readonly string[];

  constructor(scope: Construct, id: string, props: RollbackAlarmsProps) {
    super(scope, id);
    const { config, scoring, notifications } = props;
    const { model } = config;
    const { errorRate, p99LatencyMs, scorePsi } = model.serving.alarms;
    const answers = { model: model.name, environment: model.environment, arm: 'champion' };
    const metric = (metricName: string, statistic: string, period = PERIOD) =>
      new Metric({ namespace: METRIC_NAMESPACE, metricName, statistic, period, dimensionsMap: answers });
    const common = { periods: PERIODS, notifications };
    this.alarms = [
      modelAlarm(this, 'ErrorRate', {
        ...common,
        metric: new MathExpression({
          expression: `IF(requests >= ${MIN_REQUESTS}, failed / requests, 0)`,
          usingMetrics: { requests: metric('requests', 'Sum'), failed: metric('failed', 'Sum') },
          label: 'share of failed or invalid answers',
          period: PERIOD,
        }),
        threshold: errorRate,
        says: `more than ${percent(errorRate)} of the answers failed or were invalid`,
        runbook: 'runbook-error-rate',
      }),
      modelAlarm(this, 'Latency', {
        ...common,
        metric: metric('latencyMs', 'p99'),
        threshold: p99LatencyMs,
        says: `one answer in a hundred took longer than ${p99LatencyMs} ms`,
        runbook: 'runbook-latency',
      }),
      modelAlarm(this, 'ScorePsi', {
        ...common,
        periods: [1, 1],
        metric: new Metric({
          namespace: METRIC_NAMESPACE,
          metricName: 'scorePsi',
          statistic: 'Maximum',
          period: Duration.hours(1),
          dimensionsMap: { model: model.name, environment: model.environment },
        }),
        threshold: scorePsi,
        says: `the scores are not distributed as in training (PSI above ${scorePsi})`,
        runbook: 'runbook-score-psi',
      }),
      modelAlarm(this, 'FunctionErrors', {
        ...common,
        metric: scoring.function.resource.metricErrors({ period: PERIOD, statistic: 'Sum' }),
        threshold: 0,
        says: 'the scoring function itself failed',
        runbook: 'runbook-function-errors',
      }),
    ];
    this.alarmNames = this.alarms.map(({ alarmName }) => alarmName);
  }
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
