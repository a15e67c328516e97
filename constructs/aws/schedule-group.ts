import { Duration, Stack } from 'aws-cdk-lib';
import { type Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { nameOf } from '../shared/naming.ts';
import { countOf, modelAlarm } from './alarm.ts';
import type { Notifications } from './notifications.ts';

const PERIOD = Duration.minutes(5);

/**
 * The schedules of one model in a stack. EventBridge Scheduler has metrics by group only
 * (docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html).
 */
export class ScheduleGroup extends Construct {
  readonly resource: CfnScheduleGroup;
  private alarm: Alarm | undefined;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.resource = new CfnScheduleGroup(this, 'Resource');
  }

  /** Notifies people, once for the group, when a start was dropped after its last try. */
  notify(notifications: Notifications, config: ResolvedConfig): void {
    this.alarm ??= modelAlarm(this, 'DroppedAlarm', {
      metric: countOf(
        new Metric({
          namespace: 'AWS/Scheduler',
          metricName: 'InvocationDroppedCount',
          dimensionsMap: { ScheduleGroup: this.resource.ref },
          statistic: 'Sum',
          period: PERIOD,
        }),
        PERIOD,
        'dropped starts',
      ),
      threshold: 0,
      periods: [1, 1],
      says: `a schedule of ${nameOf(config)} could not start its target`,
      runbook: 'runbook-schedules',
      notifications,
    });
  }
}

const groups = new WeakMap<Stack, Map<string, ScheduleGroup>>();

/** The group of a model's schedules in the stack of a construct; made where there is none. */
export function scheduleGroupOf(
  scope: Construct,
  config: ResolvedConfig,
  notifications: Notifications | undefined,
): CfnScheduleGroup {
  const stack = Stack.of(scope);
  const inStack = groups.get(stack) ?? new Map<string, ScheduleGroup>();
  groups.set(stack, inStack);
  const name = nameOf(config);
  const group =
    inStack.get(name) ?? new ScheduleGroup(stack, inStack.size === 0 ? 'Schedules' : `Schedules-${name}`);
  inStack.set(name, group);
  if (notifications) group.notify(notifications, config);
  return group.resource;
}
