import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type { FunctionApp } from './function-app.ts';
import { CRASHES, requestsOf, rowWhere } from './kql.ts';
import { EVALUATED_EACH_SEC, LogAlarms } from './log-alarms.ts';
import type { Notifications } from './notifications.ts';

export interface FailedCallsProps {
  readonly config: ResolvedConfig;
  readonly app: FunctionApp;
  /** Name of the alarm. */
  readonly name: string;
  readonly notifications: Notifications | undefined;
}

/** Tells people of each call of an app's timer that failed: a timer of Azure does not try again. */
export function failedCalls(scope: Construct, { config, app, name, notifications }: FailedCallsProps): void {
  if (notifications === undefined) return;
  new LogAlarms(scope, 'Alarms', {
    config,
    name,
    actionGroups: notifications.actionGroups,
    alarms: [
      {
        name: `${name} failed`,
        query: rowWhere(
          requestsOf({ app: app.functionName, seconds: EVALUATED_EACH_SEC }),
          { failed: CRASHES },
          'failed > 0',
        ),
        seconds: EVALUATED_EACH_SEC,
        says: 'a call by a schedule failed',
        runbook: 'runbook-lost-starts',
      },
    ],
  });
}
