import type { Notification, Notifier } from '../../ports/notifier.ts';

export interface NotificationLineOptions {
  readonly model: string;
  readonly environment: string;
  /** Takes one line without its line break. */
  readonly write: (line: string) => void;
}

const SEVERITY: Readonly<Record<Notification['severity'], string>> = {
  info: 'NOTICE',
  warning: 'WARNING',
  alarm: 'ERROR',
};

/**
 * A log line, which an alert of the model mails. That is a policy of Google Cloud
 * (cloud.google.com/logging/docs/alerting/log-based-alerts) or a log search rule of Azure
 * (learn.microsoft.com/azure/azure-monitor/alerts/alerts-types#log-search-alerts).
 */
export function createNotificationLines({ model, environment, write }: NotificationLineOptions): Notifier {
  return {
    async notify({ severity, subject, body }) {
      const notification = { severity, subject, body, model, environment };
      write(JSON.stringify({ severity: SEVERITY[severity], message: 'notification', notification }));
    },
  };
}
