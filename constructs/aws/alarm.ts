import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Notifications } from './notifications.ts';

export interface ModelAlarmProps {
  readonly metric: IMetric;
  readonly threshold: number;
  /** Periods that are looked at, and how many of them must breach. */
  readonly periods: readonly [breaching: number, of: number];
  /** Meaning of the alarm, the start of its description. */
  readonly says: string;
  /** Anchor of what to do, in the runbook of stacks/aws/README.md. */
  readonly runbook: string;
  /** People who are notified. @default - none */
  readonly notifications?: Notifications | undefined;
}

/** CloudWatch evaluates at most a day at once (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html). */
const MAX_RANGE_SEC = 86_400;

/** An alarm that is quiet without data, tells people, and says where it is written what to do. */
export function modelAlarm(scope: Construct, id: string, props: ModelAlarmProps): Alarm {
  const { metric, threshold, periods, says, runbook, notifications } = props;
  const [datapointsToAlarm, evaluationPeriods] = periods;
  const period = metric.toMetricConfig().metricStat?.period ?? Duration.minutes(1);
  const problems = [
    Number.isFinite(threshold) ? '' : `threshold must be a number, got ${threshold}`,
    datapointsToAlarm <= evaluationPeriods
      ? ''
      : `${datapointsToAlarm} of ${evaluationPeriods} periods cannot breach`,
    period.toSeconds() * evaluationPeriods <= MAX_RANGE_SEC ? '' : 'looks at more than a day',
  ].filter((problem) => problem !== '');
  if (problems.length > 0) throw new Error(`alarm '${id}': ${problems.join('; ')}`);
  const alarm = new Alarm(scope, id, {
    metric,
    threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: `${says}; what to do: stacks/aws/README.md#${runbook}`,
  });
  if (notifications) alarm.addAlarmAction(new SnsAction(notifications.resource));
  return alarm;
}

/** Goes off when something could not be delivered. */
export function deadLetterAlarm(scope: Construct, queue: IQueue, notifications: Notifications): Alarm {
  return modelAlarm(scope, 'DeadLetterAlarm', {
    metric: queue.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(5),
      statistic: 'Maximum',
    }),
    threshold: 0,
    periods: [1, 1],
    says: 'an event was not handled at any try',
    runbook: 'runbook-dead-letters',
    notifications,
  });
}
