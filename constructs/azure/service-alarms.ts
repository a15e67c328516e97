import { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { serviceRules } from '../shared/alarm-rules.ts';
import { alarmOf } from './alarm-queries.ts';
import type { FunctionApp } from './function-app.ts';
import { LogAlarms } from './log-alarms.ts';
import type { Notifications } from './notifications.ts';

export interface ServiceAlarmsProps {
  readonly config: ResolvedConfig;
  /** The app that scores. */
  readonly app: FunctionApp;
  readonly notifications: Notifications;
}

/** Alarms on the app that scores, which notify people and roll nothing back. */
export class ServiceAlarms extends Construct {
  constructor(scope: Construct, id: string, { config, app, notifications }: ServiceAlarmsProps) {
    super(scope, id);
    new LogAlarms(this, 'Alarms', {
      config,
      name: 'service-alarms',
      alarms: serviceRules(config).flatMap((rule) => alarmOf(rule, config, app.functionName) ?? []),
      notifications,
    });
  }
}
