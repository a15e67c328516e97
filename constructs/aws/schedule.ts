import { Policy, type PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type { Notifications } from './notifications.ts';
import { FUNCTION_RIGHTS } from './permissions/ports.ts';
import { grant } from './permissions/right.ts';
import { confinedService, SERVICE_RIGHTS } from './permissions/services.ts';
import { schedulerExpression } from './schedule-expression.ts';
import { scheduleGroupOf } from './schedule-group.ts';
import type { Workflow } from './workflow.ts';

export interface ScheduleProps {
  readonly config: ResolvedConfig;
  /** People who are notified of dropped starts. @default - none */
  readonly notifications?: Notifications | undefined;
  /** Cron of five fields in UTC, or `rate(…)`. */
  readonly expression: string;
  /** Resource that it calls, and the rights to call it. */
  readonly target: { readonly arn: string; readonly statements: readonly PolicyStatement[] };
  /** Input of the target, beside `at`: the time that the schedule names, ISO 8601. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly deadLetters: IQueue;
  /** @default - AWS's own key */
  readonly encryptionKey?: IKey | undefined;
  readonly description: string;
}

/** By default EventBridge Scheduler tries 185 times for a day; a missed start is better looked at. */
const MAX_RETRIES = 2;
const MAX_AGE_SEC = 3600;

/** EventBridge Scheduler, with a role that may do this one thing. */
export class Schedule extends Construct {
  readonly resource: CfnSchedule;

  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    const { config, expression, target, input, deadLetters, encryptionKey, description } = props;
    const role = new Role(this, 'Role', { assumedBy: confinedService('scheduler') });
    const policy = new Policy(this, 'Policy', {
      roles: [role],
      statements: [
        ...target.statements,
        grant(SERVICE_RIGHTS.deadLetters, deadLetters.queueArn),
        ...(encryptionKey ? [grant(FUNCTION_RIGHTS.key, encryptionKey.keyArn)] : []),
      ],
    });
    this.resource = new CfnSchedule(this, 'Resource', {
      description,
      groupName: scheduleGroupOf(this, config, props.notifications).ref,
      scheduleExpression: schedulerExpression(expression),
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      ...(encryptionKey && { kmsKeyArn: encryptionKey.keyArn }),
      target: {
        arn: target.arn,
        roleArn: role.roleArn,
        input: JSON.stringify({ ...input, at: '<aws.scheduler.scheduled-time>' }),
        retryPolicy: { maximumRetryAttempts: MAX_RETRIES, maximumEventAgeInSeconds: MAX_AGE_SEC },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
    this.resource.node.addDependency(policy);
  }
}

/** A function as a target. */
export const invoke = (arn: string): ScheduleProps['target'] => ({
  arn,
  statements: [grant(SERVICE_RIGHTS.invoke, arn)],
});

/** A workflow as a target. */
export const start = ({ arn, startStatements }: Workflow): ScheduleProps['target'] => ({
  arn,
  statements: startStatements,
});
