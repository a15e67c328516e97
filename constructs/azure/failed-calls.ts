import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type { FunctionApp } from './function-app.ts';
import { appRequests, CRASHES, rowWhere } from './kql.ts';
import { LogAlarms } from './log-alarms.ts';
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
    notifications,
    alarms: [
      {
        name: `${name} failed`,
        query: (seconds) =>
          rowWhere(appRequests({ app: app.functionName, seconds }), { failed: CRASHES }, 'failed > 0'),
        says: 'a call by a schedule failed',
        runbook: 'runbook-lost-starts',
      },
    ],
  });
}
