import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job/index.js';
import { Construct } from 'constructs';
import { FUNCTIONS, type FunctionName } from '../../lambdas/functions.ts';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import { unixCron } from '../config/unix-cron.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type { TerraformResource } from '../shared/cdktf.ts';
import { gcpName } from '../shared/naming.ts';
import { callerOf } from './caller.ts';
import { executionRequest } from './compile-workflow.ts';
import { lostStartsAlarm } from './lost-starts.ts';
import type { Notifications } from './notifications.ts';
import { cloudOf } from './place.ts';
import { pauseAfter } from './propagation.ts';
import type { ServerlessFunction } from './serverless-function.ts';
import type { Workflow } from './workflow.ts';

/** Called at the times of a schedule. */
export type ScheduleTarget =
  | { readonly kind: 'function'; readonly function: ServerlessFunction; readonly name: FunctionName }
  | { readonly kind: 'workflow'; readonly workflow: Workflow };

export interface ScheduleProps {
  readonly config: ResolvedConfig;
  /** Last part of the job's name. */
  readonly name: string;
  /** Cron of five fields in UTC, or `rate(…)`. */
  readonly expression: string;
  readonly target: ScheduleTarget;
  /** Input of the target. The target takes the minute of the request as its time. */
  readonly input: Readonly<Record<string, string | boolean>>;
  readonly description: string;
  /**
   * Tries after the first; for what the next start does as well, none.
   *
   * @default 2
   */
  readonly retries?: number;
  /** People who are told of a start that was lost. @default - none: no alarm */
  readonly notifications?: Notifications | undefined;
}

const RETRIES = 2;
const FIRST_WAIT_SEC = 30;
/** Scheduler waits for an answer 15 s at least, and 30 minutes at most (`attemptDeadline`). */
const DEADLINE_SEC = { least: 15, most: 1_800, start: 60, grace: 15 } as const;

/** A job of Cloud Scheduler, which may do this one thing. It delivers at least once. */
export class Schedule extends Construct {
  readonly resource: CloudSchedulerJob;

  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    const { config, name, expression, target, input, description, retries = RETRIES, notifications } = props;
    const { region } = cloudOf(config);
    const { account } = callerOf(this, config);
    const right: TerraformResource =
      target.kind === 'function'
        ? target.function.allow('schedules', account.member)
        : target.workflow.startRight('caller', account.member);
    const ready = pauseAfter(this, 'Ready', [right], account.member);
    this.resource = new CloudSchedulerJob(this, 'Resource', {
      name: gcpName(config, name, GCP_NAMES.schedulerJob.most),
      region,
      description,
      schedule: unixCron(expression),
      timeZone: 'Etc/UTC',
      attemptDeadline: `${deadlineOf(target)}s`,
      retryConfig: {
        retryCount: retries,
        minBackoffDuration: `${FIRST_WAIT_SEC}s`,
      },
      httpTarget: {
        httpMethod: 'POST',
        headers: { 'Content-Type': 'application/json' },
        ...(target.kind === 'function'
          ? {
              uri: target.function.url,
              body: base64(JSON.stringify(input)),
              oidcToken: { serviceAccountEmail: account.email, audience: target.function.url },
            }
          : {
              uri: target.workflow.executionsUrl,
              body: base64(executionRequest(input)),
              oauthToken: {
                serviceAccountEmail: account.email,
                scope: 'https://www.googleapis.com/auth/cloud-platform',
              },
            }),
      },
      dependsOn: [ready],
    });
    if (notifications) lostStartsAlarm(this, config, notifications.channels);
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function deadlineOf(target: ScheduleTarget): number {
  if (target.kind === 'workflow') return DEADLINE_SEC.start;
  const { timeoutSec } = FUNCTIONS[target.name].needs;
  return Math.min(DEADLINE_SEC.most, Math.max(DEADLINE_SEC.least, timeoutSec + DEADLINE_SEC.grace));
}
