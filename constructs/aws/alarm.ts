import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Notifications } from './notifications.ts';

export interface ModelAlarmProps {
  readonly metric: IMetric;
  readonly threshold: number;
  /**
   * Alarms below the threshold instead of above it, and without data.
   *
   * @default false
   */
  readonly heartbeat?: boolean;
  /** Periods that are looked at, and how many of them must breach. */
  readonly periods: readonly [breaching: number, of: number];
  /** Meaning of the alarm, the start of its description. */
  readonly says: string;
  /** Anchor of what to do, in the runbook of stacks/aws/README.md. */
  readonly runbook: string;
  /** People who are notified. @default - none */
  readonly notifications?: Notifications | undefined;
}

/**
 * CloudWatch evaluates at most a week at once, and at most a day by periods below an hour
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, Period).
 */
const MAX_RANGE_SEC = { shortPeriods: 86_400, longPeriods: 604_800 } as const;
const HOUR_SEC = 3_600;

/** An alarm that is quiet without data, tells people, and says where it is written what to do. */
export function modelAlarm(scope: Construct, id: string, props: ModelAlarmProps): Alarm {
  const { metric, threshold, periods, says, runbook, notifications, heartbeat = false } = props;
  const [datapointsToAlarm, evaluationPeriods] = periods;
  const { metricStat, mathExpression } = metric.toMetricConfig();
  const period = metricStat?.period.toSeconds() ?? mathExpression?.period ?? 60;
  const range = period * evaluationPeriods;
  const most = period < HOUR_SEC ? MAX_RANGE_SEC.shortPeriods : MAX_RANGE_SEC.longPeriods;
  const problems = [
    Number.isFinite(threshold) ? '' : `threshold must be a number, got ${threshold}`,
    datapointsToAlarm <= evaluationPeriods
      ? ''
      : `${datapointsToAlarm} of ${evaluationPeriods} periods cannot breach`,
    period % 60 === 0 ? '' : `a period is whole minutes, got ${period} s`,
    range <= most ? '' : `looks at ${range} s, allowed ${most} by periods of ${period} s`,
  ].filter((problem) => problem !== '');
  if (problems.length > 0) throw new Error(`alarm '${id}': ${problems.join('; ')}`);
  const alarm = new Alarm(scope, id, {
    metric,
    threshold,
    comparisonOperator: heartbeat
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData: heartbeat ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    alarmDescription: `${says}; what to do: stacks/aws/README.md#${runbook}`,
  });
  if (notifications) alarm.addAlarmAction(new SnsAction(notifications.resource));
  return alarm;
}

/** The share of `failed` in `requests`; 0 with fewer failures than `minimum`, or without data. */
export function shareOf(
  failed: IMetric,
  requests: IMetric,
  minimum: number,
  period: Duration,
  label: string,
): MathExpression {
  return new MathExpression({
    expression: `IF(FILL(failed, 0) >= ${minimum}, FILL(failed, 0) / requests, 0)`,
    usingMetrics: { requests, failed },
    label,
    period,
  });
}

/**
 * A count that is 0 without data. CloudWatch evaluates older data again where a metric that is sent on an event only has stopped,
 * and an alarm would fire again (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html).
 */
export function countOf(metric: IMetric, period: Duration, label: string): MathExpression {
  return new MathExpression({
    expression: 'FILL(count, 0)',
    usingMetrics: { count: metric },
    label,
    period,
  });
}

const DEAD_LETTER_PERIOD = Duration.minutes(5);
/** A new message raises the average of five minutes by a fifth in the first one; sums of averages differ by rounding. */
const LESS_THAN_A_MESSAGE = 0.1;

/**
 * Fires each time that something could not be delivered: by the increase of the messages in the queue, so that those of
 * yesterday do not hide those of today. Messages that somebody reads are hidden for a time and count too. The number of
 * messages sent is not enough: SQS leaves out some that reach a dead-letter queue
 * (docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
 */
export function deadLetterAlarm(scope: Construct, queue: IQueue, notifications: Notifications): Alarm {
  const average = { period: DEAD_LETTER_PERIOD, statistic: 'Average' };
  return modelAlarm(scope, 'DeadLetterAlarm', {
    metric: new MathExpression({
      expression: 'DIFF(FILL(waiting, 0) + FILL(hidden, 0))',
      usingMetrics: {
        waiting: queue.metricApproximateNumberOfMessagesVisible(average),
        hidden: queue.metricApproximateNumberOfMessagesNotVisible(average),
      },
      label: 'new dead letters',
      period: DEAD_LETTER_PERIOD,
    }),
    threshold: LESS_THAN_A_MESSAGE,
    periods: [1, 1],
    says: 'an event was not handled at any try',
    runbook: 'runbook-dead-letters',
    notifications,
  });
}
